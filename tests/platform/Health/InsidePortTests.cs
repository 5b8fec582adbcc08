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

    private static async Task<HttpStatusCode> Status(HttpClient client, HttpMethod method, string path, string? host = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Host = host;
        using var answer = await client.SendAsync(request, Cancelled);
        return answer.StatusCode;
    }
}
