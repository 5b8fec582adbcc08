using System.Net;
using Npgsql;
using Tiltas.Local.Servers;
using Tiltas.TestKit;

namespace Tiltas.Local.Tests;

/// <summary>A network of the test kit on servers that others run: works, starts none of its own, and leaves no database behind.</summary>
public sealed class GivenServersTests
{
    [Fact]
    public async Task Network_OnGivenServers_UsesThemAlone_AndTakesItsDatabasesAway()
    {
        var folder = Directory.CreateTempSubdirectory("tiltas-given-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_001_001);
        var (secrets, ports) = (new Secrets(Path.Combine(folder, "secrets.json")), new Ports(Path.Combine(folder, "ports.json")));
        var starting = PrivateRabbit.StartAsync(new RabbitOptions { Folder = Path.Combine(folder, "rabbitmq"), LogFile = Path.Combine(folder, "rabbitmq.log"), Secrets = secrets, Ports = ports }, TestContext.Current.CancellationToken);
        var postgres = await PrivatePostgres.StartAsync(new PostgresOptions { Folder = Path.Combine(folder, "postgres"), LogFile = Path.Combine(folder, "postgres.log"), Secrets = secrets, Ports = ports }, TestContext.Current.CancellationToken);
        var rabbit = await starting;
        try
        {
            // A database of somebody's that happens to have the name of one of ours.
            await postgres.Address.CreateDatabaseAsync("referral", secrets, TestContext.Current.CancellationToken);
            var (before, given) = (await Names(postgres.Address), new GivenServers { Postgres = postgres.Address, Bus = user => rabbit.UriFor(user) });
            await using (var network = await TestNetwork.Start(given: given))
            {
                Assert.False(network.OwnsServers);
                Assert.Equal((null, null), (network.Network.Postgres, network.Network.Rabbit));
                Assert.Equal((postgres.Address, rabbit.UriFor("referral")), (network.Network.Store, network.Network.BusFor("referral")));
                // Over the bus and back: the recipient's feed.
                var referral = (await network.Refer(await network.SubjectWithConsent("lt-caritas"), "lt-caritas")).Must(HttpStatusCode.Accepted).Text("referralId");
                await Eventually.True("the notice", async () => (await network.Notices("lt-caritas", referral)).Count == 1);
                Assert.Equal(1, await network.Count("referral", "SELECT count(*) FROM referrals"));
                Assert.Equal(before.Count + 12, (await Names(postgres.Address)).Count);
            }
            Assert.Equal(before, await Names(postgres.Address));
            await Assert.ThrowsAsync<InvalidOperationException>(() => TestNetwork.Start(given: given));
        }
        finally
        {
            await rabbit.DeleteAsync();
            await postgres.DeleteAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>All databases and roles.</summary>
    private static async Task<List<string>> Names(PostgresAddress server)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString("postgres", pooling: false));
        await using var command = source.CreateCommand("SELECT datname::text FROM pg_database UNION ALL SELECT rolname::text FROM pg_roles ORDER BY 1");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var names = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) names.Add(reader.GetString(0));
        return names;
    }
}
