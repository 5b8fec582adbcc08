using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Identification.Parties;

/// <summary>Keeps of each agency what decides which status it may confer.</summary>
public sealed class KnownAgencies(Arrivals arrivals) : IHandler<AgencyRegistered>, IHandler<AgencyChanged>
{
    private const string Upsert = """
        INSERT INTO agencies AS known (id, version, type, standing)
        SELECT DISTINCT ON (id) id, version, type, standing FROM unnest($1, $2, $3, $4) AS news (id, version, type, standing)
        ORDER BY id, version DESC
        ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version, type = EXCLUDED.type, standing = EXCLUDED.standing
        WHERE known.version < EXCLUDED.version
        """;

    public Task Handle(IReadOnlyList<Delivery<AgencyRegistered>> messages, GroupScope scope, CancellationToken stop) =>
        Keep([.. messages.Select(delivery => new Known(delivery.Message.Agency, delivery.Message.Version, delivery.Message.Type, delivery.Message.Standing))], scope, stop);

    public Task Handle(IReadOnlyList<Delivery<AgencyChanged>> messages, GroupScope scope, CancellationToken stop) =>
        Keep([.. messages.Select(delivery => new Known(delivery.Message.Agency, delivery.Message.Version, delivery.Message.Type, delivery.Message.Standing))], scope, stop);

    private async Task Keep(Known[] news, GroupScope scope, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(Upsert, scope.Connection)
        {
            Parameters =
            {
                new() { Value = Array.ConvertAll(news, item => item.Agency.Value) },
                new() { Value = Array.ConvertAll(news, item => item.Version) },
                new() { Value = Array.ConvertAll(news, item => item.Type.ToString()) },
                new() { Value = Array.ConvertAll(news, item => item.Standing.ToString()) },
            },
        };
        await command.ExecuteNonQueryAsync(stop);
        scope.Afterwards(() => arrivals.Arrived(news.Select(item => Arrivals.Of(item.Agency)).ToHashSet()));
    }

    private sealed record Known(AgencyId Agency, int Version, AgencyType Type, AgencyStanding Standing);
}
