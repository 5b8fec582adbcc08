using Tiltas.Bench.Limits;
using Tiltas.Bench.Network;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Referral.V1;

namespace Tiltas.Bench.Journey;

/// <summary>All rows that one referral leaves on its way to the recipient's feed, as scripts for pgbench.</summary>
internal sealed class ReferralRows(BenchServers servers, LimitTables tables)
{
    private const int Feeds = 10_000;

    /// <summary>A commit for each side, row by row; and the stricter form, one statement for each side.</summary>
    public async Task<(PgBench RowByRow, PgBench Statement)> Scripts(Guid referral, Offer offer, CancellationToken stop)
    {
        await tables.Copy("referral", ["referrals", "decisions", "idempotency_keys", "outbox"], stop);
        await tables.Copy("notification", ["inbox", "stories", "feeds", "notices"], stop);
        // So many feeds that no client waits for another's row: the limit shall not be lowered by a lock that the service needs.
        await tables.Run($"INSERT INTO notification.feeds SELECT 'agency-' || n, 1 FROM generate_series(1, {Feeds}) AS n", stop);

        var none = new Dictionary<string, string>();
        string[] near =
        [
            await tables.InsertLike("referral", "idempotency_keys", $"answer ->> 'referralId' = '{referral}'", new Dictionary<string, string> { ["key"] = "gen_random_uuid()::text" }, stop),
            LimitTables.InsertOutbox("referral", Message(offer)),
            await tables.InsertLike("referral", "decisions", $"referral = '{referral}'", none, stop),
            await tables.InsertLike("referral", "referrals", $"referral = '{referral}'", none, stop),
        ];
        string[] far =
        [
            await tables.InsertLike("notification", "inbox", "consumer LIKE 'ReferralSubmitted%'", none, stop),
            await tables.InsertLike("notification", "stories", $"reference = '{referral}'", none, stop),
            "INSERT INTO notification.feeds AS f (agency, last_seq) VALUES ('agency-' || :agency, 1) ON CONFLICT (agency) DO UPDATE SET last_seq = f.last_seq + EXCLUDED.last_seq",
            await tables.InsertLike("notification", "notices", $"reference = '{referral}' AND kind = 'ReferralSubmitted'",
                new Dictionary<string, string> { ["agency"] = "'agency-' || :agency", ["seq"] = ":seq" }, stop),
        ];
        var random = $"\\set agency random(1, {Feeds})\n\\set seq random(1, 9000000000000000)\n";
        return (
            new PgBench(servers, LimitTables.Database, "referral-rows", random + Transaction(near) + Transaction(far)),
            new PgBench(servers, LimitTables.Database, "referral-statements", random + Statement(near) + Statement(far)));
    }

    private static string Transaction(string[] inserts) => $"BEGIN;\n{string.Join(";\n", inserts)};\nCOMMIT;\n";

    private static string Statement(string[] inserts) =>
        $"WITH {string.Join(", ", inserts[..^1].Select((insert, n) => $"part{n} AS ({insert})"))} {inserts[^1]};\n";

    private static ReferralSubmitted Message(Offer offer)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new ReferralSubmitted
        {
            Referral = new(Guid.CreateVersion7(now)), Version = 1, Subject = new(Guid.CreateVersion7(now)), From = AgencyId.From(BenchNetwork.Sender),
            To = AgencyId.From(offer.Agency), Need = Enum.Parse<Need>(offer.Need), Purpose = Enum.Parse<Purpose>(offer.Purpose), Urgency = Urgency.Normal,
            AcknowledgeBy = now.AddDays(1), DecideBy = now.AddDays(3), At = now,
        };
    }
}
