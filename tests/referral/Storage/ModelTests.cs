using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tiltas.Hosting.Storage;
using Tiltas.Local.Servers;
using Tiltas.Referral.Storage;
using Tiltas.TestKit;

namespace Tiltas.Referral.Tests;

/// <summary>The migrations are written by hand, so the tables are compared with what the code believes of them.</summary>
public sealed class ModelTests : IAsyncLifetime
{
    private readonly string _name = "referral_" + Guid.CreateVersion7().ToString("N");
    private PostgresAddress _server = null!;
    private string _secrets = "";
    private NpgsqlDataSource _store = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestPostgres.Address();
        _secrets = Path.Combine(Path.GetTempPath(), _name);
        var address = await _server.CreateDatabaseAsync(_name, new Secrets(_secrets), CancellationToken.None);
        Assert.True(await Store.Migrate<ReferralStore>(["migrate", $"--ConnectionStrings:Owner={address.Owner}"], options => new(options)));
        _store = NpgsqlDataSource.Create(address.Store);
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is null) return;
        await _store.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await OnServer($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        await OnServer($"DROP ROLE {_name}");
        await OnServer($"DROP ROLE {_name}_owner");
        File.Delete(_secrets);
    }

    /// <summary>Whatever the role is called: here it is not called after the service.</summary>
    [Theory]
    [InlineData("decisions")]
    [InlineData("referral_moves")]
    public async Task Record_CannotBeRewrittenByTheRunTimeRole(string table)
    {
        foreach (var attempt in (string[])[$"DELETE FROM {table}", $"UPDATE {table} SET at = at", $"TRUNCATE {table}"])
        {
            await using var command = _store.CreateCommand(attempt);
            var error = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancelled));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, error.SqlState);
        }
    }

    [Fact]
    public async Task Tables_AndModel_Agree()
    {
        await using var db = New();
        var compared = 0;
        foreach (var entity in db.Model.GetEntityTypes())
        {
            var columns = await Columns(entity.GetTableName()!);
            foreach (var property in entity.GetProperties())
            {
                var where = $"{entity.GetTableName()}.{property.GetColumnName()}";
                Assert.True(columns.Remove(property.GetColumnName(), out var column), $"{where} is not there");
                Assert.True(property.IsNullable == column.Nullable, $"{where}: the model says nullable {property.IsNullable}, the table {column.Nullable}");
                Assert.True(property.GetColumnType() == column.Type, $"{where}: the model says {property.GetColumnType()}, the table {column.Type}");
                compared++;
            }
            // A column the model does not know must be able to stay empty, or an insert through the model fails.
            Assert.All(columns, column => Assert.True(column.Value.Nullable || column.Value.HasDefault, $"{entity.GetTableName()}.{column.Key} is needed and unknown to the model"));
            Assert.Equal(entity.FindPrimaryKey()!.Properties.Select(p => p.GetColumnName()).Order(), (await Key(entity.GetTableName()!)).Order());
        }
        Assert.True(compared > 60, $"{compared} columns were compared");
    }

    [Fact]
    public async Task EverySet_CanBeAsked()
    {
        await using var db = New();
        var ask = typeof(ModelTests).GetMethod(nameof(Ask), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!;
        var sets = typeof(ReferralStore).GetProperties().Where(p => p.PropertyType.IsGenericType && p.PropertyType.GetGenericTypeDefinition() == typeof(DbSet<>)).ToList();
        Assert.Equal(10, sets.Count);
        foreach (var set in sets) await (Task)ask.MakeGenericMethod(set.PropertyType.GetGenericArguments()).Invoke(null, [set.GetValue(db)!])!;
    }

    private static async Task Ask<T>(DbSet<T> set) where T : class => Assert.Empty(await set.Take(3).ToListAsync(Cancelled));

    private ReferralStore New() => new(new DbContextOptionsBuilder<ReferralStore>().UseNpgsql(_store).Options);

    private async Task<Dictionary<string, (string Type, bool Nullable, bool HasDefault)>> Columns(string table)
    {
        await using var command = _store.CreateCommand("""
            SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, a.atthasdef
            FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
            """);
        command.Parameters.Add(new() { Value = table });
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        var columns = new Dictionary<string, (string, bool, bool)>();
        while (await reader.ReadAsync(Cancelled)) columns[reader.GetString(0)] = (reader.GetString(1), reader.GetBoolean(2), reader.GetBoolean(3));
        return columns;
    }

    private async Task<List<string>> Key(string table)
    {
        await using var command = _store.CreateCommand("""
            SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
            WHERE i.indrelid = to_regclass($1) AND i.indisprimary
            """);
        command.Parameters.Add(new() { Value = table });
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        var columns = new List<string>();
        while (await reader.ReadAsync(Cancelled)) columns.Add(reader.GetString(0));
        return columns;
    }

    private async Task OnServer(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_server.ConnectionString("postgres", pooling: false));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
