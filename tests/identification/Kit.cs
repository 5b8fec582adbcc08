using System.Security.Cryptography;
using Npgsql;
using Tiltas.TestKit;

namespace Tiltas.Identification.Tests;

internal static class Kit
{
    /// <summary>The country's real files, as copied beside the tests.</summary>
    public static string CountryFolder { get; } = Path.Combine(AppContext.BaseDirectory, "lt");
}

/// <summary>A folder that is gone afterwards.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tiltas-identification-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>A database of its own with the service's two roles, made on the test kit's server and dropped afterwards.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _name = "idn_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
    private string _server = "";

    public string Owner => Role(_name + "_owner");

    public string RunTime => Role(_name);

    public async Task Create()
    {
        _server = await TestPostgres.ConnectionString();
        await OnServer($"CREATE ROLE {_name}_owner LOGIN PASSWORD 'trial'");
        await OnServer($"CREATE ROLE {_name} LOGIN PASSWORD 'trial'");
        await OnServer($"CREATE DATABASE {_name} OWNER {_name}_owner");
        await using var source = NpgsqlDataSource.Create(Owner);
        await using var grants = source.CreateCommand($"ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {_name}");
        await grants.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await OnServer($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        await OnServer($"DROP ROLE IF EXISTS {_name}");
        await OnServer($"DROP ROLE IF EXISTS {_name}_owner");
    }

    private string Role(string user) => new NpgsqlConnectionStringBuilder(_server) { Database = _name, Pooling = true, Username = user, Password = "trial" }.ConnectionString;

    private async Task OnServer(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
