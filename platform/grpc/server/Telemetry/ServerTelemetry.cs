using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;

namespace Tiltas.Grpc.Server.Telemetry;

/// <summary>Span and duration of served calls, named by OpenTelemetry's conventions for RPC.</summary>
internal sealed class ServerTelemetry
{
    public const string Name = "Tiltas.Grpc.Server";

    private static readonly ActivitySource Source = new(Name);

    // The names of the codes as the protocol writes them, by number.
    private static readonly string[] Codes =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    private readonly Histogram<double> duration;

    public ServerTelemetry(IMeterFactory meters) => duration = meters.Create(Name).CreateHistogram(
        "rpc.server.call.duration", "s", "Time from the call's headers to its status.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });

    public bool Measures => duration.Enabled;

    /// <summary>Null when nobody listens. <paramref name="method"/> is the full name without the leading slash.</summary>
    public static Activity? Start(string method)
    {
        if (!Source.HasListeners()) return null;
        var activity = Source.StartActivity(method, ActivityKind.Server);
        activity?.SetTag("rpc.system.name", "grpc").SetTag("rpc.method", method);
        return activity;
    }

    public void Stop(string method, StatusCode code, TimeSpan elapsed, Activity? activity)
    {
        var name = (uint)code < Codes.Length ? Codes[(int)code] : "UNKNOWN";
        if (activity is not null)
        {
            activity.SetTag("rpc.response.status_code", name);
            if (IsOurFault(code)) activity.SetTag("error.type", name).SetStatus(ActivityStatusCode.Error);
            activity.Stop();
        }
        if (!duration.Enabled) return;
        var tags = new TagList { { "rpc.system.name", "grpc" }, { "rpc.method", method }, { "rpc.response.status_code", name } };
        if (IsOurFault(code)) tags.Add("error.type", name);
        duration.Record(elapsed.TotalSeconds, tags);
    }

    private static bool IsOurFault(StatusCode code) =>
        code is StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Unimplemented or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss;
}
