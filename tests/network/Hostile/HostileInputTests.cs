using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

public sealed class HostileInputTests(Net net, ITestOutputHelper output)
{
    private const int Seed = 20261122;

    [Fact]
    public async Task EveryMemberOfEveryBody_WithOneFault_IsRefusedAndNothingIsWritten()
    {
        var endpoints = await Endpoints.All(net.It);
        var before = await net.It.Quiet();
        var wrong = new ConcurrentBag<string>();
        var tried = 0;
        var faults = endpoints.SelectMany((endpoint, i) => new OneFault(endpoint, Seed + i).All().Where(fault => !fault.MayPass).Select(fault => (endpoint, fault)));
        await Parallel.ForEachAsync(faults, new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (pair, _) =>
        {
            Interlocked.Increment(ref tried);
            await Try(pair.endpoint, pair.fault, wrong);
        });
        output.WriteLine($"{endpoints.Length} endpoints, {tried} bodies, seed {Seed}");
        Assert.True(wrong.IsEmpty, Report(wrong));
        Assert.Equal(before, await net.It.Quiet());

        await Parallel.ForEachAsync(endpoints.SelectMany((endpoint, i) => new OneFault(endpoint, Seed + i).All().Where(fault => fault.MayPass && !Moves(endpoint)).Select(fault => (endpoint, fault))),
            new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (pair, _) => await Try(pair.endpoint, pair.fault, wrong));
        Assert.True(wrong.IsEmpty, Report(wrong));

        foreach (var endpoint in endpoints)
        {
            var answer = await Send(endpoint, Encoding.UTF8.GetBytes(endpoint.Sample));
            Assert.True((int)answer.Status is >= 200 and < 300, $"{endpoint}: the good body is refused: {answer.Body}");
        }
    }

    [Theory]
    [InlineData("Ona\u202Etxet\u2069", "bidi")]
    [InlineData("O\u200Bna\u200D", "zero width")]
    [InlineData("ЖЀ שלום مرحبا 李 👩‍👧 ąčęėįšųūž e\u0328\u0301", "scripts")]
    public async Task UnusualText_IsShownAsItWasSent(string text, string kind)
    {
        var (kopzi, caritas) = (net.It.As("lt-kopzi"), net.It.As("lt-caritas"));
        var subject = await net.It.SubjectWithConsent("lt-caritas");
        var answer = await kopzi.Put($"/v1/subjects/{subject}/dossier/Needs", new { fields = new { shelter = text } });
        if (answer.Status != HttpStatusCode.BadRequest)
        {
            answer.Must(HttpStatusCode.NoContent);
            var referral = (await net.It.Refer(subject, "lt-caritas")).Must(HttpStatusCode.Accepted).Text("referralId");
            var shown = (await caritas.Get($"/v1/referrals/{referral}/dossier")).Must(HttpStatusCode.OK).Json["given"]!["Needs"]!["shelter"];
            Assert.True(text == (string?)shown, kind);
        }

        var id = $"lt-kopzi-{kind.Replace(' ', '-')}";
        answer = await kopzi.Put($"/v1/services/{id}", new { agency = "lt-kopzi", need = "Interpretation", name = new { en = text }, areas = new[] { "LT" }, hours = "24/7", languages = new[] { "lt" }, source = new { title = text, date = "2026-01-01" } });
        if (answer.Status == HttpStatusCode.BadRequest) return;
        answer.Must(HttpStatusCode.Created);
        var stored = (await caritas.Get($"/v1/services/{id}")).Must(HttpStatusCode.OK).Json;
        Assert.Equal((text, text), ((string?)stored["name"]!["en"], (string?)stored["source"]!["title"]));
        (await kopzi.Send(HttpMethod.Delete, $"/v1/services/{id}", null, null)).Must(HttpStatusCode.OK);
    }

    [Fact]
    public async Task WhatWasRefused_ComesOutNowhere()
    {
        var kopzi = net.It.As("lt-kopzi");
        var subject = await net.It.SubjectWithConsent("lt-caritas");
        (await kopzi.Put($"/v1/subjects/{subject}/dossier/Needs", new { fields = new { shelter = OneFault.Canary } })).Must(HttpStatusCode.NoContent);
        foreach (var body in (string[])[$$"""{"fields":{"a":"{{OneFault.Canary}}\u0000"} }""", $$"""{"fields":{"{{OneFault.Canary}} a":"b"} }""", $$"""{"fields":"{{OneFault.Canary}}"}""", $$"""{"fields":{"{{OneFault.Canary}}":5,"x":{} } }"""])
        {
            var refused = await kopzi.Put($"/v1/subjects/{subject}/dossier/Identity", body);
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            Assert.Equal(-1, refused.Body.IndexOf(OneFault.Canary + " a", StringComparison.OrdinalIgnoreCase));
        }
        foreach (var body in (string[])[$$"""{"status":"Recognised","decisionReference":"{{OneFault.Canary}}\ud800","decidedOn":"2026-01-01"}""", $$"""{"status":"Recognised","decisionReference":"{{OneFault.Canary}}!","decidedOn":"2026-01-01"}""", $$"""{"status":"Recognised","decisionReference":"{{OneFault.Canary}}","decidedOn":"2999-01-01"}"""])
        {
            var refused = await kopzi.Post($"/v1/subjects/{subject}/status", body);
            Assert.Null(Verdict.Of(refused));
        }
        await net.It.Settled();

        foreach (var file in Directory.EnumerateFiles(Path.Combine(net.It.Folder, "logs"), "*.log"))
        {
            await using var log = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(log);
            Assert.DoesNotContain(OneFault.Canary, await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
        }
        foreach (var agency in (string[])["lt-kopzi", "lt-caritas"])
            Assert.DoesNotContain(OneFault.Canary, (await net.It.As(agency).Get("/v1/feed?limit=500")).Body, StringComparison.OrdinalIgnoreCase);
        await using var bus = await Bus.Open(net.It);
        foreach (var queue in (string[])["tiltas.dead-letter", "tiltas.unroutable", .. bus.ErrorQueues])
            foreach (var letter in await bus.Peek(queue))
                Assert.DoesNotContain(OneFault.Canary, letter.Everything, StringComparison.OrdinalIgnoreCase);
        foreach (var service in (string[])["directory", "identification", "referral", "notification"])
            Assert.Equal(0, await net.It.Count(service, "SELECT count(*) FROM outbox WHERE position($1 in body) > 0", Encoding.UTF8.GetBytes(OneFault.Canary)));
        Assert.Equal(0, await net.It.Count("referral", "SELECT count(*) FROM dossier_parts WHERE position($1 in sealed) > 0", Encoding.UTF8.GetBytes(OneFault.Canary)));
    }

    private async Task Try(Endpoint endpoint, Fault fault, ConcurrentBag<string> wrong)
    {
        using var content = fault.Content();
        var answer = await net.It.As(endpoint.As).Send(endpoint.Method, endpoint.Path, content, Guid.CreateVersion7().ToString());
        if (Verdict.Of(answer, fault.MayPass, fault.Field, fault.Status) is { } complaint) wrong.Add($"{endpoint} {fault.Field} {fault.Name}: {complaint}");
    }

    private Task<Answer> Send(Endpoint endpoint, byte[] body) => net.It.As(endpoint.As).Raw(endpoint.Method, endpoint.Path, body);

    /// <summary>Endpoints whose first success changes what the next may do.</summary>
    private static bool Moves(Endpoint endpoint) => endpoint.Path.EndsWith("/status", StringComparison.Ordinal) || endpoint.Path.EndsWith("/end", StringComparison.Ordinal)
        || endpoint.Path.EndsWith("/circumstances", StringComparison.Ordinal)
        || endpoint.Path.Contains("/reflection-period/", StringComparison.Ordinal) || endpoint.Path.EndsWith("/send", StringComparison.Ordinal)
        || endpoint.Path.Contains("/referrals/", StringComparison.Ordinal);

    private static string Report(ConcurrentBag<string> wrong) => $"seed {Seed}: {wrong.Count} wrong answers\n" + string.Join('\n', wrong.Order(StringComparer.Ordinal).Take(60));
}
