using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Tiltas.Gateway.Tests;

public sealed class TlsTests
{
    private static readonly DateTimeOffset Now = new ManualTime().GetUtcNow();

    /// <summary>A gateway with TLS and a certificate of its own.</summary>
    internal static async Task<RunningGateway> StartAsync(params (string Key, string Value)[] settings)
    {
        var gateway = new RunningGateway();
        using (var certificate = MadeCertificate.Of("gateway", Now.AddDays(-1), Now.AddDays(1))) certificate.Write(gateway.Room);
        (string, string)[] tls = [("Listen:Tls", "https://127.0.0.1:0"), ("Tls:CertificateFile", gateway.Room.In("tls.pem")), ("Tls:KeyFile", gateway.Room.In("tls.key"))];
        foreach (var (key, value) in tls.Concat(settings)) gateway.Settings[key] = value;
        await gateway.InitializeAsync();
        return gateway;
    }

    [Theory, InlineData(1), InlineData(2)]
    public async Task Tls_SpeaksBothVersions(int major)
    {
        await using var gateway = await StartAsync();
        using var client = new GrpcClient(gateway.TlsAddress);
        using var response = await client.GetAsync("/health", major == 2 ? HttpVersion.Version20 : HttpVersion.Version11);
        Assert.Equal((200, major), ((int)response.StatusCode, response.Version.Major));
    }

    [Fact]
    public async Task Certificate_Replaced_IsShownToTheNext()
    {
        await using var gateway = await StartAsync();
        Assert.NotNull(await ShownAsync(gateway));
        using var next = MadeCertificate.Of("next", Now.AddDays(-1), Now.AddDays(1));
        // Half way: the key is new, the certificate is not.
        var before = await ShownAsync(gateway);
        File.WriteAllText(gateway.Room.In("tls.key"), next.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Assert.Equal(before, await ShownAsync(gateway));
        next.Write(gateway.Room);
        Assert.Equal(next.Fingerprint(), await ShownAsync(gateway));
    }

    [Theory]
    [InlineData("own", null, 200), InlineData("own", "own", 200), InlineData("own", "other", 401), InlineData("own", "bad", 401)]
    [InlineData("none", null, 401), InlineData("none", "other", 200), InlineData("unknown", null, 401), InlineData("unknown", "other", 200)]
    [InlineData("expired", null, 401), InlineData("early", null, 401)]
    public async Task Client_ByCertificate_IsWhomTheFileNames(string certificate, string? token, int status)
    {
        await using var gateway = await StartAsync();
        using var own = MadeCertificate.Of("own", Now.AddDays(-1), Now.AddDays(1));
        using var expired = MadeCertificate.Of("expired", Now.AddDays(-2), Now.AddMinutes(-1));
        using var early = MadeCertificate.Of("early", Now.AddMinutes(1), Now.AddDays(2));
        using var unknown = MadeCertificate.Of("own", Now.AddDays(-1), Now.AddDays(1));
        gateway.Room.WriteClientsWith("lt-cert", "lt-caritas", [own.Fingerprint(), expired.Fingerprint(), early.Fingerprint()], alsoSecret: true, ("lt-kopzi-system", "lt-kopzi"));
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        var shown = certificate switch { "own" => own, "expired" => expired, "early" => early, "unknown" => unknown, _ => null };

        using var http = new HttpClient(Handler(shown)) { BaseAddress = gateway.TlsAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/referrals");
        var bearer = token switch { "own" => gateway.Tokens.Good("lt-cert", "lt-caritas"), "other" => gateway.Tokens.Good(), "bad" => gateway.Tokens.Bad("expired"), _ => null };
        if (bearer is not null) request.Headers.Authorization = new("Bearer", bearer);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Client_CertificateTakenAway_IsNobodyOnTheSameConnection()
    {
        await using var gateway = await StartAsync();
        using var own = MadeCertificate.Of("own", Now.AddDays(-1), Now.AddDays(1));
        gateway.Room.WriteClientsWith("lt-cert", "lt-caritas", [own.Fingerprint()], alsoSecret: false);
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        using var http = new HttpClient(Handler(own)) { BaseAddress = gateway.TlsAddress };
        using var before = await http.GetAsync(new Uri("/v1/referrals", UriKind.Relative), TestContext.Current.CancellationToken);

        gateway.Room.WriteClients(("lt-kopzi-system", "lt-kopzi", "agency"));
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        using var after = await http.GetAsync(new Uri("/v1/referrals", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((200, 401), ((int)before.StatusCode, (int)after.StatusCode));
    }

    private static async Task<string?> ShownAsync(RunningGateway gateway)
    {
        using var client = new GrpcClient(gateway.TlsAddress);
        using var response = await client.GetAsync("/health", HttpVersion.Version20);
        return client.Server;
    }

    internal static SocketsHttpHandler Handler(X509Certificate2? own) => new()
    {
        SslOptions = new()
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            ClientCertificates = own is null ? null : [own],
        },
    };
}
