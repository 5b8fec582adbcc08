using System.Globalization;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>What lies in all four databases, table by table, as counts and fingerprints.</summary>
internal static class Tables
{
    private static readonly string[] Services = ["directory", "identification", "referral", "notification"];

    /// <summary>Every table but <c>decisions</c>, which records refusals too.</summary>
    public static async Task<SortedDictionary<string, string>> Snapshot(this TestNetwork network)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in Services)
        {
            var tables = await network.Query(service, """
                SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                AND relname NOT IN ('decisions', 'migrations') AND has_table_privilege(oid, 'SELECT')
                """);
            foreach (var table in tables.Select(row => (string)row[0]!))
            {
                var row = (await network.Query(service, $"SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM \"{table}\" t"))[0];
                all.Add($"{service}.{table}", string.Create(CultureInfo.InvariantCulture, $"{row[0]} rows, {row[1]}"));
            }
        }
        return all;
    }

    /// <summary>As <see cref="Snapshot"/>, once nothing is under way any more.</summary>
    public static async Task<SortedDictionary<string, string>> Quiet(this TestNetwork network)
    {
        await network.Settled();
        var last = await network.Snapshot();
        return await Eventually.Some("four databases at rest", async () =>
        {
            var (before, now) = (last, await network.Snapshot());
            last = now;
            return before.SequenceEqual(now) ? now : null;
        });
    }
}
