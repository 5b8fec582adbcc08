using System.Diagnostics;
using Npgsql;
using Tiltas.Bench.Measure;

namespace Tiltas.Bench.Directory;

/// <summary>The limit: the rows of an answer read by the bare client library over one connection, by one statement, into nothing.</summary>
internal sealed class PlainStatements(NpgsqlDataSource store)
{
    /// <summary>Delays of as many questions as the time allows.</summary>
    public async Task<Delays> Run(IReadOnlyList<DrawnQuestion> questions, TimeSpan time, CancellationToken stop)
    {
        await using var connection = await store.OpenConnectionAsync(stop);
        var (delays, start) = (new List<double>(), Stopwatch.GetTimestamp());
        for (var n = 0; Stopwatch.GetElapsedTime(start) < time; n++)
        {
            var from = Stopwatch.GetTimestamp();
            await using var command = Statement(questions[n % questions.Count], connection);
            await using var reader = await command.ExecuteReaderAsync(stop);
            var values = new object[reader.FieldCount];
            while (await reader.ReadAsync(stop)) reader.GetValues(values);
            delays.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }
        return new Delays(delays);
    }

    private static NpgsqlCommand Statement(DrawnQuestion question, NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand { Connection = connection };
        if (question.Around.Length > 0)
        {
            command.CommandText = """
                SELECT s.id, s.agency, a.standing, s.areas, s.hours, s.languages, s.profile::text, c.available, c.updated_at
                FROM services s JOIN agencies a ON a.id = s.agency LEFT JOIN capacities c ON c.service = s.id WHERE s.need = $1 AND s.areas && $2 AND s.withdrawn_at IS NULL
                """;
            command.Parameters.Add(new() { Value = question.Need });
            command.Parameters.Add(new() { Value = question.Around });
        }
        else if (question.Words.Length > 0)
        {
            // Each word in the names of the service alone; the service also looks in those of agency, place and need.
            command.CommandText = "SELECT s.*::text FROM services s WHERE s.words @@ CAST($1 AS tsquery) ORDER BY s.id LIMIT 50";
            command.Parameters.Add(new() { Value = string.Join(" & ", question.Words.Select(word => $"'{word}':*")) });
        }
        else
        {
            command.CommandText = "SELECT s.*::text, a.*::text FROM services s JOIN agencies a ON a.id = s.agency ORDER BY s.id OFFSET $1 LIMIT 50";
            command.Parameters.Add(new() { Value = question.Skip });
        }
        return command;
    }
}
