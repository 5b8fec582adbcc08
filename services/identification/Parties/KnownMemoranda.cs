using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.Parties;

/// <summary>Keeps each memorandum as it was last told. An older version never overwrites a newer one.</summary>
public sealed class KnownMemoranda : IHandler<MemorandumInForce>, IHandler<MemorandumEnded>
{
    // The lists are for processes of before there were clauses; they never say more than the clauses do.
    private const string Upsert = """
        INSERT INTO memoranda AS known (id, version, parties, purposes, needs, valid_from, valid_to, agreement) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version, parties = EXCLUDED.parties, purposes = EXCLUDED.purposes, needs = EXCLUDED.needs,
            valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to, agreement = EXCLUDED.agreement
        WHERE known.version < EXCLUDED.version
        """;

    public Task Handle(IReadOnlyList<Delivery<MemorandumInForce>> messages, GroupScope scope, CancellationToken stop) =>
        Keep(messages.Select(delivery => delivery.Message).Select(m => new Known(m.Purposes, m.Needs, Agreement.Of(m))), scope, stop);

    public Task Handle(IReadOnlyList<Delivery<MemorandumEnded>> messages, GroupScope scope, CancellationToken stop) =>
        Keep(messages.Select(delivery => delivery.Message).Select(m => new Known(m.Purposes, m.Needs, Agreement.Of(m))), scope, stop);

    /// <summary>What a row says. The state counts while it is of the row's version; otherwise the lists do.</summary>
    internal static Agreement Read(string? agreement, MemorandumId id, int version, AgencyId[] parties, Purpose[] purposes, Need[] needs, DateOnly from, DateOnly? to) =>
        agreement is not null && JsonSerializer.Deserialize<Agreement>(agreement, TiltasJson.Messages)! is var read && read.Version == version
            ? read
            : new Agreement { Memorandum = id, Version = version, Parties = parties, Clauses = Agreement.Whole([], purposes, needs), ValidFrom = from, ValidTo = to, Suspensions = [] };

    private static async Task Keep(IEnumerable<Known> news, GroupScope scope, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(scope.Connection);
        // Ordered, so that two groups that meet on the same rows cannot lock each other out.
        foreach (var item in news.OrderBy(item => item.Agreement.Memorandum.Value, StringComparer.Ordinal))
            batch.BatchCommands.Add(new(Upsert)
            {
                Parameters =
                {
                    new() { Value = item.Agreement.Memorandum.Value }, new() { Value = item.Agreement.Version }, new() { Value = Array.ConvertAll(item.Agreement.Parties, party => party.Value) },
                    new() { Value = Array.ConvertAll(item.Purposes, purpose => purpose.ToString()) }, new() { Value = Array.ConvertAll(item.Needs, need => need.ToString()) },
                    new() { Value = item.Agreement.ValidFrom }, new() { Value = item.Agreement.ValidTo is { } last ? last : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date },
                    new() { Value = JsonSerializer.Serialize(item.Agreement, TiltasJson.Messages), NpgsqlDbType = NpgsqlDbType.Jsonb },
                },
            });
        await batch.ExecuteNonQueryAsync(stop);
    }

    private sealed record Known(Purpose[] Purposes, Need[] Needs, Agreement Agreement);
}
