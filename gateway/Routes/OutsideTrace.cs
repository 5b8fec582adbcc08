using System.Diagnostics;

namespace Tiltas.Gateway.Routes;

/// <summary>
/// A trace may begin at the caller's: its <c>traceparent</c> is followed when it is well-formed. <c>tracestate</c> and
/// <c>baggage</c> are free text from outside and go nowhere.
/// </summary>
internal sealed class OutsideTrace : DistributedContextPropagator
{
    private const string TraceParent = "traceparent";

    public override IReadOnlyCollection<string> Fields { get; } = [TraceParent];

    public static bool IsValid(string? traceParent) => ActivityContext.TryParse(traceParent, null, out _);

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity is { IdFormat: ActivityIdFormat.W3C, Id: { } id }) setter?.Invoke(carrier, TraceParent, id);
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        (traceId, traceState) = (null, null);
        getter?.Invoke(carrier, TraceParent, out traceId, out _);
        if (!IsValid(traceId)) traceId = null;
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
