using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Statuses;

namespace Tiltas.Identification.Parties;

/// <summary>Reads what one referral lets its recipient have.</summary>
public sealed class Disclosures(NpgsqlDataSource store, Calendar calendar)
{
    private const string Terms = """
        SELECT r.subject, r.from_agency, r.to_agency, r.purpose, r.need, r.submitted_at, r.ended, NOT r.uncovered AND (r.covered_until IS NULL OR r.covered_until >= $2),
            (SELECT type FROM agencies WHERE id = r.to_agency),
            (SELECT count(*) FROM agencies WHERE id IN (r.from_agency, r.to_agency) AND standing = 'Active') = 2
        FROM referrals r WHERE r.referral = $1 AND r.subject IS NOT NULL
        """;

    private const string Said = "SELECT source, classes::text FROM referral_classes WHERE referral = $1";

    private const string Memoranda = """
        SELECT m.id, m.version, m.parties, m.purposes, m.needs, m.valid_from, m.valid_to, m.agreement::text
        FROM referrals r JOIN memoranda m ON m.parties @> ARRAY[r.from_agency, r.to_agency] WHERE r.referral = $1
        """;

    /// <summary>Null when the referral is not known here (yet).</summary>
    public async Task<Disclosure?> Find(ReferralId referral, CancellationToken stop)
    {
        await using var connection = await store.OpenConnectionAsync(stop);
        return await Find(referral, connection, false, stop);
    }

    /// <summary>As <see cref="Find"/>, in the connection's transaction: until that ends nothing of it is taken back.</summary>
    public Task<Disclosure?> Hold(ReferralId referral, NpgsqlConnection connection, CancellationToken stop) => Find(referral, connection, true, stop);

    private async Task<Disclosure?> Find(ReferralId referral, NpgsqlConnection connection, bool hold, CancellationToken stop)
    {
        var today = calendar.Today;
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(hold ? Terms + " FOR SHARE OF r" : Terms) { Parameters = { new() { Value = referral.Value }, new() { Value = today } } },
                new(Said) { Parameters = { new() { Value = referral.Value } } },
                new(Memoranda) { Parameters = { new() { Value = referral.Value } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(stop);
        if (!await reader.ReadAsync(stop)) return null;
        var terms = Read(reader, referral, today);

        await reader.NextResultAsync(stop);
        var said = new List<(Guid, CoveredClass[]?)>();
        while (await reader.ReadAsync(stop)) said.Add((reader.GetGuid(0), ReferralClasses.Read(reader.IsDBNull(1) ? null : reader.GetString(1))));
        await reader.NextResultAsync(stop);
        var memoranda = new List<Agreement>();
        while (await reader.ReadAsync(stop)) memoranda.Add(Memorandum(reader));
        return terms with { Classes = ReferralClasses.Of(referral, said), Memoranda = memoranda };
    }

    private Disclosure Read(NpgsqlDataReader row, ReferralId referral, DateOnly today) => new()
    {
        Referral = referral,
        Subject = SubjectRef.From(row.GetGuid(0)), From = AgencyId.From(row.GetString(1)), To = AgencyId.From(row.GetString(2)),
        Purpose = Enum.Parse<Purpose>(row.GetString(3)), Need = Enum.Parse<Need>(row.GetString(4)),
        // When it was submitted is known of referrals since memoranda can let them be finished; of others nothing is to be finished.
        Today = today, Submitted = row.IsDBNull(5) ? today : calendar.Day(row.GetFieldValue<DateTimeOffset>(5)),
        IsOpen = !row.GetBoolean(6), IsCovered = row.GetBoolean(7),
        ToType = row.IsDBNull(8) ? null : Enum.Parse<AgencyType>(row.GetString(8)), AreActive = row.GetBoolean(9),
        Classes = null, Memoranda = [],
    };

    private static Agreement Memorandum(NpgsqlDataReader row) => KnownMemoranda.Read(
        row.IsDBNull(7) ? null : row.GetString(7), MemorandumId.From(row.GetString(0)), row.GetInt32(1), Array.ConvertAll(row.GetFieldValue<string[]>(2), AgencyId.From),
        Array.ConvertAll(row.GetFieldValue<string[]>(3), Enum.Parse<Purpose>), Array.ConvertAll(row.GetFieldValue<string[]>(4), Enum.Parse<Need>),
        row.GetFieldValue<DateOnly>(5), row.IsDBNull(6) ? null : row.GetFieldValue<DateOnly>(6));
}
