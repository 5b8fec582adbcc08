using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.Json;
using Tiltas.Local.Data;
using Tiltas.Local.Network;
using Tiltas.TestKit;

namespace Tiltas.Local.Tests;

/// <summary>A network is started as a person does it, used, stopped and started again: what was written in it is there, and who must not look cannot.</summary>
public sealed class RestartTests : IAsyncDisposable
{
    private const string ByHand = "by-hand";
    private const string ItsSecret = "a secret of the operator's own making";
    private readonly Workplace _place = new() { Repository = Repository.Root, Folder = Directory.CreateTempSubdirectory("tiltas-up-").FullName };
    private readonly List<Agency> _agencies = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NetworkStartedAgain_KeepsWhatWasWritten_AndShowsNobodyItsSecrets()
    {
        var (code, said) = await Program("up", "--detach");
        Assert.True(code == 0, said);
        Assert.Contains($"client_secret  {Secret("lt-kopzi-system")}", said, StringComparison.Ordinal);
        Assert.EndsWith("./tiltas down stops it.\n", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Ctrl+C", said, StringComparison.Ordinal);
        Assert.Contains(" new, 0 changed, 0 kept", said, StringComparison.Ordinal);
        Assert.Contains("4 created", said, StringComparison.Ordinal);
        NobodySeesASecret();

        await LiveOn();
        Assert.Equal(0, (await Program("down")).Code);

        var steps = new Told();
        var words = new ConcurrentQueue<string>();
        await using (var again = await RunningNetwork.EnsureAsync(_place, steps, words.Enqueue, Cancelled))
        {
            Assert.Contains(": 0 new, 0 changed, ", steps["data/lt"], StringComparison.Ordinal);
            Assert.Contains("nothing to migrate", steps["Databases"], StringComparison.Ordinal);
            await StillSo();
            await FilesThatChanged();
            Assert.Empty(words);
        }
        Assert.Equal(["Stopped the network that was started for this. ./tiltas up starts one that stays."], words);
        NobodySeesASecret();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agency in _agencies) agency.Dispose();
        await Program("down");
        foreach (var server in Directory.EnumerateDirectories(Path.Combine(_place.Folder, "servers")))
            if (new DirectoryInfo(server).ResolveLinkTarget(returnFinalTarget: true) is { } elsewhere) elsewhere.Delete();
        Directory.Delete(_place.Folder, recursive: true);
    }

    /// <summary>What a registrar and an agency may lawfully do, and an operator.</summary>
    private async Task LiveOn()
    {
        var (registrar, caritas) = (As("registrar"), As("lt-caritas"));
        (await registrar.Post("/v1/memoranda/lt-mou-kopzi-missing/end", new { on = "2026-01-31" })).Must(HttpStatusCode.OK);
        foreach (var (agency, standing) in ((string, string)[])[("lt-iom", "Suspended"), ("lt-klaipeda-ssc", "Removed")])
            (await registrar.Put($"/v1/agencies/{agency}", (await Body($"/v1/agencies/{agency}", ("standing", standing))).ToJsonString())).Must(HttpStatusCode.OK);
        (await caritas.Put("/v1/services/lt-caritas-shelter", (await Body("/v1/services/lt-caritas-shelter", ("hours", "Mo-Fr 09:00-18:00"))).ToJsonString())).Must(HttpStatusCode.OK);
        (await caritas.Send(HttpMethod.Delete, "/v1/services/lt-caritas-basic-needs", null, null)).Must(HttpStatusCode.OK);

        var file = _place.In("keys/clients.json");
        var clients = JsonNode.Parse(await File.ReadAllTextAsync(file, Cancelled))!;
        clients["clients"]!.AsArray().Add(JsonSerializer.SerializeToNode(new
        {
            clientId = ByHand + "-system", agency = "lt-caritas", roles = new[] { "agency" }, secretHash = SecretHash.Of(ItsSecret).ToKeptForm(),
        }));
        await File.WriteAllTextAsync(file, clients.ToJsonString(), Cancelled);
    }

    private async Task StillSo()
    {
        var caritas = As(ByHand, ItsSecret);
        var shelter = (await caritas.Get("/v1/services/lt-caritas-shelter")).Must(HttpStatusCode.OK).Json;
        Assert.Equal(("Mo-Fr 09:00-18:00", 2), ((string?)shelter["hours"], (int)shelter["version"]!));
        Assert.NotNull((await caritas.Get("/v1/services/lt-caritas-basic-needs")).Must(HttpStatusCode.OK).Json["withdrawnAt"]);
        Assert.Equal("2026-01-31", (string?)(await caritas.Get("/v1/memoranda/lt-mou-kopzi-missing")).Must(HttpStatusCode.OK).Json["endedOn"]);
        Assert.Equal("Suspended", (string?)(await caritas.Get("/v1/agencies/lt-iom")).Must(HttpStatusCode.OK).Json["standing"]);
    }

    /// <summary>Files may follow the world too, where nobody here has spoken since.</summary>
    private async Task FilesThatChanged()
    {
        var data = CountryData.Read(Path.Combine(Repository.Root, "data", "lt"));
        CountryRecord Of(IEnumerable<CountryRecord> records, string id) => records.Single(record => record.Id == id);
        Of(data.Agencies, "lt-police").Body["hours"] = "Mo-Su 06:00-22:00";
        Of(data.Services, "lt-caritas-shelter").Body["hours"] = "Mo-Su 10:00-12:00";
        Of(data.Memoranda, "lt-mou-kopzi-missing").Body["validTo"] = "2030-12-31";
        var made = Of(data.Memoranda, "lt-mou-kopzi-caritas").Body.DeepClone().AsObject();
        made["parties"] = new JsonArray("lt-kopzi", "lt-klaipeda-ssc");
        data = data with { Memoranda = [.. data.Memoranda, new CountryRecord { Id = "lt-mou-made-for-a-test", Body = made }] };

        using var registrar = new ApiClient(Gateway, "registrar", Secret("registrar"));
        var told = await new CountryLoader(data, registrar, _place.In("loaded.json")).LoadAsync(Cancelled);
        Assert.Contains(": 0 new, 1 changed, ", told, StringComparison.Ordinal);
        Assert.Contains("because they were changed here too: lt-caritas-shelter, lt-mou-kopzi-missing;", told, StringComparison.Ordinal);
        Assert.EndsWith("refused: lt-mou-made-for-a-test (TLT-DIR-0304)", told, StringComparison.Ordinal);
        Assert.Equal("Mo-Su 06:00-22:00", (string?)(await As("registrar").Get("/v1/agencies/lt-police")).Must(HttpStatusCode.OK).Json["hours"]);
        await StillSo();
    }

    private void NobodySeesASecret()
    {
        Assert.Equal(Modes.Passage, File.GetUnixFileMode(_place.Folder));
        Assert.Equal(Modes.OwnersFile, File.GetUnixFileMode(_place.In("secrets.json")));
        foreach (var folder in (string[])["logs", "keys"]) Assert.Equal(Modes.OwnersFolder, File.GetUnixFileMode(_place.In(folder)));
        var secrets = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(_place.In("secrets.json")))!.Values;
        var logs = Directory.GetFiles(_place.In("logs"));
        Assert.Contains(_place.In("logs/up.log"), logs);
        Assert.All(logs, log =>
        {
            Assert.Equal(Modes.OwnersFile, File.GetUnixFileMode(log));
            using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var text = reader.ReadToEnd();
            Assert.DoesNotContain(secrets, secret => text.Contains(secret, StringComparison.Ordinal));
        });
    }

    private Uri Gateway => _place.Run.Read()!.Gateway!;

    private string Secret(string client) => new Servers.Secrets(_place.In("secrets.json")).Of(NetworkKeys.SecretName(client));

    private Agency As(string id, string? secret = null)
    {
        _agencies.Add(new Agency(Gateway, id, secret ?? Secret(id == "registrar" ? id : id + "-system")));
        return _agencies[^1];
    }

    /// <summary>A record as it is read, in the form in which it is written, with one field changed.</summary>
    private async Task<JsonObject> Body(string path, (string Name, string Value) change)
    {
        var record = (await As("registrar").Get(path)).Must(HttpStatusCode.OK).Json.AsObject();
        foreach (var name in (string[])["id", "version", "changedAt"]) record.Remove(name);
        record[change.Name] = change.Value;
        return record;
    }

    private async Task<(int Code, string Said)> Program(params string[] arguments)
    {
        var program = Path.Combine(Repository.Root, "artifacts", "bin", "Tiltas.Local", _place.Configuration, "Tiltas.Local.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TILTAS_FOLDER"] = _place.Folder;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        await process.WaitForExitAsync(CancellationToken.None);
        return (process.ExitCode, await output + await errors);
    }

    private sealed class Told : ISteps
    {
        private readonly ConcurrentDictionary<string, string> _outcomes = new();

        public string this[string name] => _outcomes[name];

        public async Task RunAsync(string name, Func<Task<string>> work) => _outcomes[name] = await work();
    }
}
