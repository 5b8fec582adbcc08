using System.Runtime.CompilerServices;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;
using Tiltas.Identification.Screenings;

namespace Tiltas.Identification.Htcds;

/// <summary>
/// What one agency recorded itself: the screenings it made, oldest first, then the statuses it conferred, by subject and version. Read in pages, so
/// that a slow reader holds no connection of the store; rows are only added, so what comes meanwhile stands at the end or in the next export.
/// </summary>
public sealed class OwnRecords(NpgsqlDataSource store, IndicatorSets sets, CountryData country)
{
    private const int Page = 500;

    private const string Types = "SELECT type FROM agencies WHERE id = $1";

    private const string Screenings = """
        SELECT id, subject, set_id, set_version, age_band, language, at, observed FROM screenings
        WHERE agency = $1 AND id > $2 ORDER BY id LIMIT $3
        """;

    private const string Standings = """
        SELECT subject, version, status, age_band, at FROM standings
        WHERE conferred_by = $1 AND confers AND (subject, version) > ($2, $3) ORDER BY subject, version LIMIT $4
        """;

    /// <summary>All of it.</summary>
    public async IAsyncEnumerable<HtcdsRecord> Of(AgencyId agency, [EnumeratorCancellation] CancellationToken stop)
    {
        var type = (await Read(Types, row => Enum.Parse<AgencyType>(row.GetString(0)), stop, agency.Value)).Cast<AgencyType?>().FirstOrDefault();

        var screening = Guid.Empty;
        List<HtcdsRecord> page;
        do
        {
            page = await Read(Screenings, row =>
            {
                screening = row.GetGuid(0);
                return Screening(row, type);
            }, stop, agency.Value, screening, Page);
            foreach (var record in page) yield return record;
        }
        while (page.Count == Page);

        var (subject, version) = (Guid.Empty, 0);
        do
        {
            page = await Read(Standings, row =>
            {
                (subject, version) = (row.GetGuid(0), row.GetInt32(1));
                return Standing(row, type);
            }, stop, agency.Value, subject, version, Page);
            foreach (var record in page) yield return record;
        }
        while (page.Count == Page);
    }

    private HtcdsRecord Screening(NpgsqlDataReader row, AgencyType? type)
    {
        var (id, version) = (row.GetString(2), row.GetInt32(3));
        var set = sets.Used(id, version);
        var observed = row.GetFieldValue<string[]>(7).ToHashSet(StringComparer.Ordinal);
        return new HtcdsRecord
        {
            Subject = SubjectRef.From(row.GetGuid(1)), Screening = ScreeningId.From(row.GetGuid(0)), Version = null, At = row.GetFieldValue<DateTimeOffset>(6),
            TraffickingStatus = null, DecisionMakingOrg = null, OrganisationType = OrganisationType(type),
            MethodsOfControl = Values(country.HtcdsIndicators.MethodsOf(set, observed), HtcdsTable.MethodsOfControl),
            TypeOfExploitation = Values(HtcdsIndicators.ExploitationOf(set, observed), HtcdsTable.TypeOfExploitation),
            Status = null, AgeBand = Enum.Parse<AgeBand>(row.GetString(4)),
            Set = id, SetVersion = version,
            Observed = [.. set.Indicators.Select(indicator => indicator.Code).Where(observed.Contains)],
            Language = row.IsDBNull(5) ? null : country.Htcds.Languages[row.GetString(5)],
        };
    }

    private HtcdsRecord Standing(NpgsqlDataReader row, AgencyType? type)
    {
        var status = Enum.Parse<VictimStatus>(row.GetString(2));
        var told = country.Htcds.Write(status, HtcdsTable.TraffickingStatus);
        return new HtcdsRecord
        {
            Subject = SubjectRef.From(row.GetGuid(0)), Screening = null, Version = row.GetInt32(1), At = row.GetFieldValue<DateTimeOffset>(4),
            TraffickingStatus = told,
            // Where no status is told, nobody decided on one.
            DecisionMakingOrg = told is not null && type is { } by ? country.Htcds.Write(by, HtcdsTable.DecisionMakingOrg) : null,
            OrganisationType = OrganisationType(type), MethodsOfControl = [], TypeOfExploitation = [],
            Status = status, AgeBand = Enum.Parse<AgeBand>(row.GetString(3)), Set = null, SetVersion = null, Observed = [], Language = null,
        };
    }

    private string? OrganisationType(AgencyType? type) => type is { } known ? country.Htcds.Write(known, HtcdsTable.OrganisationType) : null;

    private string[] Values<T>(IEnumerable<T> codes, string field) where T : struct, Enum =>
        [.. codes.Select(code => country.Htcds.Write(code, field)).OfType<string>().Distinct(StringComparer.Ordinal)];

    private async Task<List<T>> Read<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken stop, params object[] parameters)
    {
        await using var command = store.CreateCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(new() { Value = parameter });
        await using var reader = await command.ExecuteReaderAsync(stop);
        var rows = new List<T>();
        while (await reader.ReadAsync(stop)) rows.Add(read(reader));
        return rows;
    }
}
