using System.Net;
using System.Text;
using static Tiltas.Identification.Tests.RunningIdentification;

namespace Tiltas.Identification.Tests;

[Collection(WithService.Name)]
public sealed class HostileHttpTests(RunningIdentification service)
{
    [Fact]
    public async Task Post_HostileBodies_GetA4xxAndWriteNothing()
    {
        var subject = await service.Subject(Ngo);
        var deep = new string('[', 10_000) + new string(']', 10_000);
        string[] bodies =
        [
            "", "null", "[]", "{}", "{", "\0", "{\"status\":\"Suspected\u0000\"}", """{"status":1}""", """{"status":"suspected"}""", """{"status":"Presumed, Suspected"}""",
            """{"status":"Sus\u0070ected"}""", """{"status":"\ud800"}""", """{"status":"Suspected","status":"Presumed"}""", """{"status":"Suspected","extra":1}""", """{"Status":"Suspected"}""",
            """{"status":"Recognised","decisionReference":"a\u00001","decidedOn":"2026-01-05"}""", """{"status":"Recognised","decisionReference":"1\ud800","decidedOn":"2026-01-05"}""",
            """{"status":"Recognised","decisionReference":"1","decidedOn":"9999-12-31"}""", """{"status":"Recognised","decisionReference":"1","decidedOn":"2026-02-30"}""",
            """{"status":"Recognised","decisionReference":"1","decidedOn":20260105}""", """{"status":"Ended","reason":7}""", """{"status":"Suspected","ageBand":3}""",
            "{\"status\":\"Recognised\",\"decidedOn\":\"2026-01-05\",\"decisionReference\":\"" + new string('1', 9000) + "\"}",
            "{\"status\":" + deep + "}", deep,
            $$"""{"subject":"{{subject}}","set":"LT-ADULT-LABOUR","setVersion":1,"ageBand":"Unknown","answers":[null]}""",
            $$"""{"subject":"{{subject}}","set":"LT-ADULT-LABOUR","setVersion":1,"ageBand":"Unknown","answers":null}""",
            $$"""{"subject":"{{subject}}","set":null,"setVersion":1,"ageBand":"Unknown","answers":[]}""",
            $$"""{"subject":"{{subject}}","set":"LT-ADULT-LABOUR","setVersion":1e99,"ageBand":"Unknown","answers":[]}""",
            $$"""{"subject":"{{subject}}","set":"LT-ADULT-LABOUR","setVersion":"1","ageBand":"Unknown","answers":[]}""",
            $$"""{"subject":"{{subject}}","set":"LT-ADULT-LABOUR","setVersion":1,"ageBand":"Unknown","answers":[{"indicator":"A01","observation":"Maybe"}]}""",
            $$"""{"subject":"{{subject}}","set":"LT-ADULT-LABOUR","setVersion":1,"ageBand":"Unknown","place":"LT-57\u0000","answers":[]}""",
            """{"subject":"00000000-0000-0000-0000-000000000000","set":"LT-ADULT-LABOUR","setVersion":1,"ageBand":"Unknown","answers":[]}""",
            """{"subject":"{x}","set":"LT-ADULT-LABOUR","setVersion":1,"ageBand":"Unknown","answers":[]}""",
        ];
        foreach (var body in bodies)
            foreach (var path in (string[])[$"/v1/subjects/{subject}/status", "/v1/screenings"])
            {
                var answer = await service.PostText(Ngo, path, body);
                Assert.True((int)answer.Status is >= 400 and < 500, $"{path} answered {answer.Status} to {body[..Math.Min(80, body.Length)]}");
                Assert.StartsWith("TLT-", answer["code"], StringComparison.Ordinal);
            }
        Assert.Empty(await service.Published(subject));
        Assert.Equal("0", (await service.Get(Ngo, $"/v1/subjects/{subject}/status"))["version"]);
    }

    [Theory]
    [InlineData("/v1/subjects/x/status")]
    [InlineData("/v1/subjects/%00/status")]
    [InlineData("/v1/subjects/%ED%A0%80/entitlements")]
    [InlineData("/v1/subjects/00000000-0000-0000-0000-000000000000/status")]
    [InlineData("/v1/screenings/1%27%20OR%201=1")]
    [InlineData("/v1/indicator-sets/%00")]
    [InlineData("/v1/indicator-sets/..%2f..%2fetc")]
    [InlineData("/v1/nothing")]
    public async Task Get_HostilePaths_GetA4xx(string path) =>
        Assert.InRange((int)(await service.Get(Ngo, path)).Status, 400, 499);

    [Fact]
    public async Task Post_TenMegabytes_IsTooLarge()
    {
        using var body = new ByteArrayContent(new byte[10 << 20]) { Headers = { ContentType = new("application/json") } };
        HttpStatusCode status;
        try
        {
            status = (await service.Send(Ngo, HttpMethod.Post, "/v1/screenings", body, NewKey())).Status;
        }
        catch (HttpRequestException exception) when (exception.InnerException is IOException)
        {
            // The service may close the connection while the rest is still being sent.
            return;
        }
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
    }

    [Fact]
    public async Task Post_WrongTypeOrNoKeyOrNoPassport_IsRefused()
    {
        using var text = new StringContent("{}", Encoding.UTF8, "text/plain");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await service.Send(Ngo, HttpMethod.Post, "/v1/screenings", text, NewKey())).Status);
        using var noKey = new StringContent("{}", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, (await service.Send(Ngo, HttpMethod.Post, "/v1/screenings", noKey, null)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await service.Send(null, HttpMethod.Get, "/v1/indicator-sets", null, null)).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await service.Send(Ngo, HttpMethod.Delete, "/v1/screenings", null, null)).Status);
    }
}
