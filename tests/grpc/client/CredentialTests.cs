using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Tiltas.Grpc.Client.Tests.Kit;

namespace Tiltas.Grpc.Client.Tests;

public sealed class CredentialTests : IDisposable
{
    private readonly Certificates _authority = new();

    public void Dispose() => _authority.Dispose();

    private static RequestDelegate Tell(Func<HttpContext, string> what) => async http =>
    {
        await http.Receive();
        await http.Grpc().Send(Raw.Frame(what(http)));
        http.End(StatusCode.OK);
    };

    [Fact]
    public async Task OwnRoot_IsTrusted_AndNoOther()
    {
        using var certificate = _authority.Issue("localhost");
        await using var server = await RawServer.StartAsync(Tell(_ => "secure"), certificate);
        using var trusting = GrpcChannel.ForAddress(server.Address, new() { Credentials = new SslCredentials(_authority.RootPem) });
        Assert.Equal("secure", await trusting.Unary());
        using var usual = GrpcChannel.ForAddress(server.Address);
        Assert.Equal(StatusCode.Unavailable, (await usual.Unary().ResponseAsync.StatusOf()).StatusCode);
        using var others = new Certificates();
        using var other = GrpcChannel.ForAddress(server.Address, new() { Credentials = new SslCredentials(others.RootPem) });
        Assert.Equal(StatusCode.Unavailable, (await other.Unary().ResponseAsync.StatusOf()).StatusCode);
    }

    [Fact]
    public async Task CertificateForAnotherName_OrRefusedByTheCaller_IsRefused()
    {
        using var certificate = _authority.Issue("elsewhere.example");
        await using var server = await RawServer.StartAsync(Tell(_ => "secure"), certificate);
        using var channel = GrpcChannel.ForAddress(server.Address, new() { Credentials = new SslCredentials(_authority.RootPem) });
        Assert.Equal(StatusCode.Unavailable, (await channel.Unary().ResponseAsync.StatusOf()).StatusCode);

        using var right = _authority.Issue("localhost");
        await using var second = await RawServer.StartAsync(Tell(_ => "secure"), right);
        foreach (var accept in new[] { true, false })
        {
            using var asked = GrpcChannel.ForAddress(second.Address, new() { Credentials = new SslCredentials(_authority.RootPem, null, peer => accept && peer.TargetName == "localhost") });
            Assert.Equal(accept ? StatusCode.OK : StatusCode.Unavailable, (await asked.Unary().ResponseAsync.StatusOf()).StatusCode);
        }
    }

    [Fact]
    public async Task ClientCertificate_IsShown()
    {
        using var certificate = _authority.Issue("localhost");
        await using var server = await RawServer.StartAsync(Tell(http => http.Connection.ClientCertificate!.Subject), certificate, clientCertificate: true);
        var (own, key) = _authority.IssuePem("agency.example");
        using var channel = GrpcChannel.ForAddress(server.Address, new() { Credentials = new SslCredentials(_authority.RootPem, new KeyCertificatePair(own, key)) });
        Assert.Equal("CN=agency.example", await channel.Unary());
        using var without = GrpcChannel.ForAddress(server.Address, new() { Credentials = new SslCredentials(_authority.RootPem) });
        Assert.Equal(StatusCode.Unavailable, (await without.Unary().ResponseAsync.StatusOf()).StatusCode);
    }

    [Fact]
    public async Task BearerToken_GoesWithEveryCall_FreshEachTime()
    {
        using var certificate = _authority.Issue("localhost");
        await using var server = await RawServer.StartAsync(Tell(http => http.Request.Headers.Authorization + " " + http.Request.Headers["x-call"]), certificate);
        var n = 0;
        var credentials = ChannelCredentials.Create(new SslCredentials(_authority.RootPem), CallTokens.Bearer(_ => Task.FromResult($"t{++n}")));
        using var channel = GrpcChannel.ForAddress(server.Address, new() { Credentials = credentials });
        Assert.Equal("Bearer t1 ", await channel.Unary());
        var own = CallCredentials.FromInterceptor((context, metadata) =>
        {
            metadata.Add("x-call", $"{context.MethodName} {new Uri(context.ServiceUrl).AbsolutePath}");
            return Task.CompletedTask;
        });
        Assert.Equal("Bearer t2 Unary /test.Texts", await channel.Unary(options: new(credentials: own)));
    }

    [Fact]
    public async Task CallCredentials_WithoutTls_AreRefusedUnlessAllowed()
    {
        await using var server = await RawServer.StartAsync(Tell(http => http.Request.Headers.Authorization!));
        var token = CallTokens.Bearer(_ => Task.FromResult("secret"));
        using var channel = GrpcChannel.ForAddress(server.Address);
        Assert.Throws<InvalidOperationException>(() => channel.Unary(options: new(credentials: token)));
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress(server.Address, new() { Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, token) }));
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress(server.Address, new() { Credentials = ChannelCredentials.SecureSsl }));
        using var allowed = GrpcChannel.ForAddress(server.Address, new() { UnsafeUseInsecureChannelCallCredentials = true });
        Assert.Equal("Bearer secret", await allowed.Unary(options: new(credentials: token)));
    }

    [Fact]
    public async Task TokenThatCannotBeHad_OrIsNeverGiven_EndsTheCall()
    {
        var asked = 0;
        await using var server = await RawServer.StartAsync(_ => { asked++; return Task.CompletedTask; });
        var time = new ManualTime();
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true }.UseTime(time));
        var failing = CallTokens.Bearer(_ => throw new InvalidOperationException("secret detail"));
        var status = await channel.Unary(options: new(credentials: failing)).ResponseAsync.StatusOf();
        Assert.Equal(StatusCode.Unavailable, status.StatusCode);
        Assert.DoesNotContain("secret", status.Detail, StringComparison.Ordinal);
        var refusing = CallTokens.Bearer(_ => throw new RpcException(new(StatusCode.Unauthenticated, "no such client")));
        Assert.Equal(StatusCode.Unauthenticated, (await channel.Unary(options: new(credentials: refusing)).ResponseAsync.StatusOf()).StatusCode);
        // A function that heeds no token.
        var never = CallTokens.Bearer(_ => new TaskCompletionSource<string>().Task);
        var call = channel.Unary(options: new(credentials: never, deadline: time.GetUtcNow().UtcDateTime.AddSeconds(1)));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(StatusCode.DeadlineExceeded, (await call.ResponseAsync.StatusOf()).StatusCode);
        Assert.Equal(0, asked);
    }
}
