using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Storage;

/// <summary>The migrations are written by hand, so the tables are compared with what the code believes of them.</summary>
[Collection(RunningDirectory.Name)]
public sealed class SchemaTests(DirectoryProcess directory)
{
    [Fact]
    public async Task Tables_AndModel_Agree()
    {
        await using var db = new DirectoryStore(new DbContextOptionsBuilder<DirectoryStore>().UseNpgsql(directory.Store).Options);
        foreach (var entity in db.Model.GetEntityTypes())
        {
            var columns = await Columns(entity.GetTableName()!);
            foreach (var property in entity.GetProperties())
            {
                var (type, nullable) = Assert.Contains(property.GetColumnName(), columns);
                Assert.Equal(property.IsNullable, nullable);
                Assert.True(property.GetColumnType().Replace("timestamp with time zone", "timestamptz", StringComparison.Ordinal) == type, $"{entity.GetTableName()}.{property.GetColumnName()}: {property.GetColumnType()} {type}");
            }
        }
    }

    [Theory]
    [InlineData("UPDATE memoranda SET valid_to = valid_from - 1")]
    [InlineData("UPDATE memoranda SET parties = ARRAY['sc-a']")]
    [InlineData("UPDATE agencies SET version = 0")]
    [InlineData("DELETE FROM agencies WHERE id = 'sc-a'")]
    public async Task Tables_RefuseWhatTheRulesRefuse(string sql)
    {
        using var registrar = directory.Registrar;
        foreach (var id in new[] { "sc-a", "sc-b" })
            using (await registrar.Put("/v1/agencies/" + id, Json.Agency())) { }
        using (await registrar.Put("/v1/services/sc-s", Json.Service("sc-a"))) { }
        using (await registrar.Put("/v1/memoranda/sc-m", Json.Memorandum("sc-a", "sc-b"))) { }
        await using var command = directory.Store.CreateCommand(sql);
        await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }

    private async Task<Dictionary<string, (string Type, bool Nullable)>> Columns(string table)
    {
        await using var command = directory.Store.CreateCommand(
            "SELECT column_name, CASE WHEN data_type = 'ARRAY' THEN substr(udt_name, 2) || '[]' WHEN udt_name = 'int4' THEN 'integer' WHEN udt_name = 'int8' THEN 'bigint' WHEN udt_name = 'int2' THEN 'smallint' WHEN udt_name = 'float8' THEN 'double precision' ELSE udt_name END, is_nullable = 'YES' FROM information_schema.columns WHERE table_name = $1");
        command.Parameters.Add(new() { Value = table });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var columns = new Dictionary<string, (string, bool)>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) columns[reader.GetString(0)] = (reader.GetString(1), reader.GetBoolean(2));
        return columns;
    }
}
