using Npgsql;
using Tiltas.Bench.Generator;
using Tiltas.Bench.Report;

namespace Tiltas.Bench.Measure;

/// <summary>What arrived in the last database of a path, set against what was sent: throughput, delay, and whether anything is missing or twice.</summary>
internal sealed record FarTable
{
    public required double PerSecond { get; init; }

    /// <summary>Milliseconds from the intended start to the far commit.</summary>
    public required Delays Delays { get; init; }

    public static async Task<List<(Guid Id, DateTimeOffset Committed)>> Read(NpgsqlDataSource source, string sql, CancellationToken stop)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var rows = new List<(Guid, DateTimeOffset)>();
        while (await reader.ReadAsync(stop)) rows.Add((reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1)));
        return rows;
    }

    public static FarTable Compare(string what, LoadResult sent, IReadOnlyList<(Guid Id, DateTimeOffset Committed)> arrived, Findings findings)
    {
        var intended = sent.Taken.ToDictionary(taken => taken.Id, taken => taken.Intended);
        var seen = new HashSet<Guid>(arrived.Count);
        var (doubled, foreign) = (0, 0);
        var delays = new List<double>(arrived.Count);
        foreach (var (id, committed) in arrived)
        {
            if (!seen.Add(id)) doubled++;
            else if (intended.TryGetValue(id, out var start)) delays.Add((committed - start).TotalMilliseconds);
            else foreign++;
        }
        var lost = intended.Keys.Count(id => !seen.Contains(id));
        if (lost > 0) findings.Fault($"{what}: {lost} of {intended.Count} never arrived");
        if (doubled > 0) findings.Fault($"{what}: {doubled} arrived twice");
        if (foreign > 0) findings.Fault($"{what}: {foreign} arrived that nobody had been told were taken");
        foreach (var (answer, count) in sent.Refused) findings.Fault($"{what}: {count} × {answer}");
        if (arrived.Count == 0) throw new InvalidOperationException($"{what}: nothing arrived.");

        var last = arrived.Max(row => row.Committed);
        return new FarTable { PerSecond = sent.Taken.Count / (last - sent.Began).TotalSeconds, Delays = new Delays(delays) };
    }
}
