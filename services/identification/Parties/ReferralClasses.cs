using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Tiltas.Contracts;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.Parties;

/// <summary>
/// Keeps which data classes consent lets a referral's recipient have. Its submission says it, and so does each withdrawal of a consent that
/// it relied on; each saying is kept once and never changed, and what all of them say is what holds. So any order and any repetition of the
/// messages comes to the same, and nothing that was taken away comes back.
/// </summary>
internal static class ReferralClasses
{
    // Ordered, so that two groups that meet on the same rows cannot lock each other out.
    private const string Say = """
        INSERT INTO referral_classes (referral, source, classes)
        SELECT DISTINCT ON (referral, source) referral, source, classes::jsonb FROM unnest($1, $2, $3) AS said (referral, source, classes) ORDER BY referral, source
        ON CONFLICT DO NOTHING
        """;

    public static Task Keep(IEnumerable<ReferralSubmitted> submitted, GroupScope scope, CancellationToken stop) =>
        Keep(submitted.Select(message => (message.Referral, message.Referral.Value, message.Classes)), scope, stop);

    public static Task Keep(IEnumerable<ConsentWithdrawn> withdrawn, GroupScope scope, CancellationToken stop) =>
        Keep(withdrawn.SelectMany(message => (message.Referrals ?? []).Select(one => (one.Referral, message.Consent.Value, one.Classes))), scope, stop);

    /// <summary>What all of them say; null when its submission is not here yet, or one of them says nothing.</summary>
    public static CoveredClass[]? Of(ReferralId referral, IReadOnlyCollection<(Guid Source, CoveredClass[]? Classes)> said)
    {
        if (said.All(one => one.Source != referral.Value) || said.Any(one => one.Classes is null)) return null;
        return
        [
            .. said.First().Classes!.Select(one => one.DataClass).Where(one => said.All(other => other.Classes!.Any(covered => covered.DataClass == one)))
                .Select(one => new CoveredClass { DataClass = one, Until = said.SelectMany(other => other.Classes!).Where(covered => covered.DataClass == one).Min(covered => covered.Until) }),
        ];
    }

    public static CoveredClass[]? Read(string? classes) => classes is null ? null : JsonSerializer.Deserialize<CoveredClass[]>(classes, TiltasJson.Messages);

    private static async Task Keep(IEnumerable<(ReferralId Referral, Guid Source, CoveredClass[]? Classes)> news, GroupScope scope, CancellationToken stop)
    {
        var said = news.ToList();
        await using var command = new NpgsqlCommand(Say, scope.Connection)
        {
            Parameters =
            {
                new() { Value = said.ConvertAll(one => one.Referral.Value) },
                new() { Value = said.ConvertAll(one => one.Source) },
                new() { Value = said.ConvertAll(one => one.Classes is null ? null : JsonSerializer.Serialize(one.Classes, TiltasJson.Messages)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        };
        await command.ExecuteNonQueryAsync(stop);
    }
}
