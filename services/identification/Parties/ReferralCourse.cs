using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Identification.Parties;

/// <summary>Keeps when a referral's recipient acknowledged and accepted it: the first time of each, in whatever order the messages come.</summary>
public sealed class ReferralCourse : IHandler<ReferralAcknowledged>, IHandler<ReferralAccepted>
{
    // The least of two times passes over one that is not there.
    private static string Note(string column) => $"""
        INSERT INTO referrals AS r (referral, {column}) SELECT referral, min(at) FROM unnest($1, $2) AS news (referral, at) GROUP BY referral ORDER BY referral
        ON CONFLICT (referral) DO UPDATE SET {column} = least(r.{column}, EXCLUDED.{column})
        """;

    private static readonly string Acknowledged = Note("acknowledged_at"), Accepted = Note("accepted_at"), Declined = Note("declined_at");

    public Task Handle(IReadOnlyList<Delivery<ReferralAcknowledged>> messages, GroupScope scope, CancellationToken stop) =>
        Keep(Acknowledged, [.. messages.Select(delivery => (delivery.Message.Referral, delivery.Message.At))], scope, stop);

    public Task Handle(IReadOnlyList<Delivery<ReferralAccepted>> messages, GroupScope scope, CancellationToken stop) =>
        Keep(Accepted, [.. messages.Select(delivery => (delivery.Message.Referral, delivery.Message.At))], scope, stop);

    /// <summary>That it was declined ends it as well, so whoever keeps that keeps the time.</summary>
    internal static Task KeepDeclined(IReadOnlyList<Delivery<ReferralDeclined>> messages, GroupScope scope, CancellationToken stop) =>
        Keep(Declined, [.. messages.Select(delivery => (delivery.Message.Referral, delivery.Message.At))], scope, stop);

    private static async Task Keep(string sql, (ReferralId Referral, DateTimeOffset At)[] news, GroupScope scope, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, scope.Connection)
        {
            Parameters = { new() { Value = Array.ConvertAll(news, one => one.Referral.Value) }, new() { Value = Array.ConvertAll(news, one => one.At.ToUniversalTime()) } },
        };
        await command.ExecuteNonQueryAsync(stop);
    }
}
