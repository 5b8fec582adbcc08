using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tiltas.Contracts;
using Tiltas.Hosting;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Storage;
using Tiltas.Notification.Feeds;
using Tiltas.Notification.Storage;

namespace Tiltas.Notification.Tests;

/// <summary>The service on a real socket with real passports and a real store; only the bus is absent, so the outbox keeps what is published.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly string _keys = Directory.CreateTempSubdirectory("tiltas-notification-").FullName;
    private WebApplication _app = null!;
    private TokenSigner _signer = null!;

    public FeedWriter Writer => _app.Services.GetRequiredService<FeedWriter>();

    public FeedBell Bell => _app.Services.GetRequiredService<FeedBell>();

    public Uri Address => new(_app.Urls.First());

    public static async Task<TestService> Start(TestStore store, TimeProvider? time = null)
    {
        var service = new TestService();
        await service.Run(store, time ?? TimeProvider.System);
        return service;
    }

    public HttpClient ClientOf(string agency)
    {
        var caller = new Caller { Agency = AgencyId.From(agency), Client = agency + "-system", Roles = [Roles.Agency] };
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _signer.Sign(TokenProfile.Passport, caller));
        return client;
    }

    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_keys, recursive: true);
    }

    private async Task Run(TestStore store, TimeProvider time)
    {
        WriteKeys();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Store"] = store.Connection,
            ["Passport:JwksFile"] = Path.Combine(_keys, "jwks.json"),
            ["Passport:SigningKeyFile"] = Path.Combine(_keys, "key.pem"),
            ["Listen:Api"] = "http://127.0.0.1:0",
            ["Listen:Inside"] = "http://127.0.0.1:0",
        });
        builder.Services.AddSingleton(time);
        builder.AddServiceDefaults("notification");
        builder.AddPassportIssuer();
        builder.AddStore<NotificationStore>();
        builder.AddFeeds();
        builder.Services.AddSingleton(new OutboxBell(new OutboxOptions()));
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.UseServiceDefaults();
        _app.MapFeeds();
        await _app.StartAsync();
        _signer = _app.Services.GetRequiredService<TokenSigner>();
    }

    private void WriteKeys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        File.WriteAllText(Path.Combine(_keys, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_keys, "jwks.json"), JsonSerializer.Serialize(new
        {
            keys = new[] { new { kty = "EC", crv = "P-256", kid = "test", x = Text(point.X), y = Text(point.Y) } },
        }));

        static string Text(byte[]? bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }
}
