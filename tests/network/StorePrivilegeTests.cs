using Npgsql;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>What a stolen run-time password is worth: rows of one service, and not its record of decisions.</summary>
public sealed class StorePrivilegeTests(Net net)
{
    private const string InsufficientPrivilege = "42501";
    private static readonly string[] Names = ["directory", "identification", "referral", "notification"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Services => [.. Names];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task RunTimeRole_HoldsNoPower_AndOwnsNothing(string service)
    {
        var role = (await Rows(service, service, """
            SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolname,
                (SELECT count(*) FROM pg_auth_members WHERE member = r.oid),
                (SELECT count(*) FROM pg_class WHERE relowner = r.oid) + (SELECT count(*) FROM pg_proc WHERE proowner = r.oid)
                    + (SELECT count(*) FROM pg_namespace WHERE nspowner = r.oid) + (SELECT count(*) FROM pg_database WHERE datdba = r.oid),
                has_schema_privilege('public', 'CREATE'), has_database_privilege(current_database(), 'CREATE'), has_database_privilege(current_database(), 'TEMP')
            FROM pg_roles r WHERE rolname = current_user
            """)).Single();
        Assert.Equal([false, false, false, false, false, Role(service), 0L, 0L, false, false, false], role);

        // Its owner has no more power than to own this one database.
        var owner = (await Rows("postgres", null, $"SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = '{Role(service)}_owner'")).Single();
        Assert.All(owner, power => Assert.Equal(false, power));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task RunTimeRole_CannotChangeTheShapeOfAnything(string service)
    {
        List<string> attempts =
        [
            "CREATE TABLE taken (a int)", "CREATE TEMPORARY TABLE taken (a int)", "CREATE SCHEMA taken", "CREATE VIEW taken AS SELECT 1", "CREATE EXTENSION file_fdw",
            "CREATE FUNCTION taken() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE ROLE taken", "CREATE DATABASE taken", $"SET ROLE {Role(service)}_owner", $"SET ROLE \"{net.It.Network.Store.User}\"",
            $"ALTER ROLE {Role(service)} SUPERUSER", $"ALTER ROLE {Role(service)} BYPASSRLS", "SET session_replication_role = replica", "SELECT pg_read_file('postgresql.conf')",
            "COPY (SELECT 1) TO PROGRAM 'true'", "SELECT * FROM pg_authid", "ALTER SYSTEM SET fsync = off",
        ];
        var tables = (await Rows(service, service, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")).ConvertAll(row => (string)row[0]!);
        Assert.Contains("outbox", tables);
        foreach (var table in tables)
            attempts.AddRange([$"ALTER TABLE {table} ADD COLUMN taken int", $"TRUNCATE {table}", $"DROP TABLE {table}", $"CREATE INDEX ON {table} ((1))", $"ALTER TABLE {table} DISABLE TRIGGER ALL",
                $"CREATE RULE taken AS ON INSERT TO {table} DO NOTHING"]);
        foreach (var attempt in attempts) await Refused(service, attempt);
    }

    [Theory]
    [InlineData("referral", "decisions")]
    [InlineData("referral", "referral_moves")]
    public async Task RunTimeRole_CannotRewriteTheRecord(string service, string table)
    {
        await Refused(service, $"DELETE FROM {table}");
        await Refused(service, $"DELETE FROM {table} WHERE false");
        foreach (var column in await Rows(service, service, $"SELECT attname::text FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0"))
            await Refused(service, $"UPDATE {table} SET {column[0]} = {column[0]}");
        Assert.Equal(0L, (await Rows(service, null, $"SELECT count(*) FROM {table} WHERE false")).Single()[0]);
    }

    [Theory]
    [InlineData("standings")]
    [InlineData("screenings")]
    [InlineData("forms")]
    [InlineData("form_notes")]
    [InlineData("form_sendings")]
    [InlineData("form_reads")]
    [InlineData("negative_assessments")]
    public async Task Identification_HistoryIsOnlyAdded(string table)
    {
        var column = (await Rows("identification", "identification", $"SELECT attname::text FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum = 2"))[0][0];
        foreach (var attempt in (string[])[$"DELETE FROM {table}", $"UPDATE {table} SET {column} = {column}"])
            await Assert.ThrowsAsync<PostgresException>(() => Rows("identification", "identification", attempt));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task RunTimeRole_ReachesNoOtherServicesDatabase(string service)
    {
        foreach (var other in Names.Where(name => name != service))
        {
            var error = await Assert.ThrowsAsync<PostgresException>(() => Rows(other, service, "SELECT 1"));
            Assert.Equal(InsufficientPrivilege, error.SqlState);
        }
        var open = (await Rows(service, service, $"SELECT datname::text FROM pg_database WHERE has_database_privilege(datname, 'CONNECT') AND datname = ANY (ARRAY['{string.Join("', '", Names.Select(Role))}'])"))
            .ConvertAll(row => (string)row[0]!);
        Assert.Equal([Role(service)], open);
    }

    private string Role(string service) => net.It.Network.StoreName(service);

    private async Task Refused(string service, string attempt)
    {
        var error = await Record.ExceptionAsync(() => Rows(service, service, attempt));
        Assert.True(error is PostgresException { SqlState: InsufficientPrivilege }, $"{service}: {attempt}: {error?.Message ?? "was done"}");
    }

    /// <summary>As a run-time role, or as the superuser when none is named.</summary>
    private async Task<List<object?[]>> Rows(string database, string? role, string sql)
    {
        var address = net.It.Network.Store;
        var connection = new NpgsqlConnectionStringBuilder(database == "postgres" ? address.ConnectionString(database, pooling: false) : net.It.StoreOf(database));
        if (role is not null) (connection.Username, connection.Password) = (Role(role), net.It.Network.Secrets.Of($"postgres:{Role(role)}"));
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        var rows = new List<object?[]>();
        while (await reader.ReadAsync(Cancelled))
        {
            var row = new object?[reader.FieldCount];
            reader.GetValues(row!);
            rows.Add(row);
        }
        return rows;
    }
}
