using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Identification.Parties;

/// <summary>Keeps who is a party to which subject: the owner who opened it and every agency it was referred to.</summary>
public sealed class SubjectParties(Arrivals arrivals) : IHandler<SubjectOpened>, IHandler<ReferralSubmitted>
{
    // Ordered, so that two groups that meet on the same rows cannot lock each other out.
    private const string Add = """
        INSERT INTO subject_parties (subject, agency, since)
        SELECT subject, agency, min(since) FROM unnest($1, $2, $3) AS party (subject, agency, since)
        GROUP BY subject, agency ORDER BY subject, agency
        ON CONFLICT DO NOTHING
        """;

    public Task Handle(IReadOnlyList<Delivery<SubjectOpened>> messages, GroupScope scope, CancellationToken stop) =>
        AddAll([.. messages.Select(delivery => (delivery.Message.Subject, delivery.Message.Owner, delivery.Message.At))], scope, stop);

    public Task Handle(IReadOnlyList<Delivery<ReferralSubmitted>> messages, GroupScope scope, CancellationToken stop) =>
        AddAll([.. messages.Select(delivery => (delivery.Message.Subject, delivery.Message.To, delivery.Message.At))], scope, stop);

    private async Task AddAll((SubjectRef Subject, AgencyId Agency, DateTimeOffset Since)[] parties, GroupScope scope, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(Add, scope.Connection)
        {
            Parameters =
            {
                new() { Value = Array.ConvertAll(parties, party => party.Subject.Value) },
                new() { Value = Array.ConvertAll(parties, party => party.Agency.Value) },
                new() { Value = Array.ConvertAll(parties, party => party.Since.ToUniversalTime()) },
            },
        };
        await command.ExecuteNonQueryAsync(stop);
        scope.Afterwards(() => arrivals.Arrived(parties.Select(party => Arrivals.Of(party.Subject)).ToHashSet()));
    }
}
