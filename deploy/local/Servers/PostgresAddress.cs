using Npgsql;

namespace Tiltas.Local.Servers;

/// <summary>How a service reaches its database: as the role it runs as, and as the role that migrates.</summary>
public sealed record StoreAddress
{
    /// <summary>For <c>ConnectionStrings__Store</c>: reads and writes rows, makes nothing.</summary>
    public required string Store { get; init; }

    /// <summary>For <c>ConnectionStrings__Owner</c>: owns the database and its schema.</summary>
    public required string Owner { get; init; }

    /// <summary>True when the database was not there before.</summary>
    public required bool Created { get; init; }
}

/// <summary>A PostgreSQL server and its superuser.</summary>
public sealed record PostgresAddress
{
    /// <summary>Where it listens.</summary>
    public required string Host { get; init; }

    /// <summary>Where it listens.</summary>
    public required int Port { get; init; }

    /// <summary>A role that may create databases and roles.</summary>
    public required string User { get; init; }

    /// <summary>Its password.</summary>
    public required string Password { get; init; }

    /// <summary>Reads <c>TILTAS_TEST_POSTGRES</c>: <c>postgres://user:password@host:port</c>.</summary>
    public static PostgresAddress Parse(string uri)
    {
        var parsed = new Uri(uri);
        var user = parsed.UserInfo.Split(':', 2);
        return new PostgresAddress
        {
            Host = parsed.Host, Port = parsed.Port > 0 ? parsed.Port : 5432,
            User = Uri.UnescapeDataString(user[0]), Password = Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? ""),
        };
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public string ToUri() => $"postgres://{Uri.EscapeDataString(User)}:{Uri.EscapeDataString(Password)}@{Host}:{Port}";

    /// <summary>For Npgsql, as the superuser.</summary>
    public string ConnectionString(string database, bool pooling = true) => For(database, User, Password, pooling);

    /// <summary>
    /// Creates database <c>name</c> with owner <c>name_owner</c> and run-time role <c>name</c>. The run-time role may
    /// connect and change rows in what the owner creates, and nothing else; the public may nothing. Can be repeated.
    /// </summary>
    public async Task<StoreAddress> CreateDatabaseAsync(string name, Secrets secrets, CancellationToken stop)
    {
        var (owner, ownerPassword, password) = ($"{name}_owner", secrets.Of($"postgres:{name}_owner"), secrets.Of($"postgres:{name}"));
        bool created;
        await using (var server = NpgsqlDataSource.Create(ConnectionString("postgres", pooling: false)))
        {
            await RoleAsync(server, owner, ownerPassword, stop);
            await RoleAsync(server, name, password, stop);
            created = !await ExistsAsync(server, "SELECT 1 FROM pg_database WHERE datname = $1", name, stop);
            if (created) await RunAsync(server, $"CREATE DATABASE {Quote(name)} OWNER {Quote(owner)}", stop);
            await RunAsync(server, $"REVOKE ALL ON DATABASE {Quote(name)} FROM PUBLIC", stop);
            await RunAsync(server, $"GRANT CONNECT ON DATABASE {Quote(name)} TO {Quote(name)}", stop);
        }
        await using (var database = NpgsqlDataSource.Create(ConnectionString(name, pooling: false)))
        {
            await RunAsync(database, $"""
                ALTER SCHEMA public OWNER TO {Quote(owner)};
                REVOKE ALL ON SCHEMA public FROM PUBLIC;
                GRANT USAGE ON SCHEMA public TO {Quote(name)};
                ALTER DEFAULT PRIVILEGES FOR ROLE {Quote(owner)} IN SCHEMA public
                    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {Quote(name)};
                ALTER DEFAULT PRIVILEGES FOR ROLE {Quote(owner)} IN SCHEMA public
                    GRANT USAGE, SELECT ON SEQUENCES TO {Quote(name)};
                ALTER DEFAULT PRIVILEGES FOR ROLE {Quote(owner)} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
                ALTER DEFAULT PRIVILEGES FOR ROLE {Quote(owner)} IN SCHEMA public
                    GRANT EXECUTE ON FUNCTIONS TO {Quote(name)};
                """, stop);
        }
        return new StoreAddress { Store = For(name, name, password), Owner = For(name, owner, ownerPassword), Created = created };
    }

    /// <summary>How many migrations a service's database has seen.</summary>
    internal async Task<long> CountMigrationsAsync(string database, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString(database, pooling: false));
        if (!await ExistsAsync(source, "SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = $1", "migrations", stop)) return 0;
        await using var count = source.CreateCommand("SELECT count(*) FROM public.migrations");
        return (long)(await count.ExecuteScalarAsync(stop))!;
    }

    /// <summary>Removes what <see cref="CreateDatabaseAsync"/> made.</summary>
    public async Task DropDatabaseAsync(string name, CancellationToken stop)
    {
        await using var server = NpgsqlDataSource.Create(ConnectionString("postgres", pooling: false));
        await RunAsync(server, $"DROP DATABASE IF EXISTS {Quote(name)} WITH (FORCE)", stop);
        foreach (var role in (string[])[name, $"{name}_owner"]) await RunAsync(server, $"DROP ROLE IF EXISTS {Quote(role)}", stop);
    }

    private string For(string database, string user, string password, bool pooling = true) => new NpgsqlConnectionStringBuilder
    {
        Host = Host, Port = Port, Database = database, Username = user, Password = password, Pooling = pooling, SslMode = SslMode.Disable,
    }.ConnectionString;

    private static async Task RoleAsync(NpgsqlDataSource server, string role, string password, CancellationToken stop)
    {
        var verb = await ExistsAsync(server, "SELECT 1 FROM pg_roles WHERE rolname = $1", role, stop) ? "ALTER" : "CREATE";
        await RunAsync(server, $"""
            {verb} ROLE {Quote(role)} LOGIN PASSWORD '{password.Replace("'", "''", StringComparison.Ordinal)}'
                NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
            """, stop);
    }

    private static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private static async Task<bool> ExistsAsync(NpgsqlDataSource source, string sql, string name, CancellationToken stop)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.AddWithValue(name);
        return await command.ExecuteScalarAsync(stop) is not null;
    }

    private static async Task RunAsync(NpgsqlDataSource source, string sql, CancellationToken stop)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(stop);
    }
}
