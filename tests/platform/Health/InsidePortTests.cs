using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Tiltas.Platform.Tests.Health;

public sealed class InsidePortTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/health/startup")]
    [InlineData("/metrics")]
    public async Task OpsPath_OnTheApiPort_DoesNotExist(string path)
    {
        await using var service = await RunningService.Start();
        Assert.Equal(HttpStatusCode.OK, await Status(service.Inside, HttpMethod.Get, path));
        Assert.Equal(HttpStatusCode.NotFound, await Status(service.Api, HttpMethod.Get, path));
        Assert.Equal(HttpStatusCode.NotFound, await Status(service.Api, HttpMethod.Post, path));
        Assert.Equal(HttpStatusCode.NotFound, await Status(service.Api, HttpMethod.Get, path, service.Inside.BaseAddress!.Authority));
    }

    [Fact]
    public async Task ApiPath_OnTheInsidePort_DoesNotExist()
    {
        await using var service = await RunningService.Start(map: app =>
        {
            app.MapGet("/v1/x", () => "x");
            app.MapFallback("/{**rest}", () => Results.StatusCode(StatusCodes.Status403Forbidden));
        });
        Assert.Equal(HttpStatusCode.OK, await Status(service.Api, HttpMethod.Get, "/v1/x"));
        Assert.Equal(HttpStatusCode.NotFound, await Status(service.Inside, HttpMethod.Get, "/v1/x"));
        Assert.Equal(HttpStatusCode.NotFound, await Status(service.Inside, HttpMethod.Get, "/v1/x", service.Api.BaseAddress!.Authority));
        // On the public door the ops paths fall to what refuses every unknown path.
        Assert.Equal(HttpStatusCode.Forbidden, await Status(service.Api, HttpMethod.Get, "/metrics"));
        Assert.Equal(HttpStatusCode.OK, await Status(service.Inside, HttpMethod.Get, "/metrics"));
    }

    [Fact]
    public async Task GrpcPort_WhereSet_SpeaksHttp2FromTheFirstByte()
    {
        await using var service = await RunningService.Start(map: app => app.MapGet("/v1/x", (HttpContext context) => context.Request.Protocol), settings: ("Listen:Grpc", "http://127.0.0.1:0"));
        using var client = new HttpClient { BaseAddress = service.Grpc, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Assert.Equal("HTTP/2", await client.GetStringAsync(new Uri("/v1/x", UriKind.Relative), Cancelled));
        using var metrics = await client.GetAsync(new Uri("/metrics", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, metrics.StatusCode);
        Assert.Equal("HTTP/1.1", await service.Api.GetStringAsync(new Uri("/v1/x", UriKind.Relative), Cancelled));

        await using var without = await RunningService.Start();
        Assert.Null(without.Grpc);
    }

    private static async Task<HttpStatusCode> Status(HttpClient client, HttpMethod method, string path, string? host = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Host = host;
        using var answer = await client.SendAsync(request, Cancelled);
        return answer.StatusCode;
    }
}
