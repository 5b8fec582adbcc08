using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Tiltas.Hosting.Telemetry;

/// <summary>Lets out of a log record its template, its allowed fields, and of an exception its types and frames.</summary>
internal sealed class LogAllowList : BaseProcessor<LogRecord>
{
    private const int Frames = 64;

    public override void OnEnd(LogRecord data)
    {
        var kept = new List<KeyValuePair<string, object?>>();
        foreach (var (name, value) in data.Attributes ?? [])
            if (AllowList.LogFields.Contains(name)) kept.Add(new(name, AllowList.Carry(value)));
        if (data.Exception is { } exception)
        {
            kept.Add(new("exception.type", SafeException.Types(exception)));
            kept.Add(new("exception.stacktrace", SafeException.Frames(exception, Frames, "\n")));
            data.Exception = null;
        }
        data.Body = LogTemplate.Of(data.Attributes) ?? AllowList.Dropped;
        data.FormattedMessage = null;
        data.TraceState = null;
        data.Attributes = kept;
    }
}
