using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// One client span a call and the histogram <c>rpc.client.call.duration</c>, named as in OpenTelemetry's RPC conventions. Source and meter
/// are both called <c>Grpc.Net.Client</c>.
/// </summary>
internal static class Telemetry
{
    public const string Name = "Grpc.Net.Client";
    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "rpc.client.call.duration", "s", "How long calls last, from their start to their status.",
        advice: new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });

    public static bool Measured => Duration.Enabled;

    /// <summary>Starts a span without making it the caller's current one: the call outlives the method that started it.</summary>
    public static Activity? Start(MethodFacts facts)
    {
        if (!Source.HasListeners()) return null;
        var current = Activity.Current;
        var activity = Source.StartActivity(ActivityKind.Client, tags: facts.Tags, name: facts.Name);
        Activity.Current = current;
        return activity;
    }

    public static void Stop(Activity? activity, MethodFacts facts, StatusCode code, TimeSpan? elapsed)
    {
        if (activity is null && elapsed is null) return;
        var name = NameOf(code);
        if (activity is not null)
        {
            activity.SetTag("rpc.response.status_code", name);
            if (code != StatusCode.OK)
            {
                activity.SetTag("error.type", name);
                activity.SetStatus(ActivityStatusCode.Error);
            }

            // Whoever ends the call may be in the middle of an activity of their own.
            var current = Activity.Current;
            activity.Stop();
            Activity.Current = current;
        }

        if (elapsed is not { } lasted) return;
        var tags = facts.Tags;
        tags.Add("rpc.response.status_code", name);
        if (code != StatusCode.OK) tags.Add("error.type", name);
        Duration.Record(lasted.TotalSeconds, tags);
    }

    public static void Propagate(Activity? activity, HttpRequestMessage request)
    {
        if ((activity ?? Activity.Current) is not { } current) return;
        DistributedContextPropagator.Current.Inject(current, request, static (carrier, name, value) =>
        {
            var headers = ((HttpRequestMessage)carrier!).Headers;
            if (!headers.Contains(name)) headers.TryAddWithoutValidation(name, value);
        });
    }

    private static string NameOf(StatusCode code) => code switch
    {
        StatusCode.OK => "OK",
        StatusCode.Cancelled => "CANCELLED",
        StatusCode.Unknown => "UNKNOWN",
        StatusCode.InvalidArgument => "INVALID_ARGUMENT",
        StatusCode.DeadlineExceeded => "DEADLINE_EXCEEDED",
        StatusCode.NotFound => "NOT_FOUND",
        StatusCode.AlreadyExists => "ALREADY_EXISTS",
        StatusCode.PermissionDenied => "PERMISSION_DENIED",
        StatusCode.ResourceExhausted => "RESOURCE_EXHAUSTED",
        StatusCode.FailedPrecondition => "FAILED_PRECONDITION",
        StatusCode.Aborted => "ABORTED",
        StatusCode.OutOfRange => "OUT_OF_RANGE",
        StatusCode.Unimplemented => "UNIMPLEMENTED",
        StatusCode.Internal => "INTERNAL",
        StatusCode.Unavailable => "UNAVAILABLE",
        StatusCode.DataLoss => "DATA_LOSS",
        StatusCode.Unauthenticated => "UNAUTHENTICATED",
        _ => "_OTHER",
    };
}
