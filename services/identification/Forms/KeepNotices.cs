using Npgsql;
using NpgsqlTypes;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Notification.V1;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Identification.Forms;

/// <summary>Keeps when the notice of a form was fetched and looked at, for the proof of delivery: the first time of each, in whatever order the messages come.</summary>
public sealed class KeepNotices : IHandler<NoticeDelivered>, IHandler<NoticeSeen>
{
    // The least of two times passes over one that is not there.
    private const string Note = """
        INSERT INTO form_notices AS n (form, referral, delivered_at, seen_at)
        SELECT form, referral, min(delivered_at), min(seen_at) FROM unnest($1, $2, $3, $4) AS news (form, referral, delivered_at, seen_at) GROUP BY form, referral ORDER BY form, referral
        ON CONFLICT (form, referral) DO UPDATE SET delivered_at = least(n.delivered_at, EXCLUDED.delivered_at), seen_at = least(n.seen_at, EXCLUDED.seen_at)
        """;

    public Task Handle(IReadOnlyList<Delivery<NoticeDelivered>> messages, GroupScope scope, CancellationToken stop) =>
        Keep([.. messages.Select(delivery => delivery.Message).Select(m => new News(m.Kind, m.Form, m.Referral, m.At.ToUniversalTime(), null))], scope, stop);

    public Task Handle(IReadOnlyList<Delivery<NoticeSeen>> messages, GroupScope scope, CancellationToken stop) =>
        Keep([.. messages.Select(delivery => delivery.Message).Select(m => new News(m.Kind, m.Form, m.Referral, null, m.At.ToUniversalTime()))], scope, stop);

    private static async Task Keep(News[] all, GroupScope scope, CancellationToken stop)
    {
        var news = Array.FindAll(all, one => one is { Kind: NoticeKind.FormSent, Form: not null, Referral: not null });
        if (news.Length == 0) return;
        await using var command = new NpgsqlCommand(Note, scope.Connection)
        {
            Parameters =
            {
                new() { Value = Array.ConvertAll(news, one => one.Form!.Value.Value) }, new() { Value = Array.ConvertAll(news, one => one.Referral!.Value.Value) },
                Times(Array.ConvertAll(news, one => one.DeliveredAt)), Times(Array.ConvertAll(news, one => one.SeenAt)),
            },
        };
        await command.ExecuteNonQueryAsync(stop);
    }

    private static NpgsqlParameter Times(DateTimeOffset?[] times) => new() { Value = times, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };

    private sealed record News(NoticeKind Kind, FormId? Form, ReferralId? Referral, DateTimeOffset? DeliveredAt, DateTimeOffset? SeenAt);
}
