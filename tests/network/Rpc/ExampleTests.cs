using System.Globalization;
using Npgsql;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Referral.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>The programs of the page for agencies' programmers do what the page says, in three languages.</summary>
public sealed class ExampleTests(Net net) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tiltas-example-").FullName;
    private readonly RpcAgency _kopzi = new(net.It, "lt-kopzi");

    /// <summary>Each program with an agency of its own, for where they run together.</summary>
    private static readonly (string Language, string Agency)[] Together = [("csharp", "lt-caritas"), ("node", "lt-alytus-women"), ("python", "lt-vkc")];

    public async ValueTask InitializeAsync()
    {
        foreach (var (_, agency) in Together)
            await File.WriteAllTextAsync(Cursor(agency), (await RpcAgency.EndOfFeed(net.It, agency)).ToString(CultureInfo.InvariantCulture));
    }

    public ValueTask DisposeAsync()
    {
        _kopzi.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private string Cursor(string agency) => Path.Combine(_folder, agency + ".cursor");

    [Theory, InlineData("csharp"), InlineData("node"), InlineData("python")]
    public async Task Program_ReadsAcceptsAndCompletes(string language)
    {
        var begin = await Prepared(language);
        var early = await Refer();
        await using var program = begin(2);
        var late = await Refer();

        var code = await program.Exited();

        Assert.True(code == 0, program.Output);
        foreach (var referral in (string[])[early, late])
        {
            Assert.Equal(ReferralStatus.Completed, await _kopzi.StatusOf(referral));
            await Eventually.True("the course on the sender's feed", async () =>
                (await net.It.Notices("lt-kopzi", referral)).Select(notice => notice.Kind).SequenceEqual(["ReferralAccepted", "ServiceStarted", "ReferralCompleted"]));
        }
        // What it read is personal and stays with it.
        Assert.DoesNotContain("tonight", program.Output, StringComparison.Ordinal);
        Assert.Contains("1 classes given, 1 withheld", program.Output, StringComparison.Ordinal);
    }

    [Theory, InlineData("csharp"), InlineData("node"), InlineData("python")]
    public async Task Program_KilledBetweenAcceptAndComplete_EndsTheJobWhenStartedAgain(string language)
    {
        var begin = await Prepared(language);
        var referral = await Refer();
        await using (await Held.Back(net.It, referral, "InService"))
        {
            await using var first = begin(1);
            await Eventually.True("the acceptance; the program said:\n" + first.Output, async () => await _kopzi.StatusOf(referral) == ReferralStatus.Accepted, 60);
            Assert.False(first.HasExited, first.Output);
            await first.Kill();
        }
        Assert.Equal(ReferralStatus.Accepted, await _kopzi.StatusOf(referral));

        await using var second = begin(1);
        Assert.True(await second.Exited() == 0, second.Output);
        Assert.Equal(ReferralStatus.Completed, await _kopzi.StatusOf(referral));
    }

    [Fact]
    public async Task Programs_WhoseGatewayGoesAway_GoOnWhenItIsBack()
    {
        var agencies = Together.Select(one => one.Agency).ToArray();
        var begin = await Task.WhenAll(Together.Select(one => Prepared(one.Language, one.Agency)));
        var before = await Task.WhenAll(agencies.Select(Refer));
        await using Child csharp = begin[0](2), node = begin[1](2), python = begin[2](2);
        Child[] programs = [csharp, node, python];
        foreach (var referral in before)
            await Eventually.True("the first referral completed", async () => await _kopzi.StatusOf(referral) == ReferralStatus.Completed, 60);

        try
        {
            await net.It.Network["gateway"].KillAsync();
            foreach (var program in programs)
                await Eventually.True("a token asked for in vain", () => Task.FromResult(program.HasExited || program.Output.Contains("no token", StringComparison.Ordinal)));
        }
        finally
        {
            await net.It.Restart("gateway");
        }
        Assert.All(programs, program => Assert.False(program.HasExited, program.Output));
        var after = await Task.WhenAll(agencies.Select(Refer));

        foreach (var program in programs)
            Assert.True(await program.Exited() == 0, program.Output);
        foreach (var referral in after)
            Assert.Equal(ReferralStatus.Completed, await _kopzi.StatusOf(referral));
    }

    [Fact]
    public async Task Programs_WithAWrongSecret_SaySoAndEnd()
    {
        foreach (var (language, agency) in Together)
        {
            await using var program = (await Prepared(language, agency, "a wrong secret"))(1);
            Assert.Equal(1, await program.Exited());
            Assert.Contains("HTTP 401", program.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Programs_WithACursorThatIsNone_SaySoAndEnd()
    {
        foreach (var (language, agency) in Together)
        {
            var begin = await Prepared(language, agency);
            await File.WriteAllTextAsync(Cursor(agency), "-5");
            await using var program = begin(1);
            Assert.Equal(1, await program.Exited());
            Assert.Contains("the network does not take what this program sends", program.Output, StringComparison.Ordinal);
        }
    }

    private async Task<string> Refer(string to = "lt-caritas")
    {
        var subject = await _kopzi.SubjectWithConsent(to);
        foreach (var dataClass in (DataClass[])[DataClass.Needs, DataClass.Exploitation])
            await _kopzi.Referrals.WriteDossierPartAsync(new WriteDossierPartRequest { SubjectRef = subject, Part = new DossierPart { DataClass = dataClass, Fields = { ["note"] = "tonight" } } });
        return (await _kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(subject, to))).ReferralId;
    }

    /// <summary>What starts the program, once its stubs and packages are there; the number is of the referrals after which it ends.</summary>
    private async Task<Func<int, Child>> Prepared(string language, string agency = "lt-caritas", string? secret = null)
    {
        var protos = Repository.In("contracts", "protos");
        var example = Repository.In("docs", "examples", language);
        (string, string)[] environment =
        [
            ("CLIENT_ID", agency + "-system"), ("CLIENT_SECRET", secret ?? net.It.Network.ClientSecret(agency + "-system")),
            ("PROTOS", protos), ("PYTHONPATH", _folder), ("PYTHONDONTWRITEBYTECODE", "1"),
        ];
        string[] Arguments(int count) => ["--cursor", Cursor(agency), "--count", count.ToString(CultureInfo.InvariantCulture)];
        switch (language)
        {
            case "csharp":
                return count => Child.Dotnet(net.It, "Tiltas.Example.Receive", Arguments(count), environment);
            case "node":
                await Npm.Install(example);
                return count => Child.Start(net.It, "node", "Debian's package nodejs", [Path.Combine(example, "receive.mjs"), .. Arguments(count)], environment);
            default:
                await Stubs(protos);
                return count => Child.Start(net.It, "/usr/bin/python3", "Debian's package python3", [Path.Combine(example, "receive.py"), .. Arguments(count)], environment);
        }
    }

    private async Task Stubs(string protos)
    {
        const string Plugin = "/usr/bin/grpc_python_plugin";
        if (!File.Exists(Plugin)) throw Child.Missing(Plugin, "Debian's package protobuf-compiler-grpc");
        await Must("/usr/bin/python3", "Debian's packages python3, python3-grpcio and python3-protobuf", ["-c", "import grpc, google.protobuf"]);
        await Must("protoc", "Debian's package protobuf-compiler",
            ["-I", protos, "--python_out", _folder, "--grpc_python_out", _folder, "--plugin=protoc-gen-grpc_python=" + Plugin, .. Directory.EnumerateFiles(protos, "*.proto", SearchOption.AllDirectories)]);
    }

    private async Task Must(string program, string package, string[] arguments)
    {
        await using var run = Child.Start(net.It, program, package, arguments);
        if (await run.Exited() != 0) throw Child.Missing($"{program} {arguments[0]} ({run.Output})", package);
    }

    /// <summary>Holds one move of one referral back in the database until it is let go.</summary>
    private sealed class Held(TestNetwork network, NpgsqlConnection connection) : IAsyncDisposable
    {
        public static async Task<Held> Back(TestNetwork network, string referral, string status)
        {
            var connection = new NpgsqlConnection(network.StoreOf("referral"));
            await connection.OpenAsync();
            await Run(connection, "SELECT pg_advisory_lock(7070)");
            await Run(connection, $"""
                CREATE FUNCTION held_back() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(7070); RETURN NEW; END';
                CREATE TRIGGER held_back BEFORE UPDATE ON referrals FOR EACH ROW WHEN (NEW.referral = '{Guid.Parse(referral)}' AND NEW.status = '{status}') EXECUTE FUNCTION held_back()
                """);
            return new(network, connection);
        }

        public async ValueTask DisposeAsync()
        {
            // Whoever waited for it has gone with its caller.
            await Eventually.True("nobody waits for the move", async () => await network.Count("referral", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 0);
            await Run(connection, "DROP TRIGGER held_back ON referrals; DROP FUNCTION held_back(); SELECT pg_advisory_unlock(7070)");
            await connection.DisposeAsync();
        }

        private static async Task Run(NpgsqlConnection connection, string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
