using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Statuses;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Parties;

/// <summary>Who may touch a subject. What is not (yet) visible is waited for, whether it exists or not, so that the time taken tells nothing.</summary>
public sealed class Door(NpgsqlDataSource store, Arrivals arrivals, Calendar calendar)
{
    // Its owner; who conferred a standing, because that is its own act.
    private const string IsParty = """
        SELECT 1 WHERE EXISTS (SELECT FROM subject_owners WHERE subject = $1 AND owner = $2) OR EXISTS (SELECT FROM standings WHERE subject = $1 AND conferred_by = $2)
        """;

    // Else the recipient of an open referral that consent covers today, between two active agencies, while one of these memoranda covers it.
    private const string Referred = """
        SELECT r.from_agency, r.purpose, r.need, r.submitted_at, m.id, m.version, m.parties, m.purposes, m.needs, m.valid_from, m.valid_to, m.agreement::text
        FROM referrals r
        JOIN agencies sender ON sender.id = r.from_agency AND sender.standing = 'Active'
        JOIN agencies recipient ON recipient.id = r.to_agency AND recipient.standing = 'Active'
        JOIN memoranda m ON m.parties @> ARRAY[r.from_agency, r.to_agency]
        WHERE r.subject = $1 AND r.to_agency = $2 AND NOT r.ended AND NOT r.uncovered AND (r.covered_until IS NULL OR r.covered_until >= $3)
        """;

    /// <summary>Null when the agency is a party to the subject; otherwise an answer that does not say whether the subject exists.</summary>
    public async Task<Error?> Refuses(AgencyId agency, SubjectRef subject, CancellationToken stop) =>
        await arrivals.Await<object>(Arrivals.Of(subject), async () => await MayCome(agency, subject, stop) ? (object)subject : null, stop) is null ? PartyErrors.NoSuchSubject : null;

    /// <summary>The agency that opened the subject; none while word of that is under way.</summary>
    public async Task<AgencyId?> OwnerOf(SubjectRef subject, CancellationToken stop)
    {
        await using var command = store.CreateCommand("SELECT owner FROM subject_owners WHERE subject = $1");
        command.Parameters.Add(new() { Value = subject.Value });
        return await command.ExecuteScalarAsync(stop) is string owner ? AgencyId.From(owner) : null;
    }

    /// <summary>True for the agency that opened the subject.</summary>
    public async Task<bool> Owns(AgencyId agency, SubjectRef subject, CancellationToken stop) => await OwnerOf(subject, stop) == agency;

    /// <summary>The right to stay as far as that agency may know: whoever told of it, and the subject's owner. Null for others, and while nobody has said.</summary>
    internal async Task<ResidenceStatus?> ResidenceFor(AgencyId agency, SubjectRef subject, StandingRow? standing, CancellationToken stop) =>
        standing is { Residence: not ResidenceStatus.Unknown } && (standing.ResidenceBy == agency || await Owns(agency, subject, stop)) ? standing.Residence : null;

    /// <summary>What holds at this moment, without waiting for news.</summary>
    internal async Task<bool> MayCome(AgencyId agency, SubjectRef subject, CancellationToken stop)
    {
        var today = calendar.Today;
        await using var batch = store.CreateBatch();
        batch.BatchCommands.Add(new(IsParty) { Parameters = { new() { Value = subject.Value }, new() { Value = agency.Value } } });
        batch.BatchCommands.Add(new(Referred) { Parameters = { new() { Value = subject.Value }, new() { Value = agency.Value }, new() { Value = today } } });
        await using var reader = await batch.ExecuteReaderAsync(stop);
        if (await reader.ReadAsync(stop)) return true;
        await reader.NextResultAsync(stop);
        while (await reader.ReadAsync(stop))
            if (Covers(reader, agency, today)) return true;
        return false;
    }

    private bool Covers(NpgsqlDataReader row, AgencyId recipient, DateOnly today)
    {
        var memorandum = KnownMemoranda.Read(
            row.IsDBNull(11) ? null : row.GetString(11), MemorandumId.From(row.GetString(4)), row.GetInt32(5), Array.ConvertAll(row.GetFieldValue<string[]>(6), AgencyId.From),
            Array.ConvertAll(row.GetFieldValue<string[]>(7), Enum.Parse<Purpose>), Array.ConvertAll(row.GetFieldValue<string[]>(8), Enum.Parse<Need>),
            row.GetFieldValue<DateOnly>(9), row.IsDBNull(10) ? null : row.GetFieldValue<DateOnly>(10));
        // When it was submitted is known of referrals since memoranda can let them be finished; of others nothing is to be finished.
        var submitted = row.IsDBNull(3) ? today : calendar.Day(row.GetFieldValue<DateTimeOffset>(3));
        return memorandum.Holds(today, submitted)
            && memorandum.Covering(AgencyId.From(row.GetString(0)), recipient, Enum.Parse<Purpose>(row.GetString(1)), Enum.Parse<Need>(row.GetString(2))).Any();
    }

    /// <summary>The type of an active agency. Asked before anything is written: it says nothing about a subject.</summary>
    public async Task<Result<AgencyType>> TypeOf(AgencyId agency, CancellationToken stop)
    {
        var known = await arrivals.Await(Arrivals.Of(agency), async () =>
        {
            await using var command = store.CreateCommand("SELECT type, standing FROM agencies WHERE id = $1");
            command.Parameters.Add(new() { Value = agency.Value });
            await using var reader = await command.ExecuteReaderAsync(stop);
            return await reader.ReadAsync(stop) ? new KnownAgency(Enum.Parse<AgencyType>(reader.GetString(0)), Enum.Parse<AgencyStanding>(reader.GetString(1))) : null;
        }, stop);
        if (known is null) return PartyErrors.NotInDirectory;
        return known.Standing == AgencyStanding.Active ? known.Type : PartyErrors.NotActive;
    }

    private sealed record KnownAgency(AgencyType Type, AgencyStanding Standing);
}
