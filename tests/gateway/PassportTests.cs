using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tiltas.Hosting.Passports;

namespace Tiltas.Gateway.Tests;

/// <summary>What a service does with the passport of a request.</summary>
public sealed class PassportTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly Room _room = new(("lt-kopzi-system", "lt-kopzi", "agency"));
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    private Forge Passports => new(_room, _time, "passport+jwt", "tiltas-inside");

    public static TheoryData<string> Faults => Forge.FaultData;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("Passport:JwksFile", _room.JwksFile)]);
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.AddPassports();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.UsePassports();
        _app.MapGet("/mine", (Caller caller) => caller.Agency.Value);
        _app.MapGet("/register", (Caller caller) => caller.Agency.Value).RequireRole(Roles.Registrar, Roles.Auditor);
        _app.MapGet("/open", (Caller? caller) => caller is null ? "nobody" : "somebody").AllowAnonymous();
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _room.Dispose();
    }

    [Theory, MemberData(nameof(Faults))]
    public async Task Endpoint_BadPassport_Refuses(string fault)
    {
        var (status, body) = await GetAsync("/mine", Passports.Bad(fault));
        Assert.Equal(401, status);
        Assert.Contains("TLT-ID-0001", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_NoPassport_RefusesUnlessMarked()
    {
        Assert.Equal(401, (await GetAsync("/mine", null)).Status);
        Assert.Equal((200, "nobody"), await GetAsync("/open", null));
        Assert.Equal(404, (await GetAsync("/nothing", null)).Status);
    }

    [Fact]
    public async Task Endpoint_AccessToken_IsNoPassport() =>
        Assert.Equal(401, (await GetAsync("/mine", new Forge(_room, _time, "at+jwt", "tiltas").Good())).Status);

    [Fact]
    public async Task Endpoint_GoodPassport_KnowsTheCaller()
    {
        var passport = Passports.Good();
        Assert.Equal((200, "lt-kopzi"), await GetAsync("/mine", passport));
        Assert.Equal((200, "lt-kopzi"), await GetAsync("/mine", passport));
    }

    [Fact]
    public async Task Endpoint_RememberedPassport_ExpiresAllTheSame()
    {
        var passport = Passports.Good();
        Assert.Equal(200, (await GetAsync("/mine", passport)).Status);
        _time.Advance(TimeSpan.FromSeconds(104));
        Assert.Equal(200, (await GetAsync("/mine", passport)).Status);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (await GetAsync("/mine", passport)).Status);
        Assert.Equal(401, (await GetAsync("/mine", passport)).Status);
    }

    [Theory, InlineData("agency", 403), InlineData("registrar", 200), InlineData("auditor", 200)]
    public async Task Endpoint_Role_Decides(string role, int status)
    {
        var (got, body) = await GetAsync("/register", Passports.Good(role: role));
        Assert.Equal(status, got);
        if (status == 403) Assert.Contains("TLT-ID-0003", body, StringComparison.Ordinal);
    }

    private async Task<(int Status, string Body)> GetAsync(string path, string? passport)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (passport is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + passport);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
