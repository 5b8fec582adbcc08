using System.Net;
using Tiltas.Contracts.Codes;
using static Tiltas.Identification.Tests.RunningIdentification;

namespace Tiltas.Identification.Tests;

[Collection(WithService.Name)]
public sealed class StatusHttpTests(RunningIdentification service)
{
    [Fact]
    public async Task ChangeStatus_FromPresumedToRecognised_ChangesEntitlementsAndTellsOfIt()
    {
        var subject = await service.Subject(Ngo, Police);
        var presumed = await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed", ageBand = "From9To17" });
        var recognised = await service.Post(Police, $"/v1/subjects/{subject}/status", new { status = "Recognised", decisionReference = "01-1-00123-26", decidedOn = "2026-01-05" });

        Assert.Equal((HttpStatusCode.OK, "Presumed", "1"), (presumed.Status, presumed["status"], presumed["version"]));
        Assert.Equal((HttpStatusCode.OK, "Recognised", "2"), (recognised.Status, recognised["status"], recognised["version"]));
        Assert.Equal("From9To17", recognised["ageBand"]);

        var published = await service.Published(subject);
        Assert.Equal(
            ["urn:tiltas:identification:entitlements-changed:v1", "urn:tiltas:identification:entitlements-changed:v1",
                "urn:tiltas:identification:information-due:v1", "urn:tiltas:identification:information-due:v1",
                "urn:tiltas:identification:victim-status-changed:v1", "urn:tiltas:identification:victim-status-changed:v1"],
            published.Select(message => message.Urn).Order());
        var gained = published.Single(message => message.Urn.Contains("entitlements", StringComparison.Ordinal) && message.Body.GetProperty("version").GetInt32() == 2).Body;
        Assert.Contains(gained.GetProperty("gained").EnumerateArray(), code => code.GetString() == "CompensationFromStateFund");
        Assert.Equal(["ReflectionPeriod"], gained.GetProperty("lost").EnumerateArray().Select(code => code.GetString()));
        Assert.All(published, message => Assert.DoesNotContain("00123", message.Body.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReadEntitlements_OfAChild_NamesReasonAndSource()
    {
        var subject = await service.Subject(Ngo);
        await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed", ageBand = "Under9" });

        var held = await service.Get(Ngo, $"/v1/subjects/{subject}/entitlements");

        var items = held.Json.GetProperty("entitlements").EnumerateArray().ToDictionary(item => item.GetProperty("entitlement").GetString()!);
        Assert.Equal(["ChildFriendlyInterview", "NgoSupport", "ReflectionPeriod", "RemoteTestimony"], items.Keys.Order());
        Assert.Equal("Child", items["ChildFriendlyInterview"].GetProperty("because")[0].GetString());
        Assert.All(items.Values, item => Assert.NotEmpty(item.GetProperty("sources")[0].GetProperty("title").GetString()!));
    }

    /// <summary>As a table of before left it. Its rights follow the present one when a process starts, once, and nobody was presumed anew.</summary>
    [Fact]
    public async Task Entitlements_OfAnOlderTable_FollowTheNewOne_WithAllThatFollows()
    {
        var (older, newer) = (await service.Subject(Ngo, Police), await service.Subject(Ngo));
        foreach (var (subject, version) in ((Contracts.SubjectRef, int)[])[(older, 1), (newer, 1000)])
        {
            await using var command = service.Store.CreateCommand("""
                INSERT INTO standings (subject, version, status, conferred_by, informally_by, age_band, entitlements, at, table_version)
                VALUES ($1, 1, 'Presumed', 'lt-help', 'lt-help', 'Unknown', '{NgoSupport,Complaints}', now(), $2)
                """);
            command.Parameters.Add(new() { Value = subject.Value });
            command.Parameters.Add(new() { Value = version });
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        for (var start = 0; start < 2; start++)
        {
            using var another = service.Start(Kit.CountryFolder);
            await another.Ready();
            var told = await TestKit.Eventually.Some("the change", async () => (await service.Published(older)).Where(message => message.Urn.Contains("entitlements-changed", StringComparison.Ordinal)).ToList() is { Count: > 0 } all ? all : null);
            Assert.Equal(["ReflectionPeriod"], Assert.Single(told).Body.GetProperty("gained").EnumerateArray().Select(code => code.GetString()));
        }
        var status = await service.Get(Ngo, $"/v1/subjects/{older}/status");
        Assert.Equal(("Presumed", "2"), (status["status"], status["version"]));
        Assert.Equal([true, false], status.Json.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("confers").GetBoolean()));
        Assert.DoesNotContain(await service.Published(newer), message => message.Urn.Contains("entitlements-changed", StringComparison.Ordinal));
        Assert.DoesNotContain(await service.Published(older), message => message.Urn.Contains("victim-status-changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReadStatus_History_ShowsADecisionsReferenceToTheAgencyThatGaveItAlone()
    {
        var subject = await service.Subject(Ngo, Police);
        await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Suspected" });
        await service.Post(Police, $"/v1/subjects/{subject}/status", new { status = "NotConfirmed", decisionReference = "77/A", decidedOn = "2026-01-05" });

        var police = await service.Get(Police, $"/v1/subjects/{subject}/status");
        var ngo = await service.Get(Ngo, $"/v1/subjects/{subject}/status");

        Assert.Equal("77/A", police.Json.GetProperty("history")[1].GetProperty("decisionReference").GetString());
        Assert.Equal(("NotConfirmed", "2"), (ngo["status"], ngo["version"]));
        Assert.DoesNotContain("77/A", ngo.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadStatus_NobodyHasSaidAnything_IsVersionZeroAndNotNotConfirmed()
    {
        var subject = await service.Subject(Ngo);
        var status = await service.Get(Ngo, $"/v1/subjects/{subject}/status");
        var held = await service.Get(Ngo, $"/v1/subjects/{subject}/entitlements");

        Assert.Equal((HttpStatusCode.OK, null, "0"), (status.Status, status["status"], status["version"]));
        Assert.Equal(0, held.Json.GetProperty("entitlements").GetArrayLength());
    }

    [Fact]
    public async Task ChangeStatus_RuleForbids_NamesTheRuleAndWhoMay()
    {
        var subject = await service.Subject(Ngo, Ministry, Suspended, "lt-unheard");
        var decided = new { status = "Recognised", decisionReference = "1", decidedOn = "2026-01-05" };

        var ngo = await service.Post(Ngo, $"/v1/subjects/{subject}/status", decided);
        var ministry = await service.Post(Ministry, $"/v1/subjects/{subject}/status", new { status = "Suspected" });
        var suspended = await service.Post(Suspended, $"/v1/subjects/{subject}/status", new { status = "Suspected" });
        var unheard = await service.Post("lt-unheard", $"/v1/subjects/{subject}/status", new { status = "Suspected" });
        var nothing = await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Ended", reason = "PersonWithdrew" });

        Assert.Equal((HttpStatusCode.Forbidden, "TLT-IDN-0030", "formal-by-pre-trial-authority"), (ngo.Status, ngo["code"], ngo["rule"]));
        Assert.Equal(["Police", "BorderGuard", "Prosecutor", "Court"], ngo.Json.GetProperty("missing").EnumerateArray().Select(type => type.GetString()));
        Assert.Equal("informal-by-identifying-agency", ministry["rule"]);
        Assert.Equal((HttpStatusCode.Forbidden, "standing:active"), (suspended.Status, suspended["rule"]));
        Assert.Equal((HttpStatusCode.Forbidden, "agency-in-directory"), (unheard.Status, unheard["rule"]));
        Assert.Equal((HttpStatusCode.Conflict, "nothing-to-end"), (nothing.Status, nothing["rule"]));
        Assert.Empty(await service.Published(subject));
    }

    [Fact]
    public async Task ChangeStatus_UnknownAndForeignSubject_AnswerAlike()
    {
        var foreign = await service.Subject(OtherNgo);
        var answers = await Task.WhenAll(
            service.Post(Ngo, $"/v1/subjects/{foreign}/status", new { status = "Suspected" }),
            service.Post(Ngo, $"/v1/subjects/{NewSubject()}/status", new { status = "Suspected" }),
            service.Get(Ngo, $"/v1/subjects/{foreign}/status"), service.Get(Ngo, $"/v1/subjects/{NewSubject()}/status"),
            service.Get(Ngo, $"/v1/subjects/{foreign}/entitlements"), service.Get(Ngo, $"/v1/subjects/{NewSubject()}/entitlements"));

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.NotFound, "TLT-IDN-0404"), (answer.Status, answer["code"])));
        Assert.Single(answers.Select(answer => answer["detail"]).Distinct());
    }

    [Fact]
    public async Task ChangeStatus_SubjectStillOnItsWay_WaitsForIt()
    {
        var subject = NewSubject();
        var asking = service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Suspected" });
        await service.Open(subject, Ngo);

        Assert.Equal(HttpStatusCode.OK, (await asking).Status);
    }

    [Fact]
    public async Task ChangeStatus_SameKey_AnswersTheSameAndChangesOnce()
    {
        var (subject, key) = (await service.Subject(Ngo), NewKey());
        var first = await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Suspected" }, key);
        var again = await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Suspected" }, key);
        var other = await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed" }, key);
        var elsewhere = await service.Post(Ngo, $"/v1/subjects/{await service.Subject(Ngo)}/status", new { status = "Suspected" }, key);

        Assert.Equal((first.Status, first.Text), (again.Status, again.Text));
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (other.Status, elsewhere.Status));
        Assert.Equal("1", (await service.Get(Ngo, $"/v1/subjects/{subject}/status"))["version"]);
    }

    [Fact]
    public async Task ChangeStatus_SameKeyManyAtOnce_AllGetTheOneAnswer()
    {
        var (subject, key) = (await service.Subject(Ngo), NewKey());
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Suspected" }, key)));

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, answers[0].Text), (answer.Status, answer.Text)));
        Assert.Equal("1", (await service.Get(Ngo, $"/v1/subjects/{subject}/status"))["version"]);
    }

    [Fact]
    public async Task ChangeStatus_ManyAtOnce_OneWinsAndTheOthersAreToldSo()
    {
        var subject = await service.Subject(Ngo);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Suspected" })));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal(HttpStatusCode.Conflict, answer.Status));
    }

    [Fact]
    public async Task Standings_ChangedByHand_AreRefusedByTheDatabase()
    {
        var subject = await service.Subject(Ngo);
        await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Suspected" });
        foreach (var sql in (string[])["UPDATE standings SET status = 'Ended'", "DELETE FROM standings", "DELETE FROM screenings"])
        {
            await using var command = service.Store.CreateCommand(sql);
            await Assert.ThrowsAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task KnownAgency_OlderVersionAfterNewer_DoesNotWinBack()
    {
        await service.Register("lt-moved", AgencyType.Police, version: 3);
        await service.Register("lt-moved", AgencyType.Ngo, version: 2);
        var subject = await service.Subject("lt-moved");

        var recognised = await service.Post("lt-moved", $"/v1/subjects/{subject}/status", new { status = "Recognised", decisionReference = "1", decidedOn = "2026-01-05" });

        Assert.Equal(HttpStatusCode.OK, recognised.Status);
    }
}
