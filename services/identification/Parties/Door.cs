using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Statuses;

namespace Tiltas.Identification.Parties;

/// <summary>Who may touch a subject. What is not (yet) visible is waited for, whether it exists or not, so that the time taken tells nothing.</summary>
public sealed class Door(NpgsqlDataSource store, Arrivals arrivals, Calendar calendar)
{
    // Its owner; who conferred a standing, because that is its own act; else the recipient of an open referral that consent and a
    // memorandum in force cover today, between two active agencies.
    private const string MayCome = """
        SELECT 1 WHERE EXISTS (SELECT FROM subject_owners WHERE subject = $1 AND owner = $2)
        OR EXISTS (SELECT FROM standings WHERE subject = $1 AND conferred_by = $2)
        OR EXISTS (
            SELECT FROM referrals r
            JOIN agencies sender ON sender.id = r.from_agency AND sender.standing = 'Active'
            JOIN agencies recipient ON recipient.id = r.to_agency AND recipient.standing = 'Active'
            WHERE r.subject = $1 AND r.to_agency = $2 AND NOT r.ended AND NOT r.uncovered AND (r.covered_until IS NULL OR r.covered_until >= $3)
            AND EXISTS (
                SELECT FROM memoranda m WHERE m.parties @> ARRAY[r.from_agency, r.to_agency] AND m.purposes @> ARRAY[r.purpose]
                AND (cardinality(m.needs) = 0 OR m.needs @> ARRAY[r.need]) AND m.valid_from <= $3 AND (m.valid_to IS NULL OR m.valid_to >= $3)))
        """;

    /// <summary>Null when the agency is a party to the subject; otherwise an answer that does not say whether the subject exists.</summary>
    public async Task<Error?> Refuses(AgencyId agency, SubjectRef subject, CancellationToken stop) =>
        await arrivals.Await<object>(Arrivals.Of(subject), async () =>
        {
            await using var command = store.CreateCommand(MayCome);
            command.Parameters.Add(new() { Value = subject.Value });
            command.Parameters.Add(new() { Value = agency.Value });
            command.Parameters.Add(new() { Value = calendar.Today });
            return await command.ExecuteScalarAsync(stop);
        }, stop) is null ? PartyErrors.NoSuchSubject : null;

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
