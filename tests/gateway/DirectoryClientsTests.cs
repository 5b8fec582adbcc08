using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tiltas.Hosting.Passports;

namespace Tiltas.Gateway.Tests;

/// <summary>Clients that agencies keep in the directory count at the gateway, beside those of its file.</summary>
public sealed class DirectoryClientsTests : IAsyncLifetime
{
    private readonly Listing _directory = new();
    private readonly string _copy = Path.Combine(Path.GetTempPath(), "tiltas-copy-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
    private RunningGateway _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _directory.StartAsync();
        _gateway = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _directory.DisposeAsync();
        File.Delete(_copy);
    }

    [Fact]
    public async Task Client_Listed_SignsIn_AndIsOutOnceItIsNot()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask("lt-new-desk", "first"));
        _directory.Set(("lt-new-desk", "lt-new", "first"));
        await Becomes("lt-new-desk", "first", HttpStatusCode.OK);

        _directory.Set(("lt-new-desk", "lt-new", "second"));
        await Becomes("lt-new-desk", "second", HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask("lt-new-desk", "first"));

        _directory.Set();
        await Becomes("lt-new-desk", "second", HttpStatusCode.Unauthorized);
        Assert.All(_directory.Passports, passport => Assert.StartsWith("Bearer ", passport, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Client_OfTheFile_CountsBeforeTheDirectorysOfThatName()
    {
        _directory.Set(("lt-kopzi-system", "lt-thief", "stolen"), ("lt-other-desk", "lt-other", "right"));
        await Becomes("lt-other-desk", "right", HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask("lt-kopzi-system", "stolen"));
        Assert.Equal(HttpStatusCode.OK, await Ask("lt-kopzi-system", Room.Secret));
    }

    [Fact]
    public async Task Entry_ThatIsNone_KeepsNobodyElseOutOrIn()
    {
        var certificate = new string('a', 64);
        _directory.Set(("lt-new-desk", "lt-new", "right"));
        await Becomes("lt-new-desk", "right", HttpStatusCode.OK);
        var good = JsonSerializer.Serialize(new { clientId = "lt-other-desk", agency = "lt-other", roles = new[] { "agency" }, secretHash = SecretHash.Of("right", 100_000).ToKeptForm(), certificates = Array.Empty<string>() });
        _directory.Answer($$"""
            {"clients":[{"clientId":"x"},{"clientId":"lt-root","agency":"lt-root","roles":["gateway"],"certificates":["{{certificate}}"]},
            {"clientId":"lt-twice","agency":"lt-twice","roles":["agency"],"certificates":["{{certificate}}","{{certificate}}"]},{{good}},{{good}}]}
            """);
        await Becomes("lt-other-desk", "right", HttpStatusCode.OK);
        await Becomes("lt-new-desk", "right", HttpStatusCode.Unauthorized);
        Assert.Equal(4, _gateway.Lines.All.Count(line => line.Contains("is passed over", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Client_OutOfTheFileAgain_HoldsStreamsAsBefore()
    {
        _directory.Set(("lt-new-desk", "lt-new", "right"));
        await Becomes("lt-new-desk", "right", HttpStatusCode.OK);
        _gateway.Room.WriteClients(("lt-new-desk", "lt-new", "agency"));
        await Becomes("lt-new-desk", Room.Secret, HttpStatusCode.OK);
        _gateway.Room.WriteClients(("registrar", "lt-mia", "registrar"));
        await Becomes("lt-new-desk", "right", HttpStatusCode.OK);
        var registry = _gateway.Registry;
        Assert.False(registry.Find("lt-new-desk")!.Removed.IsCancellationRequested);
    }

    [Fact]
    public async Task Directory_AwayOrTalkingNonsense_ChangesNothing_AndTheCopyServesANewStart()
    {
        _directory.Set(("lt-new-desk", "lt-new", "right"));
        await Becomes("lt-new-desk", "right", HttpStatusCode.OK);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_copy));

        foreach (var nonsense in new[] { "", "[]", "{\"clients\":7}", null })
        {
            var asked = _directory.Passports.Count;
            _directory.Answer(nonsense);
            await Moves("asked twice more", () => Task.FromResult(_directory.Passports.Count > asked + 1));
            Assert.Equal(HttpStatusCode.OK, await Ask("lt-new-desk", "right"));
        }
        Assert.Single(_gateway.Lines.All, line => line.Contains("cannot be learned", StringComparison.Ordinal));

        await _gateway.DisposeAsync();
        _gateway = await StartAsync();
        await Becomes("lt-new-desk", "right", HttpStatusCode.OK);
    }

    private Task<RunningGateway> StartAsync() => RunningGateway.StartAsync(("Gateway:ClientsCopyFile", _copy), ("Gateway:Inside:Directory", _directory.Address));

    private Task Becomes(string client, string secret, HttpStatusCode status) => Moves($"{client} gets {status}", async () => await Ask(client, secret) == status);

    // The gateway's clock moves only here.
    private Task Moves(string what, Func<Task<bool>> condition) => TestKit.Eventually.True(what, async () =>
    {
        _gateway.Time.Advance(TimeSpan.FromSeconds(60));
        return await condition();
    });

    private async Task<HttpStatusCode> Ask(string client, string secret)
    {
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", client), new("client_secret", secret)]);
        using var answer = await _gateway.Http.PostAsync("/connect/token", form, Cancel);
        return answer.StatusCode;
    }

    /// <summary>Lists clients as the directory does. It stands for no service of ours.</summary>
    private sealed class Listing : IAsyncDisposable
    {
        private WebApplication _app = null!;
        private string? _list = """{"clients":[]}""";
        private int _revision = 1;

        public System.Collections.Concurrent.ConcurrentQueue<string> Passports { get; } = new();

        public string Address => _app.Urls.Single();

        public async Task StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.MapGet("/clients", (HttpContext http) =>
            {
                Passports.Enqueue(http.Request.Headers.Authorization.ToString());
                if (_list is null) return Results.StatusCode(503);
                var tag = $"\"{_revision}\"";
                if (http.Request.Headers.IfNoneMatch == tag) return Results.StatusCode(304);
                http.Response.Headers.ETag = tag;
                return Results.Text(_list, "application/json");
            });
            await _app.StartAsync();
        }

        public void Set(params (string Id, string Agency, string Secret)[] clients) => Answer(JsonSerializer.Serialize(new
        {
            clients = clients.Select(client => new
            {
                clientId = client.Id, agency = client.Agency, roles = new[] { "agency" }, secretHash = SecretHash.Of(client.Secret, 100_000).ToKeptForm(), certificates = Array.Empty<string>(),
            }),
        }));

        public void Answer(string? list) => (_list, _revision) = (list, _revision + 1);

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
