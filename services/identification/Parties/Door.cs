using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.Parties;

/// <summary>Who may touch a subject. What is not (yet) visible is waited for, whether it exists or not, so that the time taken tells nothing.</summary>
public sealed class Door(NpgsqlDataSource store, Arrivals arrivals)
{
    /// <summary>Null when the agency is a party to the subject; otherwise an answer that does not say whether the subject exists.</summary>
    public async Task<Error?> Refuses(AgencyId agency, SubjectRef subject, CancellationToken stop) =>
        await arrivals.Await<object>(Arrivals.Of(subject), async () =>
        {
            await using var command = store.CreateCommand("SELECT 1 FROM subject_parties WHERE subject = $1 AND agency = $2");
            command.Parameters.Add(new() { Value = subject.Value });
            command.Parameters.Add(new() { Value = agency.Value });
            return await command.ExecuteScalarAsync(stop);
        }, stop) is null ? PartyErrors.NoSuchSubject : null;

    /// <summary>The type of an active agency.</summary>
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
