using System.Net;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using static Tiltas.Identification.Tests.RunningIdentification;

namespace Tiltas.Identification.Tests;

[Collection(WithService.Name)]
public sealed class InformationHttpTests(RunningIdentification service)
{
    [Fact]
    public async Task Rights_ThatComeAndGo_AreOwedToThePersonUntilTold()
    {
        var subject = await service.Subject(Ngo, Police);
        var presumed = await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed" });
        Assert.Equal([(Ngo, "NgoSupport", true), (Ngo, "ReflectionPeriod", true)], await Owed(Police, subject));
        var due = Assert.Single(await Told(subject, "information-due"));
        Assert.Equal((Ngo, 1), (due.GetProperty("owedBy").GetString(), due.GetProperty("version").GetInt32()));
        Assert.Equal(TimeSpan.FromDays(3), due.GetProperty("dueBy").GetDateTimeOffset() - due.GetProperty("at").GetDateTimeOffset());

        var told = await Tell(Ngo, subject, int.Parse(presumed["version"]!), "NgoSupport", "ReflectionPeriod");
        Assert.Equal(HttpStatusCode.Created, told.Status);
        Assert.Empty(await Owed(Police, subject));
        var given = (await service.Get(Police, Path(subject))).Json.GetProperty("given")[0];
        Assert.Equal((Ngo, "uk", true, "Oral", "Person"), (given.GetProperty("by").GetString(), given.GetProperty("language").GetString(),
            given.GetProperty("interpreter").GetBoolean(), given.GetProperty("form").GetString(), given.GetProperty("to").GetString()));
        Assert.Equal(["NgoSupport", "ReflectionPeriod"], Names(Assert.Single(await Told(subject, "information-given")), "entitlements"));

        await service.Post(Police, $"/v1/subjects/{subject}/status", new { status = "Recognised", decisionReference = "5-1", decidedOn = "2026-01-05" });
        var owed = await Owed(Ngo, subject);
        Assert.Contains((Police, "ReflectionPeriod", false), owed);
        Assert.Contains((Police, "CompensationFromStateFund", true), owed);
        Assert.DoesNotContain(owed, one => one.Item2 == "NgoSupport");

        // Told of the standing before: what has changed since is not told by it.
        await Tell(Ngo, subject, 1, "ReflectionPeriod");
        Assert.Contains((Police, "ReflectionPeriod", false), await Owed(Ngo, subject));
        await Tell(Police, subject, 2, [.. owed.Select(one => one.Item2)]);
        Assert.Empty(await Owed(Ngo, subject));
    }

    [Fact]
    public async Task ARight_ThatWentBeforeThePersonHeardOfIt_IsOwedNoMore()
    {
        var subject = await service.Subject(Ngo, Police);
        await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed" });
        await service.Post(Police, $"/v1/subjects/{subject}/status", new { status = "Recognised", decisionReference = "5-1", decidedOn = "2026-01-05" });

        var owed = await Owed(Ngo, subject);
        Assert.DoesNotContain(owed, one => one.Item2 == "ReflectionPeriod");
        Assert.Contains((Ngo, "NgoSupport", true), owed);
    }

    [Fact]
    public async Task ARight_ThatWent_IsToldInWordsThatSaySo_AndAPeriodThatRunsDidNotGo()
    {
        var (running, never) = (await service.Subject(Ngo, Police), await service.Subject(Ngo, Police));
        foreach (var subject in (SubjectRef[])[running, never])
        {
            await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed" });
            await Tell(Ngo, subject, 1, "NgoSupport", "ReflectionPeriod");
        }
        await service.Post(Police, $"/v1/subjects/{running}/reflection-period/start", new { });
        foreach (var subject in (SubjectRef[])[running, never])
            await service.Post(Police, $"/v1/subjects/{subject}/status", new { status = "Recognised", decisionReference = "5-1", decidedOn = "2026-01-05" });

        Assert.DoesNotContain(await Owed(Ngo, running), one => one.Item2 == "ReflectionPeriod");
        var went = (await service.Get(Ngo, Path(never))).Json.GetProperty("owed").EnumerateArray().Single(one => one.GetProperty("entitlement").GetString() == "ReflectionPeriod");
        foreach (var (language, words) in (ReadOnlySpan<(string, string)>)[("en", "This right no longer applies"), ("lt", "Ši teisė"), ("uk", "Це право"), ("ru", "Это право")])
            Assert.StartsWith(words, went.GetProperty("text").GetProperty(language).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_OfWhatCannotBe_IsRefusedByField()
    {
        var subject = await service.Subject(Ngo);
        var none = await Tell(Ngo, subject, 1, "NgoSupport");
        await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Suspected" });
        var (nothing, twice) = (await Tell(Ngo, subject, 1), await Tell(Ngo, subject, 1, "NgoSupport", "NgoSupport"));
        var (ahead, never) = (await Tell(Ngo, subject, 2, "NgoSupport"), await Tell(Ngo, subject, 1, "Complaints"));
        var language = await service.Post(Ngo, Path(subject), new { entitlements = (string[])["NgoSupport"], version = 1, language = "ukr", interpreter = false, form = "Oral", to = "Person" });
        var stranger = await Tell(OtherNgo, subject, 1, "NgoSupport");

        Assert.Equal(("TLT-IDN-0104", "$.version"), (none["code"], ahead["field"]));
        Assert.Equal(("TLT-IDN-0102", "TLT-IDN-0102"), (nothing["code"], twice["code"]));
        Assert.Equal(("TLT-IDN-0105", "TLT-IDN-0103"), (never["code"], language["code"]));
        Assert.Equal((HttpStatusCode.NotFound, "TLT-IDN-0404"), (stranger.Status, stranger["code"]));
        Assert.Empty((await service.Get(Ngo, Path(subject))).Json.GetProperty("given").EnumerateArray());
    }

    [Fact]
    public async Task Record_SameKey_IsOne()
    {
        var (subject, key) = (await service.Subject(Ngo), NewKey());
        await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Suspected" });
        var body = new { entitlements = (string[])["NgoSupport"], version = 1, language = "lt", interpreter = false, form = "Written", to = "Guardian" };
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => service.Post(Ngo, Path(subject), body, key)));

        Assert.Single(answers.Select(answer => (answer.Status, answer.Text)).Distinct());
        Assert.Single((await service.Get(Ngo, Path(subject))).Json.GetProperty("given").EnumerateArray());
    }

    /// <summary>What follows from the right to stay: for who told of it and for the owner. Others are answered as if nobody had said, in every way.</summary>
    [Fact]
    public async Task Residence_IsForWhoToldAndForTheOwner_AndForOthersNothingFollowsFromIt()
    {
        var (said, unsaid) = (await service.Subject(OtherNgo, Ngo, Police), await service.Subject(OtherNgo, Ngo, Police));
        foreach (var (subject, residence) in ((SubjectRef, string?)[])[(said, "IrregularStay"), (unsaid, null)])
        {
            await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed", ageBand = "From21To23", residence });
            await service.Post(Police, $"/v1/subjects/{subject}/status", new { status = "Recognised", decisionReference = "5-1", decidedOn = "2026-01-05" });
            await Tell(Police, subject, 2, "Complaints");
        }

        foreach (var path in (string[])["status", "entitlements", "information", "gaps"])
        {
            var (one, other) = (await service.Get(Police, $"/v1/subjects/{said}/{path}"), await service.Get(Police, $"/v1/subjects/{unsaid}/{path}"));
            Assert.Equal(Shape(other.Text), Shape(one.Text));
        }
        foreach (var knows in (string[])[Ngo, OtherNgo])
        {
            var held = await service.Get(knows, $"/v1/subjects/{said}/entitlements");
            Assert.Equal("IrregularStay", held["residence"]);
            var permit = held.Json.GetProperty("entitlements").EnumerateArray().Single(item => item.GetProperty("entitlement").GetString() == "TemporaryResidence");
            Assert.Equal(["Recognised", "Residence"], Names(permit, "because"));
            Assert.Contains((Ngo, "TemporaryResidence", true), await Owed(knows, said));
        }
        var guess = await Tell(Police, said, 2, "TemporaryResidence");
        Assert.Equal("TLT-IDN-0105", guess["code"]);
        Assert.Equal(HttpStatusCode.Created, (await Tell(Ngo, said, 2, "TemporaryResidence")).Status);
        Assert.DoesNotContain("TemporaryResidence", (await service.Get(Police, Path(said))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Circumstances_ThatComeToBeKnown_ChangeEntitlementsAndLeaveTheStatus()
    {
        var subject = await service.Subject(Ngo, Police, OtherNgo);
        await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed", ageBand = "From18To20" });
        var child = await Circumstances(OtherNgo, subject, new { ageBand = "From9To17" });
        var again = await Circumstances(Police, subject, new { ageBand = "From9To17" });
        var status = await service.Get(OtherNgo, $"/v1/subjects/{subject}/status");

        Assert.Equal((HttpStatusCode.OK, "Presumed", "2", "From9To17"), (child.Status, child["status"], child["version"], child["ageBand"]));
        Assert.Equal((HttpStatusCode.Conflict, "circumstances-unchanged"), (again.Status, again["rule"]));
        var steps = status.Json.GetProperty("history").EnumerateArray().ToArray();
        Assert.Equal((Ngo, OtherNgo), (steps[1].GetProperty("by").GetString(), steps[1].GetProperty("toldBy").GetString()));
        Assert.Contains((OtherNgo, "ChildFriendlyInterview", true), await Owed(Ngo, subject));
        Assert.Equal([["NgoSupport", "ReflectionPeriod"], ["ChildFriendlyInterview", "RemoteTestimony"]],
            (await Told(subject, "entitlements-changed")).Select(body => Names(body, "gained").Order().ToArray()));
        Assert.Single(await Told(subject, "victim-status-changed"));

        // Whoever told of an age has conferred nothing: only those who presumed may end it.
        var ended = await service.Post(OtherNgo, $"/v1/subjects/{subject}/status", new { status = "Ended", reason = "SignsExplained" });
        Assert.Equal("ending-by-conferrer-or-pre-trial-authority", ended["rule"]);
    }

    [Fact]
    public async Task Circumstances_OfNobody_ByNobodyWhoIdentifies_OrOfNothing_AreRefused()
    {
        var subject = await service.Subject(Ngo, Ministry);
        var early = await Circumstances(Ngo, subject, new { ageBand = "Under9" });
        var (nothing, unknown) = (await Circumstances(Ngo, subject, new { }), await Circumstances(Ngo, subject, new { ageBand = "Unknown", residence = "Unknown" }));
        var ministry = await Circumstances(Ministry, subject, new { ageBand = "Under9" });
        var stranger = await Circumstances(OtherNgo, subject, new { ageBand = "Under9" });

        Assert.Equal((HttpStatusCode.Conflict, "circumstances-of-a-status"), (early.Status, early["rule"]));
        Assert.Equal(("TLT-IDN-0027", "TLT-IDN-0027"), (nothing["code"], unknown["code"]));
        Assert.Equal((HttpStatusCode.Forbidden, "circumstances-by-identifying-agency"), (ministry.Status, ministry["rule"]));
        Assert.Equal((HttpStatusCode.NotFound, "TLT-IDN-0404"), (stranger.Status, stranger["code"]));
    }

    [Fact]
    public async Task Circumstances_GiveNoSecondReflectionPeriodUnderOnePresumption()
    {
        var subject = await service.Subject(Ngo, Police);
        await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed" });
        await service.Post(Police, $"/v1/subjects/{subject}/reflection-period/start", new { });
        await service.Post(Police, $"/v1/subjects/{subject}/reflection-period/end", new { reason = "PersonDecided" });
        await Circumstances(Ngo, subject, new { ageBand = "From18To20" });

        var again = await service.Post(Police, $"/v1/subjects/{subject}/reflection-period/start", new { });
        Assert.Equal("reflection-once-a-presumption", again["rule"]);
    }

    [Fact]
    public async Task Export_OfOneWhoConferred_HoldsNothingThatOthersTold()
    {
        await service.Register("lt-exports", AgencyType.Ngo);
        var subject = await service.Subject("lt-exports", Ngo);
        await service.Refer(subject, "lt-exports", Police);
        await service.Post("lt-exports", $"/v1/subjects/{subject}/status", new { status = "Presumed" });
        await service.Open(subject, Ngo);
        Assert.Equal(HttpStatusCode.OK, (await Circumstances(Ngo, subject, new { ageBand = "Under9" })).Status);

        var export = await service.Get("lt-exports", "/identification/export/htcds?format=json");
        Assert.DoesNotContain("Under9", export.Text, StringComparison.Ordinal);
        Assert.Contains(subject.ToString(), export.Text, StringComparison.Ordinal);
    }

    private static string Path(SubjectRef subject) => $"/v1/subjects/{subject}/information";

    private Task<Answer> Tell(string agency, SubjectRef subject, int version, params string[] entitlements) =>
        service.Post(agency, Path(subject), new { entitlements, version, language = "uk", interpreter = true, form = "Oral", to = "Person" });

    private Task<Answer> Circumstances(string agency, SubjectRef subject, object body) => service.Post(agency, $"/v1/subjects/{subject}/circumstances", body);

    private async Task<List<(string, string, bool)>> Owed(string agency, SubjectRef subject) =>
    [
        .. (await service.Get(agency, Path(subject))).Json.GetProperty("owed").EnumerateArray()
            .Select(one => (one.GetProperty("owedBy").GetString()!, one.GetProperty("entitlement").GetString()!, one.GetProperty("held").GetBoolean())).OrderBy(one => one.Item2, StringComparer.Ordinal),
    ];

    private async Task<List<JsonElement>> Told(SubjectRef subject, string what) =>
        [.. (await service.Published(subject)).Where(message => message.Urn.Contains(what, StringComparison.Ordinal)).Select(message => message.Body)];

    private static string[] Names(JsonElement body, string member) => [.. body.GetProperty(member).EnumerateArray().Select(one => one.GetString()!)];

    /// <summary>An answer without what differs by itself: references and times.</summary>
    private static string Shape(string text) => System.Text.RegularExpressions.Regex.Replace(text, "[0-9a-f]{8}-[0-9a-f-]{27}|\"20[0-9]{2}-[^\"]*\"", "#");
}
