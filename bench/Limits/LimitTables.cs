using Npgsql;
using Tiltas.Bench.Network;
using Tiltas.Hosting.Messaging;
using Tiltas.Local.Processes;

namespace Tiltas.Bench.Limits;

/// <summary>
/// Copies of a service's real tables, with their indexes and storage settings, in a database of their own, and INSERT
/// statements made from a row that the service really wrote: same columns, same types, same bytes.
/// </summary>
internal sealed class LimitTables(BenchServers servers)
{
    public const string Database = "bench_limit";

    public async Task Create(CancellationToken stop)
    {
        await using var server = Open("postgres");
        await using var create = server.CreateCommand($"CREATE DATABASE {Database}");
        await create.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Copies tables of one service into a schema of its name.</summary>
    public async Task Copy(string database, IReadOnlyList<string> tables, CancellationToken stop)
    {
        var address = servers.Postgres.Address;
        var dump = await Programs.RunAsync(
            [
                Path.Combine(servers.Postgres.Binaries.Folder, "pg_dump"), "--schema-only", "--no-owner", "--no-privileges", .. tables.Select(table => $"--table=public.{table}"),
                "--host", address.Host, "--port", $"{address.Port}", "--username", address.User, database,
            ],
            stop, new Dictionary<string, string?> { ["PGPASSWORD"] = address.Password, ["LC_ALL"] = "C.UTF-8" });
        var ddl = dump.OrThrow("pg_dump").Output.Replace("public.", database + ".", StringComparison.Ordinal);
        var statements = string.Join('\n', ddl.Split('\n').Where(line => !line.StartsWith('\\')));
        await using var limit = Open(Database);
        await using var command = limit.CreateCommand($"CREATE SCHEMA {database};\n{statements}");
        await command.ExecuteNonQueryAsync(stop);
    }

    public async Task Run(string sql, CancellationToken stop)
    {
        await using var limit = Open(Database);
        await using var command = limit.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>
    /// An INSERT of one row like the newest one that <paramref name="where"/> finds. Identifiers are made anew by the server; the
    /// named columns take the expression given; all others repeat the bytes of the real row.
    /// </summary>
    public async Task<string> InsertLike(string database, string table, string where, IReadOnlyDictionary<string, string> expressions, CancellationToken stop)
    {
        await using var source = Open(database);
        var columns = new List<(string Name, string Type)>();
        await using (var list = source.CreateCommand("""
            SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '' ORDER BY attnum
            """))
        {
            list.Parameters.Add(new() { Value = $"public.{table}" });
            await using var reader = await list.ExecuteReaderAsync(stop);
            while (await reader.ReadAsync(stop)) columns.Add((reader.GetString(0), reader.GetString(1)));
        }
        var texts = string.Join(", ", columns.Select(c => $"t.{c.Name}::text"));
        await using var sample = source.CreateCommand($"SELECT ARRAY[{texts}] FROM public.{table} AS t WHERE {where} LIMIT 1");
        var values = (string?[]?)await sample.ExecuteScalarAsync(stop) ?? throw new InvalidOperationException($"No row of {table} to measure after.");

        var row = columns.Zip(values, (column, value) => expressions.TryGetValue(column.Name, out var own) ? own
            : value is null ? "NULL"
            : column.Type == "uuid" ? "gen_random_uuid()"
            : column.Type == "timestamp with time zone" ? "now()"
            : $"{Literal(value)}::{column.Type}");
        return $"INSERT INTO {database}.{table} AS t ({string.Join(", ", columns.Select(c => c.Name))}) VALUES ({string.Join(", ", row)})";
    }

    /// <summary>An INSERT of the row that a message has while it waits to be published.</summary>
    public static string InsertOutbox(string schema, object message)
    {
        var row = OutboxRow.For(message, TimeProvider.System.GetUtcNow(), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        return $"""
            INSERT INTO {schema}.outbox (id, urn, body, trace_parent, due_at)
            VALUES (gen_random_uuid(), {Literal(row.Urn)}, '\x{Convert.ToHexString(row.Body)}', {Literal(row.TraceParent!)}, now())
            """.ReplaceLineEndings(" ");
    }

    // pgbench takes a colon before a letter for one of its variables, so colons are written as escapes.
    private static string Literal(string text) =>
        "U&'" + text.Replace("'", "''", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\003A", StringComparison.Ordinal) + "'";

    private NpgsqlDataSource Open(string database) => NpgsqlDataSource.Create(servers.Postgres.Address.ConnectionString(database, pooling: false));
}
