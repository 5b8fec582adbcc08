using System.Text;
using Npgsql;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>Every place where somebody who may look, but may not know, could find a person's words.</summary>
internal static class Sinks
{
    private static readonly string[] Databases = ["directory", "identification", "referral", "notification"];

    /// <summary>Files below a folder, links followed: names and content. Server data too: rows already deleted, write-ahead log, the broker's segments.</summary>
    public static IEnumerable<(string Where, byte[] Content)> Files(string folder)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
        {
            yield return ("the name of a file", Encoding.UTF8.GetBytes(Path.GetFileName(path)));
            if (Directory.Exists(path))
            {
                foreach (var below in Files(path)) yield return below;
                continue;
            }
            // A socket of the database's has no content.
            if (!Path.GetFileName(path).StartsWith(".s.", StringComparison.Ordinal) && Read(path) is { } content) yield return (path, content);
        }
    }

    /// <summary>Every column of every row of every table, as the superuser reads them; binary, so that nothing hides behind an encoding.</summary>
    public static async Task<List<(string Where, byte[] Content)>> Tables(TestNetwork network, CancellationToken stop)
    {
        var found = new List<(string, byte[])>();
        foreach (var database in Databases)
        {
            await using var source = NpgsqlDataSource.Create(network.StoreOf(database));
            await using var connection = await source.OpenConnectionAsync(stop);
            var columns = new List<(string Table, string Column)>();
            await using (var command = new NpgsqlCommand("""
                SELECT format('%I.%I', n.nspname, c.relname), quote_ident(a.attname) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
                """, connection))
            await using (var reader = await command.ExecuteReaderAsync(stop))
                while (await reader.ReadAsync(stop)) columns.Add((reader.GetString(0), reader.GetString(1)));
            foreach (var (table, column) in columns)
            {
                using var content = new MemoryStream();
                await using (var copy = await connection.BeginRawBinaryCopyAsync($"COPY (SELECT {column} FROM {table}) TO STDOUT (FORMAT BINARY)", stop))
                    await copy.CopyToAsync(content, stop);
                found.Add(($"{database}: {table}.{column}", content.ToArray()));
            }
        }
        return found;
    }

    /// <summary>True when the text stands there: as UTF-8 in any case of letters, or as JSON escapes it.</summary>
    public static bool Holds(this byte[] content, string text)
    {
        foreach (var form in (string[])[text, text.ToUpperInvariant(), text.ToLowerInvariant(), System.Text.Json.JsonEncodedText.Encode(text).ToString(), Uri.EscapeDataString(text)])
            if (content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)) >= 0) return true;
        return false;
    }

    private static byte[]? Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            file.CopyTo(content);
            return content.ToArray();
        }
        catch (Exception exception) when (exception is IOException && !File.Exists(path))
        {
            // A server took it away meanwhile.
            return null;
        }
    }
}
