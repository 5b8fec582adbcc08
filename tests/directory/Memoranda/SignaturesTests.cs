using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Memoranda;

/// <summary>From the first draft to the end, by the parties' own clients.</summary>
[Collection(RunningDirectory.Name)]
public sealed class SignaturesTests(DirectoryProcess directory)
{
    private static readonly string Paper = new('a', 64), OtherPaper = new('b', 64);
    private static readonly DateOnly Today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task Memorandum_IsInForceWhenTheLastHasSigned_AndNotBefore()
    {
        var (one, two, stranger) = await Parties("sg1");
        using var registrar = directory.Registrar;
        using var auditor = directory.As("sg1-auditor", "auditor");
        const string path = "/v1/memoranda/sg1-a-mou";
        var draft = await one.Put(path + "/draft", Draft("sg1-a", "sg1-b")).Expect(HttpStatusCode.Created);
        Assert.Equal((1, "sg1-a", Paper), (draft.GetProperty("revision").GetInt32(), draft.Text("draftedBy"), draft.Text("documentHash")));
        await one.Put(path + "/draft", Draft("sg1-a", "sg1-b")).Expect(HttpStatusCode.OK);

        // A draft is seen by those who are to sign, the registrar and auditors; to all others there is none, nor a memorandum.
        foreach (var who in new[] { one, two, registrar, auditor })
        {
            await who.Fetch(path + "/draft").Expect(HttpStatusCode.OK);
            Assert.Contains("sg1-a-mou", (await who.Fetch("/v1/memoranda/drafts?limit=200").Expect(HttpStatusCode.OK)).Ids());
            await who.Fetch(path).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0301");
        }
        await stranger.Fetch(path + "/draft").ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0316");
        Assert.Empty((await stranger.Fetch("/v1/memoranda/drafts").Expect(HttpStatusCode.OK)).Ids());
        foreach (var refused in (Func<Task<HttpResponseMessage>>[])[() => stranger.Post(path + "/draft/sign", Signature()), () => stranger.DeleteAsync(path + "/draft", TestContext.Current.CancellationToken)])
            await refused().ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0316");
        await registrar.Post(path + "/draft/sign", Signature()).ExpectProblem(HttpStatusCode.Forbidden, "TLT-ID-0003", rule: "role");

        // A signature is of what was read.
        await two.Post(path + "/draft/sign", Signature(hash: OtherPaper)).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0319", rule: "same-document");
        await two.Post(path + "/draft/sign", Signature(revision: 2)).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0318", rule: "sign-what-was-read");
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var signed = (await two.Post(path + "/draft/sign", Signature()).Expect(HttpStatusCode.OK)).GetProperty("draft");
            Assert.Equal(["sg1-a"], signed.GetProperty("awaited").EnumerateArray().Select(party => party.GetString()));
            Assert.Equal("sg1-b director s-1 " + Paper, Told(Assert.Single(signed.GetProperty("signatures").EnumerateArray())));
        }
        await two.Post(path + "/draft/sign", Signature(signatory: "s-2")).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0320", rule: "one-signature-a-party");
        await two.Put(path + "/draft", Draft("sg1-a", "sg1-b")).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0317", "id");

        // Another revision needs all signatures anew.
        var changed = Draft("sg1-a", "sg1-b");
        changed["clauses"]![0]!["purposes"] = new JsonArray("Protection");
        Assert.Empty((await one.Put(path + "/draft", changed).Expect(HttpStatusCode.OK)).GetProperty("signatures").EnumerateArray());
        await two.Post(path + "/draft/sign", Signature()).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0318");
        await one.Post(path + "/draft/sign", Signature(revision: 2)).Expect(HttpStatusCode.OK);
        Assert.Empty(await directory.Messages("memorandum", "sg1-a-mou"));
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var inForce = (await two.Post(path + "/draft/sign", Signature(revision: 2)).Expect(HttpStatusCode.OK)).GetProperty("memorandum");
            Assert.Equal((1, 2), (inForce.Version(), inForce.GetProperty("signatures").GetArrayLength()));
        }
        var message = Assert.Single(await directory.Messages("memorandum", "sg1-a-mou"));
        Assert.Equal(("memorandum-in-force", 1, "4.2"), (message.Message, message.Body.Version(), message.Body.GetProperty("clauses")[0].Text("number")));
        // One way only: the lists of old readers cannot say it, so they say nothing.
        Assert.Equal(0, message.Body.GetProperty("dataClasses").GetArrayLength() + message.Body.GetProperty("purposes").GetArrayLength());
        await one.Fetch(path + "/draft").ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0316");

        // Who signed is told to parties, registrar and auditors.
        foreach (var who in new[] { one, two, registrar, auditor }) Assert.True((await who.Fetch(path).Expect(HttpStatusCode.OK)).TryGetProperty("signatures", out _));
        var seen = await stranger.Fetch(path).Expect(HttpStatusCode.OK);
        Assert.False(seen.TryGetProperty("signatures", out _) || seen.TryGetProperty("suspensions", out _));
        Assert.DoesNotContain("director", (await stranger.Fetch("/v1/memoranda?party=sg1-a").Expect(HttpStatusCode.OK)).GetRawText() + (await stranger.Fetch(path + "/versions/1").Expect(HttpStatusCode.OK)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Draft_DiscardedAndMadeAnew_IsNoRevisionThatWasRead()
    {
        using var registrar = directory.Registrar;
        foreach (var agency in new[] { "sg9-a", "sg9-b" }) await registrar.Put("/v1/agencies/" + agency, Json.Agency()).Expect(HttpStatusCode.Created);
        using var one = directory.As("sg9-a", "agency");
        using var two = directory.As("sg9-b", "agency");
        const string path = "/v1/memoranda/sg9-a-mou";
        await one.Put(path + "/draft", Draft("sg9-a", "sg9-b")).Expect(HttpStatusCode.Created);
        using (await one.DeleteAsync(path + "/draft", TestContext.Current.CancellationToken)) { }
        var wider = Draft("sg9-a", "sg9-b");
        wider["clauses"]![0]!["purposes"] = new JsonArray("Assistance", "Protection", "Return");
        Assert.Equal(2, (await one.Put(path + "/draft", wider).Expect(HttpStatusCode.Created)).GetProperty("revision").GetInt32());
        await two.Post(path + "/draft/sign", Signature()).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0318", rule: "sign-what-was-read");
    }

    [Fact]
    public async Task Suspension_ThatHolds_IsNotPutOff()
    {
        using var registrar = directory.Registrar;
        foreach (var agency in new[] { "sg8-a", "sg8-b" }) await registrar.Put("/v1/agencies/" + agency, Json.Agency()).Expect(HttpStatusCode.Created);
        await registrar.Put("/v1/memoranda/sg8-mou", Json.Memorandum("sg8-a", "sg8-b")).Expect(HttpStatusCode.Created);
        using var one = directory.As("sg8-a", "agency");
        using var stranger = directory.As("sg8-c", "agency");
        var held = (await one.Post("/v1/memoranda/sg8-mou/suspend", new JsonObject { ["reason"] = "UnderReview" }).Expect(HttpStatusCode.OK)).GetProperty("suspensions")[0].Text("from");
        foreach (var reason in new[] { "UnderReview", "DataBreach" })
        {
            var later = await one.Post("/v1/memoranda/sg8-mou/suspend", new JsonObject { ["reason"] = reason, ["from"] = "2150-01-01" }).Expect(HttpStatusCode.OK);
            Assert.Equal((held, reason), (later.GetProperty("suspensions")[0].Text("from"), later.GetProperty("suspensions")[0].Text("reason")));
        }
        // That it was stopped is its parties' affair.
        Assert.Equal(["Entered"], Changes(await stranger.Fetch("/v1/memoranda/sg8-mou/versions").Expect(HttpStatusCode.OK)));
        Assert.Equal(["Entered", "Suspended", "Suspended"], Changes(await one.Fetch("/v1/memoranda/sg8-mou/versions").Expect(HttpStatusCode.OK)));

        static IEnumerable<string> Changes(System.Text.Json.JsonElement history) => history.GetProperty("versions").EnumerateArray().Select(line => line.Text("change"));
    }

    [Fact]
    public async Task Amendment_StandsBesideAndThenReplaces_AndVersionsStay()
    {
        var (one, two, stranger) = await Parties("sg2");
        const string path = "/v1/memoranda/sg2-a-mou";
        await InForce(one, two, "sg2", "sg2-a-mou");

        await stranger.Put(path + "/draft", Draft("sg2-a", "sg2-c")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0314", rule: "own-memoranda");
        var later = Draft("sg2-a", "sg2-b", "sg2-c");
        later["validFrom"] = Today.AddDays(20).ToString("yyyy-MM-dd");
        await two.Put(path + "/draft", later).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0323", "$.validFrom");
        // The third joins; all three sign.
        var amendment = Draft("sg2-a", "sg2-b", "sg2-c");
        Assert.Equal(1, (await two.Put(path + "/draft", amendment).Expect(HttpStatusCode.Created)).GetProperty("replaces").GetInt32());
        await one.Put(path + "/draft", amendment).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0315", rule: "own-drafts");
        foreach (var who in new[] { one, two })
        {
            await who.Post(path + "/draft/sign", Signature(revision: 2)).Expect(HttpStatusCode.OK);
            // What was signed before counts for what it was signed for.
            Assert.Equal(1, (await who.Post(path + "/draft/sign", Signature()).Expect(HttpStatusCode.OK)).GetProperty("memorandum").Version());
            Assert.Equal((1, 2), ((await one.Fetch(path).Expect(HttpStatusCode.OK)).Version(), (await one.Fetch(path).Expect(HttpStatusCode.OK)).GetProperty("parties").GetArrayLength()));
        }
        await stranger.Post(path + "/draft/sign", Signature(revision: 2)).Expect(HttpStatusCode.OK);
        Assert.Equal(2, (await one.Fetch(path).Expect(HttpStatusCode.OK)).Version());

        var history = (await one.Fetch(path + "/versions").Expect(HttpStatusCode.OK)).GetProperty("versions").EnumerateArray().ToList();
        Assert.Equal([(1, "SignedByAll"), (2, "SignedByAll")], history.Select(line => (line.Version(), line.Text("change"))));
        Assert.Equal(2, (await one.Fetch(path + "/versions/1").Expect(HttpStatusCode.OK)).GetProperty("parties").GetArrayLength());
        Assert.Equal(3, (await one.Fetch(path + "/versions/2").Expect(HttpStatusCode.OK)).GetProperty("parties").GetArrayLength());
        foreach (var number in new[] { "0", "3", "-1", "x", "99999999999" }) await one.Fetch($"{path}/versions/{number}").ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0328");

        // Who leaves signs as well; and a draft of before the memorandum changed is outdated.
        Assert.Equal(3, (await one.Put(path + "/draft", Draft("sg2-a", "sg2-b")).Expect(HttpStatusCode.Created)).GetProperty("signers").GetArrayLength());
        using var registrar = directory.Registrar;
        await registrar.Put(path, Json.Memorandum("sg2-a", "sg2-b")).Expect(HttpStatusCode.OK);
        await one.Post(path + "/draft/sign", Signature()).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0322", rule: "draft-of-the-present");
        await two.DeleteAsync(path + "/draft", TestContext.Current.CancellationToken).ContinueWith(sent => Assert.Equal(HttpStatusCode.NoContent, sent.Result.StatusCode), TestContext.Current.CancellationToken);
        await two.DeleteAsync(path + "/draft", TestContext.Current.CancellationToken).ExpectProblem(HttpStatusCode.NotFound, "TLT-DIR-0316");
    }

    [Fact]
    public async Task Suspension_IsLiftedByWhoeverDeclaredIt_AndTheEndTellsItsEffect()
    {
        var (one, two, stranger) = await Parties("sg3");
        using var registrar = directory.Registrar;
        const string path = "/v1/memoranda/sg3-a-mou";
        await InForce(one, two, "sg3", "sg3-a-mou");
        await stranger.Post(path + "/suspend", new JsonObject { ["reason"] = "DataBreach" }).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0325", rule: "parties-or-registrar");
        await one.Post(path + "/suspend", new JsonObject { ["reason"] = "DataBreach", ["from"] = Today.AddDays(-2).ToString("yyyy-MM-dd") }).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0327", "$.from");
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.Equal(2, (await one.Post(path + "/suspend", new JsonObject { ["reason"] = "DataBreach" }).Expect(HttpStatusCode.OK)).Version());
        await registrar.Post(path + "/suspend", new JsonObject { ["reason"] = "UnderReview" }).Expect(HttpStatusCode.OK);
        await two.Post(path + "/resume", new JsonObject { ["of"] = "sg3-a" }).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0326", rule: "own-suspensions");
        Assert.Equal(3, (await two.Post(path + "/resume", new JsonObject()).Expect(HttpStatusCode.OK)).Version());
        await stranger.Post(path + "/resume", new JsonObject()).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0325");
        Assert.Single((await one.Post(path + "/resume", new JsonObject()).Expect(HttpStatusCode.OK)).GetProperty("suspensions").EnumerateArray());
        // The registrar's stands, and the registrar lifts it.
        Assert.Empty((await registrar.Post(path + "/resume", new JsonObject()).Expect(HttpStatusCode.OK)).GetProperty("suspensions").EnumerateArray());

        await stranger.Post(path + "/end", On(Today)).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0325");
        var ended = await two.Post(path + "/end", On(Today)).Expect(HttpStatusCode.OK);
        Assert.Equal(("Finish", Today.AddDays(30).ToString("yyyy-MM-dd")), (ended.Text("atEnd"), ended.Text("finishUntil")));
        var messages = await directory.Messages("memorandum", "sg3-a-mou");
        Assert.Equal([1, 2, 3, 4, 5, 6], messages.Select(message => message.Body.Version()));
        Assert.Equal([0, 1, 2, 1, 0, 0], messages.Select(message => message.Body.TryGetProperty("suspensions", out var standing) ? standing.GetArrayLength() : 0));
        Assert.Equal(("memorandum-ended", "Finish", Today.AddDays(30).ToString("yyyy-MM-dd")), (messages[^1].Message, messages[^1].Body.Text("atEnd"), messages[^1].Body.Text("finishUntil")));
        await one.Put(path + "/draft", Draft("sg3-a", "sg3-b")).ExpectProblem(HttpStatusCode.Conflict, "TLT-DIR-0305");
    }

    [Fact]
    public async Task Permitted_NamesTheClause_OrWhatComesNearest_ToThoseConcerned()
    {
        var (one, two, stranger) = await Parties("sg4");
        using var auditor = directory.As("sg4-auditor", "auditor");
        const string ask = "/v1/memoranda/permitted?from=sg4-a&to=sg4-b&purpose=Assistance&need=Shelter";
        Assert.Equal(["NoMemorandum"], Lacks(await one.Fetch(ask).Expect(HttpStatusCode.OK), "Identity"));
        await one.Put("/v1/memoranda/sg4-a-mou/draft", Draft("sg4-a", "sg4-b")).Expect(HttpStatusCode.Created);
        Assert.Equal(["NotSigned"], Lacks(await one.Fetch(ask).Expect(HttpStatusCode.OK), "Identity"));
        foreach (var who in new[] { one, two }) await who.Post("/v1/memoranda/sg4-a-mou/draft/sign", Signature()).Expect(HttpStatusCode.OK);
        foreach (var who in new[] { one, two, auditor })
        {
            var answer = await who.Fetch(ask).Expect(HttpStatusCode.OK);
            var by = Assert.Single(Of(answer, "Identity").GetProperty("by").EnumerateArray());
            Assert.Equal(("sg4-a-mou", 1, "4.2"), (by.Text("memorandum"), by.Version(), by.Text("clause")));
            Assert.Equal(["DataClass"], Lacks(answer, "Health"));
        }
        Assert.Equal(["Direction"], Lacks(await one.Fetch(ask.Replace("from=sg4-a&to=sg4-b", "from=sg4-b&to=sg4-a", StringComparison.Ordinal)).Expect(HttpStatusCode.OK), "Identity"));
        Assert.Equal(["Need"], Lacks(await one.Fetch(ask.Replace("&need=Shelter", "", StringComparison.Ordinal)).Expect(HttpStatusCode.OK), "Identity"));
        Assert.Equal(["NotYetInForce"], Lacks(await one.Fetch(ask + "&on=2025-12-31").Expect(HttpStatusCode.OK), "Identity"));
        await two.Post("/v1/memoranda/sg4-a-mou/suspend", new JsonObject { ["reason"] = "SafetyConcern" }).Expect(HttpStatusCode.OK);
        Assert.Equal(["Suspended"], Lacks(await one.Fetch(ask).Expect(HttpStatusCode.OK), "Identity"));
        await two.Post("/v1/memoranda/sg4-a-mou/resume", new JsonObject()).Expect(HttpStatusCode.OK);

        using var registrar = directory.Registrar;
        var suspended = Json.Agency();
        suspended["standing"] = "Suspended";
        await registrar.Put("/v1/agencies/sg4-b", suspended).Expect(HttpStatusCode.OK);
        Assert.Equal(["AgencyNotActive"], Lacks(await one.Fetch(ask).Expect(HttpStatusCode.OK), "Identity"));

        await stranger.Fetch(ask).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0330", rule: "own-permissions");
        await one.Fetch(ask.Replace("to=sg4-b", "to=sg4-a", StringComparison.Ordinal)).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0329", "to");
        await one.Fetch(ask.Replace("to=sg4-b", "to=sg4-nobody", StringComparison.Ordinal)).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0331", "to");
        await one.Fetch(ask.Replace("Assistance", "Nothing", StringComparison.Ordinal)).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0016", "purpose");
        await one.Fetch(ask + "&on=tomorrow").ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0010", "on");
    }

    [Fact]
    public async Task Draft_WrongTerms_AreTold()
    {
        var (one, _, _) = await Parties("sg5");
        const string path = "/v1/memoranda/sg5-a-mou/draft";
        foreach (var (wrong, code, field) in (IEnumerable<(Action<JsonObject>, string, string)>)
        [
            (draft => draft["clauses"]![0]!["number"] = "4..2", "TLT-DIR-0310", "$.clauses[0].number"),
            (draft => draft["clauses"]!.AsArray().Add(draft["clauses"]![0]!.DeepClone()), "TLT-DIR-0013", "$.clauses[1].number"),
            (draft => draft["clauses"]![0]!["from"] = new JsonArray("sg5-c"), "TLT-DIR-0311", "$.clauses[0].from"),
            (draft => draft["clauses"] = new JsonArray(), "TLT-DIR-0012", "$.clauses"),
            (draft => draft["finishDays"] = 0, "TLT-DIR-0312", "$.finishDays"),
            (draft => draft["atEnd"] = "Stop", "TLT-DIR-0312", "$.finishDays"),
            (draft => draft["documentHash"] = new string('A', 64), "TLT-DIR-0313", "$.documentHash"),
            (draft => draft["parties"] = new JsonArray("sg5-a", "sg5-zero"), "TLT-DIR-0303", "$.parties[1]"),
            (draft => draft["validTo"] = "2025-01-01", "TLT-DIR-0302", "$.validTo"),
        ])
        {
            var draft = Draft("sg5-a", "sg5-b");
            draft["clauses"]![0]!.AsObject().Remove("from");
            wrong(draft);
            await one.Put(path, draft).ExpectProblem(HttpStatusCode.BadRequest, code, field);
        }
        await one.Put("/v1/memoranda/sg5-b-mou/draft", Draft("sg5-a", "sg5-b")).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0317", "id");
        await one.Put("/v1/memoranda/permitted/draft", Draft("sg5-a", "sg5-b")).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0014", "id");
        await one.Put(path, Draft("sg5-b", "sg5-c")).ExpectProblem(HttpStatusCode.Forbidden, "TLT-DIR-0314");
        await one.Put(path, Draft("sg5-a", "sg5-b")).Expect(HttpStatusCode.Created);
        foreach (var (member, value) in (IEnumerable<(string, string)>)[("office", "Jonas Pavyzdys"), ("signatory", "two words"), ("signatory", new string('x', 65))])
        {
            var signature = Signature();
            signature[member] = value;
            await one.Post(path + "/sign", signature).ExpectProblem(HttpStatusCode.BadRequest, "TLT-DIR-0321", "$." + member);
        }
    }

    [Fact]
    public async Task Sign_AllAtOnce_MakesOneMemorandum()
    {
        var (one, two, three) = await Parties("sg6");
        await one.Put("/v1/memoranda/sg6-a-mou/draft", Draft("sg6-a", "sg6-b", "sg6-c")).Expect(HttpStatusCode.Created);
        var sent = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => new[] { one, two, three }[n % 3].Post("/v1/memoranda/sg6-a-mou/draft/sign", Signature())));
        Assert.All(sent, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Single(await directory.Messages("memorandum", "sg6-a-mou"));
        Assert.Equal(3, (await one.Fetch("/v1/memoranda/sg6-a-mou").Expect(HttpStatusCode.OK)).GetProperty("signatures").GetArrayLength());
    }

    private static async Task InForce(HttpClient one, HttpClient two, string prefix, string id)
    {
        await one.Put($"/v1/memoranda/{id}/draft", Draft(prefix + "-a", prefix + "-b")).Expect(HttpStatusCode.Created);
        foreach (var who in new[] { one, two }) await who.Post($"/v1/memoranda/{id}/draft/sign", Signature()).Expect(HttpStatusCode.OK);
    }

    private async Task<(HttpClient One, HttpClient Two, HttpClient Stranger)> Parties(string prefix)
    {
        using var registrar = directory.Registrar;
        foreach (var end in new[] { "a", "b", "c" }) await registrar.Put($"/v1/agencies/{prefix}-{end}", Json.Agency()).Expect(HttpStatusCode.Created);
        return (directory.As(prefix + "-a", "agency"), directory.As(prefix + "-b", "agency"), directory.As(prefix + "-c", "agency"));
    }

    private static JsonObject Draft(params string[] parties) => new()
    {
        ["parties"] = new JsonArray([.. parties.Select(party => (JsonNode)party)]),
        ["clauses"] = new JsonArray(new JsonObject
        {
            ["number"] = "4.2", ["dataClasses"] = new JsonArray("Identity", "Needs"), ["purposes"] = new JsonArray("Assistance"), ["needs"] = new JsonArray("Shelter"), ["from"] = new JsonArray(parties[0]),
        }),
        ["validFrom"] = "2026-01-01",
        ["atEnd"] = "Finish",
        ["finishDays"] = 30,
        ["title"] = new JsonObject { ["en"] = "An agreement" },
        ["documentHash"] = Paper,
        ["illustrative"] = "All of it.",
    };

    private static JsonObject Signature(int revision = 1, string? hash = null, string signatory = "s-1") => new()
    {
        ["revision"] = revision, ["documentHash"] = hash ?? Paper, ["office"] = "director", ["signatory"] = signatory,
    };

    private static JsonObject On(DateOnly day) => new() { ["on"] = day.ToString("yyyy-MM-dd") };

    private static string Told(JsonElement signature) => $"{signature.Text("agency")} {signature.Text("office")} {signature.Text("signatory")} {signature.Text("documentHash")}";

    private static JsonElement Of(JsonElement answer, string dataClass) => answer.GetProperty("dataClasses").EnumerateArray().Single(ruling => ruling.Text("dataClass") == dataClass);

    private static string[] Lacks(JsonElement answer, string dataClass)
    {
        var ruling = Of(answer, dataClass);
        Assert.False(ruling.GetProperty("allowed").GetBoolean());
        return [.. Assert.Single(ruling.GetProperty("nearest").EnumerateArray()).GetProperty("lacks").EnumerateArray().Select(lack => lack.Text("code"))];
    }
}
