using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Tiltas.Hosting.Telemetry;

/// <summary>One log entry, one line: time, level, category, event, the template with its allowed fields, trace.</summary>
internal sealed class LineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "tiltas";

    private const int FramesOnALine = 12;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        textWriter.Write(Level(logEntry.LogLevel));
        textWriter.Write(logEntry.Category);
        if (logEntry.EventId.Name is { Length: > 0 } name)
        {
            textWriter.Write(' ');
            textWriter.Write(name);
        }
        textWriter.Write(": ");
        textWriter.Write(LogTemplate.Fill(logEntry.State as IReadOnlyList<KeyValuePair<string, object?>>));
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(" | ");
            textWriter.Write(SafeException.Types(exception));
            if (SafeException.Frames(exception, FramesOnALine, " ") is { Length: > 0 } frames)
            {
                textWriter.Write(' ');
                textWriter.Write(frames);
            }
        }
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            textWriter.Write(" trace=");
            textWriter.Write(activity.TraceId.ToHexString());
        }
        textWriter.Write('\n');
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => " trce ",
        LogLevel.Debug => " dbug ",
        LogLevel.Information => " info ",
        LogLevel.Warning => " warn ",
        LogLevel.Error => " fail ",
        LogLevel.Critical => " crit ",
        _ => " none ",
    };
}
