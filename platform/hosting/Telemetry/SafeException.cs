using System.Data.Common;
using System.Diagnostics;
using System.Text;

namespace Tiltas.Hosting.Telemetry;

/// <summary>
/// An exception without its words. A message may repeat what a person typed, and a database error quotes the row;
/// the types, the SQL state and the frames come from code.
/// </summary>
internal static class SafeException
{
    private const int Depth = 5;

    public static string Types(Exception exception)
    {
        var text = new StringBuilder();
        var depth = 0;
        for (var e = exception; e is not null && depth < Depth; e = e.InnerException, depth++)
        {
            if (depth > 0) text.Append(" <- ");
            text.Append(e.GetType().FullName);
            if (e is DbException { SqlState: { Length: 5 } state }) text.Append('[').Append(state).Append(']');
        }
        return text.ToString();
    }

    public static string Frames(Exception exception, int most, string separator)
    {
        var text = new StringBuilder();
        var depth = 0;
        for (var e = exception; e is not null && depth < Depth; e = e.InnerException, depth++)
        {
            var frames = new StackTrace(e, fNeedFileInfo: false).GetFrames();
            if (depth > 0) text.Append(separator).Append("<- ").Append(e.GetType().FullName);
            // The runtime's own steps of throwing on and awaiting say nothing about where it went wrong.
            var methods = frames.Select(DiagnosticMethodInfo.Create)
                .OfType<DiagnosticMethodInfo>()
                .Where(method => method.DeclaringTypeName?.StartsWith("System.Runtime.", StringComparison.Ordinal) is not true);
            foreach (var method in methods.Take(most))
            {
                if (text.Length > 0) text.Append(separator);
                text.Append("at ").Append(method.DeclaringTypeName).Append('.').Append(method.Name);
            }
        }
        return text.ToString();
    }
}
