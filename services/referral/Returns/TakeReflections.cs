using Npgsql;
using NpgsqlTypes;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Referral.Returns;

/// <summary>Keeps where each reflection period stands; an older message never overwrites a newer one.</summary>
internal sealed class TakeReflections : IHandler<ReflectionPeriodChanged>
{
    private const string Upsert = """
        INSERT INTO reflections AS known (subject, version, state, last_day)
        SELECT DISTINCT ON (subject) subject, version, state, last_day FROM unnest($1, $2, $3, $4) AS news (subject, version, state, last_day) ORDER BY subject, version DESC
        ON CONFLICT (subject) DO UPDATE SET version = EXCLUDED.version, state = EXCLUDED.state, last_day = EXCLUDED.last_day WHERE known.version < EXCLUDED.version
        """;

    public async Task Handle(IReadOnlyList<Delivery<ReflectionPeriodChanged>> messages, GroupScope scope, CancellationToken stop)
    {
        var news = messages.Select(delivery => delivery.Message).ToList();
        await using var command = new NpgsqlCommand(Upsert, scope.Connection)
        {
            Parameters =
            {
                new() { Value = news.ConvertAll(one => one.Subject.Value).ToArray() }, new() { Value = news.ConvertAll(one => one.Version).ToArray() },
                new() { Value = news.ConvertAll(one => one.State.ToString()).ToArray() },
                new() { Value = news.ConvertAll(one => one.LastDay).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date },
            },
        };
        await command.ExecuteNonQueryAsync(stop);
    }
}
