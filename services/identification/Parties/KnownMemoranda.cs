using Npgsql;
using NpgsqlTypes;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Identification.Parties;

/// <summary>Keeps of each memorandum between whom, what for and when it is in force. An older version never overwrites a newer one.</summary>
public sealed class KnownMemoranda : IHandler<MemorandumInForce>, IHandler<MemorandumEnded>
{
    private const string Upsert = """
        INSERT INTO memoranda AS known (id, version, parties, purposes, needs, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version, parties = EXCLUDED.parties, purposes = EXCLUDED.purposes, needs = EXCLUDED.needs,
            valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to
        WHERE known.version < EXCLUDED.version
        """;

    public Task Handle(IReadOnlyList<Delivery<MemorandumInForce>> messages, GroupScope scope, CancellationToken stop) =>
        Keep(messages.Select(delivery => delivery.Message).Select(m => new Known(m.Memorandum, m.Version, m.Parties, m.Purposes, m.Needs, m.ValidFrom, m.ValidTo)), scope, stop);

    public Task Handle(IReadOnlyList<Delivery<MemorandumEnded>> messages, GroupScope scope, CancellationToken stop) =>
        Keep(messages.Select(delivery => delivery.Message).Select(m => new Known(m.Memorandum, m.Version, m.Parties, m.Purposes, m.Needs, m.ValidFrom, m.ValidTo)), scope, stop);

    private static async Task Keep(IEnumerable<Known> news, GroupScope scope, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(scope.Connection);
        // Ordered, so that two groups that meet on the same rows cannot lock each other out.
        foreach (var item in news.OrderBy(item => item.Memorandum.Value, StringComparer.Ordinal))
            batch.BatchCommands.Add(new(Upsert)
            {
                Parameters =
                {
                    new() { Value = item.Memorandum.Value }, new() { Value = item.Version }, new() { Value = Array.ConvertAll(item.Parties, party => party.Value) },
                    new() { Value = Array.ConvertAll(item.Purposes, purpose => purpose.ToString()) }, new() { Value = Array.ConvertAll(item.Needs, need => need.ToString()) },
                    new() { Value = item.ValidFrom }, new() { Value = item.ValidTo is { } last ? last : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date },
                },
            });
        await batch.ExecuteNonQueryAsync(stop);
    }

    private sealed record Known(MemorandumId Memorandum, int Version, AgencyId[] Parties, Purpose[] Purposes, Need[] Needs, DateOnly ValidFrom, DateOnly? ValidTo);
}
