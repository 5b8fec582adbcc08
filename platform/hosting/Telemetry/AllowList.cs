using System.Collections.Frozen;
using System.Globalization;

namespace Tiltas.Hosting.Telemetry;

/// <summary>
/// The one list of names that may leave a process in spans, logs and metrics. A name that is not here is dropped,
/// whoever wrote it; to let a new field out, add it here and say so in the change.
/// </summary>
public static class AllowList
{
    /// <summary>What stands in a log line where a value was not allowed out.</summary>
    public const string Dropped = "∅";

    private const int LongestValue = 200;

    private static readonly string[] Shared =
    [
        "http.request.method", "http.route", "http.response.status_code", "url.scheme", "server.port",
        "network.protocol.name", "network.protocol.version", "error.type",
        "db.system", "db.system.name", "db.namespace", "db.operation.name", "db.operation.batch.size", "db.collection.name",
        "db.response.status_code", "messaging.system", "messaging.destination.name",
        "rpc.system.name", "rpc.method", "rpc.response.status_code",
        TiltasActivity.AgencyType, TiltasActivity.Message, TiltasActivity.Outcome, TiltasActivity.Service, TiltasActivity.Loop,
        TiltasActivity.Queue, TiltasActivity.Rule, TiltasActivity.Code, TiltasActivity.Need, TiltasActivity.Urgency,
        TiltasActivity.State, TiltasActivity.Clock, TiltasActivity.NoticeKind, TiltasActivity.Consumer,
    ];

    /// <summary>Span attributes.</summary>
    public static FrozenSet<string> SpanTags { get; } = FrozenSet.Create(StringComparer.Ordinal,
    [
        .. Shared,
        "db.npgsql.prepared", "db.npgsql.rows",
        "messaging.operation", "messaging.operation.name", "messaging.operation.type", "messaging.message.id",
        "messaging.message.body.size", "messaging.batch.message_count", "messaging.masstransit.message_types",
        "messaging.masstransit.consumer_type", "messaging.rabbitmq.destination.routing_key",
        "proxy.route_id", "proxy.cluster_id", "proxy.destination_id",
        "exception.type", "exception.escaped",
        TiltasActivity.ReferralId, TiltasActivity.SubjectRef, TiltasActivity.MessageId, TiltasActivity.Agency,
        TiltasActivity.BatchSize, TiltasActivity.Attempt, TiltasActivity.Count, TiltasActivity.Version,
    ]);

    /// <summary>Metric labels. Nothing here identifies one referral or one person: a label must have few values.</summary>
    public static FrozenSet<string> MetricLabels { get; } = FrozenSet.Create(StringComparer.Ordinal,
    [
        .. Shared,
        "server.address", "network.transport", "network.type", "tls.protocol.version", "http.connection.state",
        "aspnetcore.routing.match_status", "aspnetcore.routing.is_fallback", "aspnetcore.request.is_unhandled",
        "aspnetcore.diagnostics.exception.result", "aspnetcore.diagnostics.handler.type",
        "aspnetcore.rate_limiting.policy", "aspnetcore.rate_limiting.result",
        "aspnetcore.authentication.scheme", "aspnetcore.authentication.result",
        "aspnetcore.authorization.policy", "aspnetcore.authorization.result", "aspnetcore.memory_pool.owner",
        "cpu.mode", "gc.heap.generation", "db.client.connection.state",
        "messaging.masstransit.service", "messaging.masstransit.bus", "messaging.masstransit.endpoint",
        "messaging.masstransit.destination", "messaging.masstransit.message_type", "messaging.masstransit.consumer_type",
        "messaging.masstransit.exception_type",
    ]);

    /// <summary>Names of placeholders in log templates, upper and lower case alike.</summary>
    public static FrozenSet<string> LogFields { get; } = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
    [
        "Agency", "AgencyId", "AgencyType", "From", "To", "Client", "ClientId",
        "Referral", "ReferralId", "Subject", "SubjectRef", "ConsentId", "ScreeningId", "InformationId", "GapId", "MemorandumId", "Memorandum",
        "ServiceId", "NoticeId", "NoticeKind", "Seq", "Sequence", "DataClass", "Purpose", "Need", "Urgency", "Clock",
        "MessageId", "MessageType", "Message", "MessageUrn", "Exchange", "Queue", "Consumer", "Group", "Loop", "Check", "Service", "Route", "Cluster",
        "Count", "Batch", "BatchSize", "Rows", "Parked", "Pending", "Backlog", "Attempt", "Attempts", "Tries", "Limit", "Bytes",
        "Elapsed", "ElapsedMs", "Milliseconds", "Seconds", "Age", "AgeSeconds", "Delay", "Oldest", "Since", "Until", "At", "DueAt",
        "Code", "Rule", "Missing", "Status", "StatusCode", "State", "Outcome", "Version", "Reason",
        "Migration", "Database", "Schema", "Table", "SqlState", "ErrorType", "ErrorCode", "Metric",
        "Port", "Address", "TraceIdentifier", "EnvName", "Signal", "KeyId", "ConnectionId", "Setting", "Kind", "Module", "Set",
    ]);

    /// <summary>Events inside a span that keep their name.</summary>
    public static FrozenSet<string> SpanEvents { get; } = FrozenSet.Create(StringComparer.Ordinal,
        "exception", "received-first-response", "proxy.forwarder.stage", "tiltas.parked", "tiltas.retry", "tiltas.duplicate");

    /// <summary>One line, bounded, without control characters: a value cannot forge a log line or flood one.</summary>
    internal static string Print(object? value, string? format = null)
    {
        var text = value switch
        {
            null => "null",
            string plain => plain,
            IFormattable formattable => formattable.ToString(format, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "null",
        };
        if (text.Length > LongestValue) text = string.Concat(text.AsSpan(0, LongestValue), "…");
        return text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && !text.Contains('\u007f')
            ? text
            : string.Create(text.Length, text, static (to, from) =>
            {
                for (var i = 0; i < from.Length; i++) to[i] = char.IsControl(from[i]) ? ' ' : from[i];
            });
    }

    /// <summary>Numbers and flags keep their type on the wire; all else is printed.</summary>
    internal static object? Carry(object? value) => value switch
    {
        null or bool or int or long or double or short or byte or float => value,
        string[] several => Array.ConvertAll(several, one => Print(one)),
        _ => Print(value),
    };
}
