using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Tiltas.Gateway.Limits;

using StatusCode = Grpc.Core.StatusCode;

namespace Tiltas.Gateway.Tests;

/// <summary>What is open to anybody is limited by where it comes from.</summary>
public sealed class AnonymousLimitTests
{
    private const string Check = "/grpc.health.v1.Health/Check";
    private const string Reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<RunningGateway> SlowAsync() => TlsTests.StartAsync(("RateLimit:AnonymousPerSecond", "1"), ("RateLimit:AnonymousBurst", "2"));

    [Theory, InlineData(Check), InlineData(Reflection)]
    public async Task AnonymousCalls_TooMany_WaitWhileAgenciesAreServed(string method)
    {
        await using var gateway = await SlowAsync();
        using var client = new GrpcClient(gateway.TlsAddress);
        var ends = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => EndAsync(client, method, null)));

        Assert.Contains(ends, end => end.Status == 0);
        var refused = ends.First(end => end.Status == (int)StatusCode.ResourceExhausted);
        Assert.Contains("TLT_GW_0429", refused.Details, StringComparison.Ordinal);
        Assert.Contains("RetryInfo", refused.Details, StringComparison.Ordinal);
        Assert.Equal(0, (await EndAsync(client, method, gateway.Tokens.Good())).Status);
    }

    [Theory, InlineData("/health"), InlineData("/.well-known/jwks.json"), InlineData("/hsds/services")]
    public async Task AnonymousRequests_TooMany_AreToldToWait(string path)
    {
        await using var gateway = await SlowAsync();
        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.SendAsync(HttpMethod.Get, path, null)));
        Assert.Contains(responses, response => response.StatusCode == HttpStatusCode.OK);
        var refused = responses.First(response => response.StatusCode != HttpStatusCode.OK);
        await RunningGateway.AssertProblemAsync(refused, 429, "TLT-GW-0429");
        Assert.True(refused.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        foreach (var response in responses) response.Dispose();
    }

    [Fact]
    public async Task SignIns_AreHeldUpByNoFloodOfOthers()
    {
        await using var gateway = await SlowAsync();
        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => gateway.SendAsync(HttpMethod.Get, "/health", null)));
        Assert.Contains(responses, response => response.StatusCode == HttpStatusCode.TooManyRequests);
        for (var n = 0; n < 10; n++) await gateway.TokenOfAsync("lt-kopzi-system");
        foreach (var response in responses) response.Dispose();
    }

    [Fact]
    public async Task Streams_OnceEnded_AreForgotten()
    {
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var limit = new StreamLimit(_ => hold.Task, new ConfigurationBuilder().Build());
        var streams = Enumerable.Range(0, 300).Select(n => limit.InvokeAsync(WatchFrom($"2001:db8:0:{n % 100}::{n}"))).ToArray();
        Assert.Equal(100, limit.Holders);

        hold.SetResult();
        await Task.WhenAll(streams).WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(0, limit.Holders);
    }

    [Fact]
    public async Task Streams_OfManyThreads_AreCountedRight()
    {
        var limit = new StreamLimit(async _ => await Task.Yield(), new ConfigurationBuilder().Build());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var n = 0; n < 2000; n++) await limit.InvokeAsync(WatchFrom("192.0.2.1"));
        }, Cancel)));
        Assert.Equal(0, limit.Holders);
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7"), InlineData("::ffff:192.0.2.7", "192.0.2.7"), InlineData(null, "")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), InlineData("2001:db8:1:2::1", "2001:db8:1:2::/64"), InlineData("fe80::1%3", "fe80::/64")]
    public void Address_OfIPv6_CountsByItsNetwork(string? address, string counted) =>
        Assert.Equal(counted, RemoteAddress.Of(address is null ? null : IPAddress.Parse(address)));

    private static async Task<GrpcEnd> EndAsync(GrpcClient client, string method, string? token)
    {
        using var response = await client.CallAsync(method, token, GrpcClient.Frame(""));
        return await GrpcEnd.Of(response);
    }

    private static DefaultHttpContext WatchFrom(string address) => new()
    {
        Request = { Path = "/grpc.health.v1.Health/Watch" },
        Connection = { RemoteIpAddress = IPAddress.Parse(address) },
    };
}
