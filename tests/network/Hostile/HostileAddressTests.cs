using System.Collections.Concurrent;
using System.Net;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>Identifiers in paths, values in queries and headers that no honest client sends.</summary>
public sealed class HostileAddressTests(Net net, ITestOutputHelper output)
{
    private static readonly string[] Values =
    [
        "%01", "%ED%A0%80", "%FF%FE", "%C0%80", "%E2%80%AE", "%EF%BF%BF", "%0D%0AX-Evil:1", "%27%20OR%201=1--", "%22", "%5B%5D", "%7B%7D", "Null", "NaN", "-1", "+1", "1.5", "1e3", "0x10",
        "99999999999999999999", "9223372036854775808", "%EF%BC%91", "%2e%2e", "%2e%2e%2f", "..%5c", "*", "Shelter,LegalAid", "sHELTER", "Ngo,Police", "0", "1%20", "%25", "%zz", "00000000-0000-0000-0000-000000000000", "A", "-a", "a--b",
    ];

    private static readonly (string As, string Method, string Path)[] Paths =
    [
        ("lt-kopzi", "GET", "/v1/agencies/{0}"), ("registrar", "PUT", "/v1/agencies/{0}"), ("lt-kopzi", "GET", "/v1/services/{0}"), ("lt-kopzi", "PUT", "/v1/services/{0}"), ("lt-kopzi", "DELETE", "/v1/services/{0}"),
        ("lt-kopzi", "GET", "/v1/memoranda/{0}"), ("registrar", "PUT", "/v1/memoranda/{0}"), ("registrar", "POST", "/v1/memoranda/{0}/end"), ("lt-kopzi", "GET", "/v1/memoranda/{0}/draft"), ("lt-kopzi", "PUT", "/v1/memoranda/{0}/draft"),
        ("lt-kopzi", "POST", "/v1/memoranda/{0}/draft/sign"), ("lt-kopzi", "DELETE", "/v1/memoranda/{0}/draft"), ("lt-kopzi", "POST", "/v1/memoranda/{0}/suspend"), ("lt-kopzi", "POST", "/v1/memoranda/{0}/resume"),
        ("lt-kopzi", "GET", "/v1/memoranda/{0}/versions"), ("lt-kopzi", "GET", "/v1/memoranda/lt-mou-nowhere/versions/{0}"), ("lt-kopzi", "GET", "/v1/indicator-sets/{0}"), ("lt-kopzi", "GET", "/v1/screenings/{0}"),
        ("lt-kopzi", "GET", "/v1/subjects/{0}/status"), ("lt-kopzi", "POST", "/v1/subjects/{0}/status"), ("lt-kopzi", "GET", "/v1/subjects/{0}/entitlements"), ("lt-kopzi", "GET", "/v1/subjects/{0}/screenings/topics"),
        ("lt-kopzi", "POST", "/v1/subjects/{0}/circumstances"), ("lt-kopzi", "GET", "/v1/forms/{0}"), ("lt-kopzi", "GET", "/v1/forms/{0}/html"), ("lt-kopzi", "GET", "/v1/forms/{0}/proof"), ("lt-kopzi", "GET", "/v1/form-schemas/{0}/1"),
        ("lt-kopzi", "GET", "/v1/subjects/{0}/information"), ("lt-kopzi", "POST", "/v1/subjects/{0}/information"),
        ("lt-police", "GET", "/v1/subjects/{0}/reflection-period"), ("lt-police", "POST", "/v1/subjects/{0}/reflection-period/start"), ("lt-kopzi", "GET", "/v1/subjects/{0}/consents"),
        ("lt-kopzi", "POST", "/v1/subjects/{0}/consents"), ("lt-kopzi", "POST", "/v1/subjects/{0}/consents/{0}/withdraw"), ("lt-kopzi", "PUT", "/v1/subjects/{0}/dossier/Identity"), ("lt-kopzi", "PUT", "/v1/subjects/{1}/dossier/{0}"),
        ("lt-kopzi", "GET", "/v1/referrals/{0}"), ("lt-kopzi", "GET", "/v1/referrals/{0}/dossier"), ("lt-kopzi", "POST", "/v1/referrals/{0}/accept"), ("lt-kopzi", "POST", "/v1/referrals/{0}/acknowledge"), ("lt-kopzi", "POST", "/v1/referrals/{0}/start"),
        ("lt-kopzi", "POST", "/v1/referrals/{0}/decline"), ("lt-kopzi", "POST", "/v1/referrals/{0}/complete"), ("lt-kopzi", "POST", "/v1/referrals/{0}/withdraw"), ("lt-kopzi", "POST", "/v1/feed/{0}/seen"), ("lt-kopzi", "POST", "/v1/feed/{0}/acted"),
    ];

    // The second part: is any text legal, because it only finds nothing?
    private static readonly (string Path, bool Any)[] Queries =
    [
        ("/v1/agencies?type=", false), ("/v1/agencies?municipality=", false), ("/v1/agencies?limit=", false), ("/v1/agencies?after=", false), ("/v1/services?need=", false), ("/v1/services?area=", false), ("/v1/services?agency=", false),
        ("/v1/services?limit=", false), ("/v1/services?after=", false), ("/v1/memoranda?party=", false), ("/v1/memoranda?limit=", false), ("/v1/memoranda?after=", false), ("/v1/memoranda/drafts?limit=", false), ("/v1/memoranda/drafts?after=", false), ("/v1/memoranda/permitted?from=", false),
        ("/v1/memoranda/permitted?from=lt-kopzi&to=", false), ("/v1/memoranda/permitted?from=lt-kopzi&to=lt-caritas&purpose=", false), ("/v1/memoranda/permitted?from=lt-kopzi&to=lt-caritas&purpose=Assistance&need=", false),
        ("/v1/memoranda/permitted?from=lt-kopzi&to=lt-caritas&purpose=Assistance&on=", false), ("/v1/referrals?role=", false), ("/v1/referrals?status=", false),
        ("/v1/referrals?after=", false), ("/v1/referrals?limit=", false), ("/v1/partners?need=", false), ("/v1/feed?after=", false), ("/v1/feed?limit=", false), ("/v1/feed?wait=", false), ("/v1/forms/counts?schema=", true), ("/v1/forms/counts?from=", false), ("/v1/forms/counts?to=", false), ("/v1/gaps?kind=", false), ("/v1/gaps?after=", false), ("/v1/gaps?limit=", false), ("/v1/agencies?unheardOf=", true),
    ];

    [Fact]
    public async Task HostilePathsAndQueries_AreRefusedAndNothingIsWritten()
    {
        var good = (await Endpoints.All(net.It)).ToLookup(endpoint => endpoint.Method.Method);
        var subject = good["POST"].First(endpoint => endpoint.Path.EndsWith("/consents", StringComparison.Ordinal)).Path.Split('/')[3];
        // Some of the queries are legal readings of the feed; the first reading of a notice is noted, so it happens before.
        await net.It.Notices("lt-kopzi", "");
        var before = await net.It.Quiet();
        var wrong = new ConcurrentBag<string>();
        var asked = 0;

        var paths = Paths.SelectMany(path => Values.Append(new string('a', 3000)).Append(Guid.CreateVersion7().ToString()).Select(value =>
            (path.As, Line: $"{path.Method} {string.Format(System.Globalization.CultureInfo.InvariantCulture, path.Path, value, subject)}", Body: Sample(good, path.Method, path.Path), MayPass: false)));
        var queries = Queries.SelectMany(query => Values.Append(new string('1', 3000)).Append("").Append("1&" + query.Path.Split('?')[1] + "2").Select(value =>
            (As: "lt-kopzi", Line: "GET " + query.Path + value, Body: "", MayPass: query.Any || value.Length == 0 || IsLegal(query.Path, value))));
        await Parallel.ForEachAsync(paths.Concat(queries), new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (request, _) =>
        {
            Interlocked.Increment(ref asked);
            var answer = await RawHttp.Send(net.It.Network.Gateway, request.Line, [await Authorization(request.As), $"Idempotency-Key: {Guid.CreateVersion7()}"], request.Body);
            if (Verdict.Of(answer, request.MayPass) is { } complaint) wrong.Add($"{request.Line[..Math.Min(request.Line.Length, 120)]}: {complaint}");
        });
        foreach (var lower in (string[])["/v1/services?need=shelter", "/v1/partners?need=shelter", "/v1/agencies?type=ngo", "/v1/referrals?status=submitted"])
            if (Verdict.Of(await RawHttp.Send(net.It.Network.Gateway, "GET " + lower, [await Authorization("lt-kopzi")])) is { } complaint) wrong.Add($"{lower}: {complaint}");
        // A NUL in an address is refused by the server itself, before there is anybody to put it into words.
        foreach (var path in Paths.Select(path => string.Format(System.Globalization.CultureInfo.InvariantCulture, path.Path, "%00", subject)).Distinct())
            if (await RawHttp.Send(net.It.Network.Gateway, "GET " + path, [await Authorization("lt-kopzi")]) is { Status: not HttpStatusCode.BadRequest } taken) wrong.Add($"{path}: {taken.Status}");
        output.WriteLine($"{asked} addresses");
        Assert.True(wrong.IsEmpty, $"{wrong.Count} of {asked} wrong\n" + string.Join('\n', wrong.Order(StringComparer.Ordinal).Take(60)));
        Assert.Empty((await net.It.Quiet()).Except(before));
    }

    [Fact]
    public async Task IdempotencyKey_OfTheWrongForm_IsRefusedByName()
    {
        var endpoints = (await Endpoints.All(net.It)).Where(e => e.Method == HttpMethod.Post && (e.Path is "/v1/subjects" or "/v1/referrals" or "/v1/screenings" || e.Path.EndsWith("/status", StringComparison.Ordinal) || e.Path.EndsWith("/consents", StringComparison.Ordinal))).ToList();
        Assert.Equal(5, endpoints.Count);
        var before = await net.It.Quiet();
        foreach (var endpoint in endpoints)
            foreach (var keys in (string[][])[[], [""], [" "], ["a", "b"], ["a", "a"], ["a b"], [new string('k', 129)], ["rakt\u00e9as"], ["a\tb"], ["\u00c4\u0097"]])
            {
                var answer = await RawHttp.Send(net.It.Network.Gateway, $"POST {endpoint.Path}", [await Authorization(endpoint.As), .. keys.Select(key => "Idempotency-Key: " + key)], endpoint.Sample);
                // What is not ASCII does not get past the gateway, which does not know which headers a service needs.
                Assert.True(Verdict.Of(answer, field: keys.All(key => System.Text.Ascii.IsValid(key)) ? "Idempotency-Key" : null) is null && answer.Status == HttpStatusCode.BadRequest, $"{endpoint} [{string.Join('|', keys)}] {answer.Status} {answer.Body}");
            }
        Assert.Equal(before, await net.It.Quiet());

        var longest = await RawHttp.Send(net.It.Network.Gateway, "POST /v1/subjects", [await Authorization("lt-kopzi"), "Idempotency-Key: " + new string('~', 128)], "{}");
        Assert.Equal(HttpStatusCode.Created, longest.Status);
    }

    [Fact]
    public async Task ForgedHeaders_ChangeNothing()
    {
        string[] forged =
        [
            "X-Forwarded-For: 10.0.0.1", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "X-Forwarded-Prefix: /evil", "Forwarded: for=10.0.0.1;host=evil.example", "X-Original-URL: /v1/agencies", "X-Rewrite-URL: /health",
            "X-Agency: lt-police", "X-Tiltas-Agency: lt-police", "X-User: registrar", "X-Roles: registrar", "X-Client: registrar", "X-HTTP-Method-Override: DELETE", "tracestate: evil=1", "baggage: agency=lt-police",
        ];
        var opened = await RawHttp.Send(net.It.Network.Gateway, "POST /v1/subjects", [await Authorization("lt-kopzi"), $"Idempotency-Key: {Guid.CreateVersion7()}", .. forged], "{}");
        Assert.Equal(HttpStatusCode.Created, opened.Status);
        var subject = opened.Text("subjectRef");
        Assert.Equal($"/v1/subjects/{subject}", opened.Headers.Location?.OriginalString);
        Assert.Equal("lt-kopzi", (string)(await net.It.Query("referral", "SELECT owner FROM subjects WHERE subject = $1", Guid.Parse(subject)))[0][0]!);

        var refused = await RawHttp.Send(net.It.Network.Gateway, "PUT /v1/agencies/lt-forged", [await Authorization("lt-kopzi"), .. forged], "{}");
        Assert.Equal((HttpStatusCode.Forbidden, "TLT-ID-0003"), (refused.Status, refused.Code));
        foreach (var header in forged)
        {
            var anonymous = await RawHttp.Send(net.It.Network.Gateway, "GET /v1/referrals", [header]);
            Assert.Equal((HttpStatusCode.Unauthorized, "TLT-ID-0001"), (anonymous.Status, anonymous.Code));
        }
    }

    [Fact]
    public async Task ForgedTokens_AreRefusedAlike()
    {
        var before = await net.It.Quiet();
        var genuine = (await Authorization("lt-kopzi")).Split(' ')[2];
        var tokens = ForgedTokens.All(net.It.Network.Keys, genuine).ToList();
        foreach (var (name, headers) in tokens)
            foreach (var line in (string[])["GET /v1/referrals", "POST /v1/subjects", "GET /v1/feed", "PUT /v1/agencies/lt-forged"])
            {
                var answer = await RawHttp.Send(net.It.Network.Gateway, line, [.. headers, $"Idempotency-Key: {Guid.CreateVersion7()}"], line[0] == 'P' ? "{}" : "");
                Assert.True(answer.Status == HttpStatusCode.Unauthorized && answer.Code == "TLT-ID-0001" && Verdict.Of(answer) is null, $"{name}: {line}: {answer.Status} {answer.Body}");
            }
        output.WriteLine($"{tokens.Count} kinds of token");
        Assert.Equal(before, await net.It.Quiet());
    }

    private readonly ConcurrentDictionary<string, Task<string>> _tokens = new();

    private Task<string> Authorization(string agency) => _tokens.GetOrAdd(agency, async id =>
    {
        using var http = new HttpClient { BaseAddress = net.It.Network.Gateway };
        var client = id == "registrar" ? id : id + "-system";
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", client), new("client_secret", net.It.Network.ClientSecret(client))]);
        using var answer = await http.PostAsync(new Uri("/connect/token", UriKind.Relative), form, TestContext.Current.CancellationToken);
        var json = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        return $"Authorization: Bearer {json["access_token"]}";
    });

    /// <summary>A body that is good for the endpoint, so that only the path is at fault.</summary>
    private static string Sample(ILookup<string, Endpoint> good, string method, string path)
    {
        if (method is not ("POST" or "PUT")) return "";
        var prefix = path.Split('/')[2];
        var last = path.Split('/')[^1];
        return (good[method].FirstOrDefault(e => e.Path.Split('/')[2] == prefix && (e.Path.Split('/')[^1] == last || method == "PUT")))?.Sample ?? "";
    }

    private static bool IsLegal(string query, string value) => value == "0" && (query.EndsWith("after=", StringComparison.Ordinal) || query.EndsWith("wait=", StringComparison.Ordinal))
        || query == "/v1/referrals?after=" && Guid.TryParse(value, out _)
        || query == "/v1/referrals?limit=" && (value is "+1" or "1%20");
}
