using System.Diagnostics;

namespace Tiltas.Hosting.Telemetry;

/// <summary>Carries the trace and nothing else between processes: baggage and trace state are free text from outside.</summary>
internal sealed class TraceParentOnly : DistributedContextPropagator
{
    private const string Header = "traceparent";

    public override IReadOnlyCollection<string> Fields { get; } = [Header];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity is { IdFormat: ActivityIdFormat.W3C, Id: { } id }) setter?.Invoke(carrier, Header, id);
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        traceId = null;
        traceState = null;
        if (getter is null) return;
        getter(carrier, Header, out var found, out _);
        if (ActivityContext.TryParse(found, null, out _)) traceId = found;
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
