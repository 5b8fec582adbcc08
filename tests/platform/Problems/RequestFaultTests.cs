using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tiltas.Hosting.Problems;

namespace Tiltas.Platform.Tests.Problems;

public sealed class RequestFaultTests : IAsyncLifetime
{
    private const string Right = """{"to":"a","need":"b","place":{"town":"c"}}""";

    private RunningService _service = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await RunningService.Start(
        builder =>
        {
            builder.Services.ConfigureHttpJsonOptions(options => TiltasJson.Strict(options.SerializerOptions));
            builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        },
        app =>
        {
            app.UseMiddleware<ProblemMiddleware>();
            app.MapPost("/offers", (Offer offer) => offer.To);
            app.MapGet("/offers/{id}", (Guid id, int? limit, DateOnly? day) => $"{id} {limit} {day}");
            app.MapGet("/pages", (int after) => after);
            app.MapGet("/lost", () => { throw new Npgsql.NpgsqlException("connection lost while committing"); });
        });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData("""{"to":"a","place":{"town":"c"}}""", "$.need", "This member is required.")]
    [InlineData("""{"to":"a"}""", "$", "Required members are missing: need, place.")]
    [InlineData("""{"to":"a","need":"b","place":{}}""", "$.place.town", "This member is required.")]
    [InlineData("""{"to":"a","ned":"Ona Onaitytė","need":"b","place":{"town":"c"}}""", "$", "A member stands here that is not known here.")]
    [InlineData("""{"to":"a","need":"b","place":{"town":"c","Onaitytė":1}}""", "$.place", "A member stands here that is not known here.")]
    [InlineData("""{"to":"a","need":"b","place":{"town":"c","need":1}}""", "$.place", "A member stands here that is not known here.")]
    [InlineData("""{"to":null,"need":"b","place":{"town":"c"}}""", "$.to", "This member may not be null.")]
    [InlineData("""{"to":"a","to":"b","need":"b","place":{"town":"c"}}""", "$", "A member stands here twice.")]
    [InlineData("""{"to":1,"need":"b","place":{"town":"c"}}""", "$.to", "This field cannot be read: text is expected.")]
    [InlineData("{", "$", "The body is not the JSON that is expected here; the field says where.")]
    [InlineData("", "$", "A body is required here and there is none.")]
    public async Task Body_Wrong_SaysWhichMemberAndRepeatsNothing(string body, string field, string sentence)
    {
        using var answer = await _service.Api.PostAsync(new Uri("/offers", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"), Cancelled);
        Assert.Equal((400, field, sentence), await Read(answer));
        Assert.DoesNotContain("Onaityt", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/offers/abc", "id", false), InlineData("/offers/00000000-0000-0000-0000-000000000001?limit=abc", "limit", false)]
    [InlineData("/offers/00000000-0000-0000-0000-000000000001?day=%22%20from%20%22x", "day", false)]
    [InlineData("/pages?after=abc", "after", false), InlineData("/pages", "after", true)]
    public async Task Parameter_Wrong_IsNamed(string path, string field, bool missing)
    {
        using var answer = await _service.Api.GetAsync(new Uri(path, UriKind.Relative), Cancelled);
        Assert.Equal((400, field, missing ? "This parameter is required." : "This parameter does not have the form that is expected here."), await Read(answer));
    }

    [Theory, InlineData("br", 415), InlineData("gzip", 415), InlineData("identity", 200), InlineData(null, 200)]
    public async Task Body_SaidToBeEncoded_IsRefused(string? encoding, int status)
    {
        using var content = new StringContent(Right, Encoding.UTF8, "application/json");
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        using var answer = await _service.Api.PostAsync(new Uri("/offers", UriKind.Relative), content, Cancelled);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory, InlineData("HEAD"), InlineData("DELETE")]
    public async Task Method_NotServed_IsToldWhichAre(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/pages");
        using var answer = await _service.Api.SendAsync(request, Cancelled);
        Assert.Equal((405, "GET"), ((int)answer.StatusCode, string.Join(',', answer.Content.Headers.Allow)));
    }

    [Fact]
    public async Task Store_LostMidway_DoesNotSayThatNothingWasWritten()
    {
        using var answer = await _service.Api.GetAsync(new Uri("/lost", UriKind.Relative), Cancelled);
        var (status, _, sentence) = await Read(answer);
        Assert.Equal((503, 2), (status, answer.Headers.RetryAfter!.Delta!.Value.Seconds));
        Assert.Contains("may or may not be", sentence, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string? Field, string? Sentence)> Read(HttpResponseMessage answer)
    {
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        return ((int)answer.StatusCode, problem.TryGetProperty("field", out var field) ? field.GetString() : null, problem.GetProperty("detail").GetString());
    }

    private sealed record Offer
    {
        public required string To { get; init; }
        public required string Need { get; init; }
        public required Place Place { get; init; }
    }

    private sealed record Place
    {
        public required string Town { get; init; }
    }
}
