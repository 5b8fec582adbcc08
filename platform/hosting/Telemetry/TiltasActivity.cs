using System.Diagnostics;

namespace Tiltas.Hosting.Telemetry;

/// <summary>The source of this network's own spans, and the only attribute names they may carry.</summary>
public static class TiltasActivity
{
    public const string SourceName = "Tiltas";

    public const string Agency = "tiltas.agency";
    public const string AgencyType = "tiltas.agency.type";
    public const string ReferralId = "tiltas.referral.id";
    public const string SubjectRef = "tiltas.subject.ref";
    public const string Service = "tiltas.service";
    public const string Message = "tiltas.message";
    public const string MessageId = "tiltas.message.id";
    public const string BatchSize = "tiltas.batch.size";
    public const string Attempt = "tiltas.attempt";
    public const string Count = "tiltas.count";
    public const string Version = "tiltas.version";
    public const string Outcome = "tiltas.outcome";
    public const string Rule = "tiltas.rule";
    public const string Code = "tiltas.code";
    public const string Need = "tiltas.need";
    public const string Urgency = "tiltas.urgency";
    public const string State = "tiltas.state";
    public const string Clock = "tiltas.clock";
    public const string NoticeKind = "tiltas.notice.kind";
    public const string Consumer = "tiltas.consumer";
    public const string Loop = "tiltas.loop";
    public const string Queue = "tiltas.queue";

    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>What an outbox row keeps, so that the trace goes on where the message is sent.</summary>
    public static string? TraceParent => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    /// <summary>Starts a span under the one now running.</summary>
    public static Activity? Start(string name, ActivityKind kind = ActivityKind.Internal) => Source.StartActivity(name, kind);

    /// <summary>Takes up a trace that was kept in a row or a header; without a valid one, starts a new trace.</summary>
    public static Activity? Resume(string name, string? traceParent, ActivityKind kind = ActivityKind.Internal) =>
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent)
            ? Source.StartActivity(name, kind, parent)
            : Source.StartActivity(name, kind);

    /// <summary>Marks a span as failed by the kind of error alone; what the error says stays inside.</summary>
    public static void Fail(this Activity? activity, Exception exception)
    {
        if (activity is null) return;
        activity.SetTag("error.type", exception.GetType().FullName);
        activity.SetStatus(ActivityStatusCode.Error);
    }
}
