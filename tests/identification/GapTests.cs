using System.Net;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Identification.Country;
using Tiltas.Identification.Gaps;
using Tiltas.Identification.Parties;
using Tiltas.TestKit;
using static Tiltas.Identification.Tests.RunningIdentification;

namespace Tiltas.Identification.Tests;

[Collection(WithService.Name)]
public sealed class GapTests(RunningIdentification service)
{
    private const string ChildRights = "lt-child-rights-trial";

    [Fact]
    public async Task Presumption_WithoutADecision_IsAGapAfterItsTime_AndADecisionClosesIt()
    {
        var (late, fresh) = (await service.Subject(OtherNgo, Ngo, Police), await service.Subject(OtherNgo, Ngo, Police));
        // First, so that the look which finds the other has passed over this one.
        await Standing(fresh, 1, "Presumed", Ngo, daysAgo: 29);
        await Standing(late, 1, "Presumed", Ngo, daysAgo: 31);
        // That the age came to be known later is no new presumption.
        await Standing(late, 2, "Presumed", Ngo, daysAgo: 2, age: "From18To20", toldBy: OtherNgo);

        var opened = Assert.Single(await Told(late, "gap-opened"));
        Assert.Equal(("NoFormalDecision", Ngo), (opened.GetProperty("kind").GetString(), opened.GetProperty("owedBy").GetString()));
        Assert.Equal([Ngo, OtherNgo], opened.GetProperty("concerns").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(["NoFormalDecision"], await Open(Police, late));
        Assert.Empty(await Open(Police, fresh));
        Assert.Contains(late.ToString(), (await service.Get(OtherNgo, "/v1/gaps?kind=NoFormalDecision&limit=200")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(late.ToString(), (await service.Get(Police, "/v1/gaps?limit=200")).Text, StringComparison.Ordinal);

        await service.Post(Police, $"/v1/subjects/{late}/status", new { status = "NotConfirmed", decisionReference = "5-1", decidedOn = "2026-01-05" });
        var closed = Assert.Single(await Told(late, "gap-closed"));
        Assert.Equal(opened.GetProperty("gap").GetString(), closed.GetProperty("gap").GetString());
        Assert.Empty(await Open(Police, late));
        Assert.Single(await Told(late, "gap-opened"));
    }

    [Fact]
    public async Task Child_WithoutAChildRightsService_IsAGap_UntilOneIsReferredTo_AndAgainWhenThatDeclines()
    {
        await service.Register(ChildRights, AgencyType.ChildRightsService);
        var subject = await service.Subject(Ngo, Police);
        await Standing(subject, 1, "Suspected", Ngo, daysAgo: 9);
        Assert.Empty(await Open(Ngo, subject));
        await Standing(subject, 2, "Suspected", Ngo, daysAgo: 2, age: "Under9", toldBy: Police);

        var opened = Assert.Single(await Told(subject, "gap-opened"));
        Assert.Equal(("ChildWithoutChildRights", Police), (opened.GetProperty("kind").GetString(), opened.GetProperty("owedBy").GetString()));

        var referral = await service.Refer(subject, Ngo, ChildRights);
        await Told(subject, "gap-closed");
        var now = TimeProvider.System.GetUtcNow();
        await service.Give(new SubjectParties(new Arrivals(TimeProvider.System)), new ReferralDeclined
        {
            Referral = referral, Version = 2, Subject = subject, From = AgencyId.From(Ngo), To = AgencyId.From(ChildRights), Urgency = Urgency.Normal, Code = DeclineCode.NoCapacity, At = now,
        });
        Assert.Equal(2, (await Within("the gap once more", async () => await Now(subject, "gap-opened") is { Count: > 1 } told ? told : null)).Count);
    }

    [Fact]
    public async Task Child_WhomAChildRightsServiceHelpedToTheEnd_IsNoGap()
    {
        await service.Register(ChildRights, AgencyType.ChildRightsService);
        var (helped, other) = (await service.Subject(Ngo), await service.Subject(Ngo));
        var referral = await service.Refer(helped, Ngo, ChildRights);
        await service.Give(new SubjectParties(new Arrivals(TimeProvider.System)), new ReferralCompleted
        {
            Referral = referral, Version = 2, Subject = helped, From = AgencyId.From(Ngo), To = AgencyId.From(ChildRights), Urgency = Urgency.Normal, Outcome = Outcome.ServiceDelivered,
            At = TimeProvider.System.GetUtcNow(),
        });
        foreach (var subject in (SubjectRef[])[helped, other]) await Standing(subject, 1, "Suspected", Ngo, daysAgo: 3, age: "Under9");

        // The one look that finds the other has passed over this one.
        await Told(other, "gap-opened");
        Assert.Empty(await Now(helped, "gap-opened"));
    }

    /// <summary>Who has no part in it any more can close nothing: the owner can.</summary>
    [Fact]
    public async Task Gap_OfSomebodyWithoutAPart_IsTheOwners()
    {
        await service.Register("lt-gone", AgencyType.MigrationAuthority);
        var subject = await service.Subject(Ngo, Police);
        await Standing(subject, 1, "Suspected", Ngo, daysAgo: 9);
        await Standing(subject, 2, "Suspected", Ngo, daysAgo: 3, age: "Under9", toldBy: "lt-gone");

        Assert.Equal(Ngo, Assert.Single(await Told(subject, "gap-opened")).GetProperty("owedBy").GetString());
        Assert.DoesNotContain(subject.ToString(), (await service.Get("lt-gone", "/v1/gaps?limit=200")).Text, StringComparison.Ordinal);
    }

    /// <summary>The gap follows from the right to stay alone: whoever sees it knows that somebody told of one.</summary>
    [Fact]
    public async Task Gap_OfWhatFollowsFromTheRightToStay_IsForItsTellerAndTheOwner()
    {
        var subject = await service.Subject(OtherNgo, Ngo, Police);
        await service.Post(Ngo, $"/v1/subjects/{subject}/status", new { status = "Presumed" });
        await service.Post(Ngo, $"/v1/subjects/{subject}/information",
            new { entitlements = (string[])["NgoSupport", "ReflectionPeriod"], version = 1, language = "lt", interpreter = false, form = "Oral", to = "Person" });
        await service.Post(Ngo, $"/v1/subjects/{subject}/circumstances", new { residence = "ShortStay" });
        await Execute("ALTER TABLE entitlement_changes DISABLE TRIGGER entitlement_changes_only_added", owner: true);
        await Execute("UPDATE entitlement_changes SET due_by = now() WHERE subject = $1", subject.Value, owner: true);
        await Execute("ALTER TABLE entitlement_changes ENABLE TRIGGER entitlement_changes_only_added", owner: true);

        await Told(subject, "gap-opened");
        foreach (var knows in (string[])[Ngo, OtherNgo])
        {
            Assert.Equal(["EntitlementsNotTold"], await Open(knows, subject));
            Assert.Contains(subject.ToString(), (await service.Get(knows, "/v1/gaps?limit=200")).Text, StringComparison.Ordinal);
        }
        Assert.Empty(await Open(Police, subject));
    }

    /// <summary>Only its own screening says so: nobody else may learn of the child by the gap.</summary>
    [Fact]
    public async Task Child_KnownByOneScreeningAlone_IsAGapThatItsScreenerAloneSees()
    {
        var subject = await service.Subject(OtherNgo, Ngo, Police);
        await service.Post(Ngo, "/v1/screenings", new { subject, set = "LT-CHILD-S0", setVersion = 2, ageBand = "From9To17", answers = Array.Empty<object>() });
        await Execute("ALTER TABLE screenings DISABLE TRIGGER screenings_only_added", owner: true);
        await Execute("UPDATE screenings SET at = at - interval '2 days' WHERE subject = $1", subject.Value, owner: true);
        await Execute("ALTER TABLE screenings ENABLE TRIGGER screenings_only_added", owner: true);

        var opened = Assert.Single(await Told(subject, "gap-opened"));
        Assert.Equal([Ngo], opened.GetProperty("concerns").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(["ChildWithoutChildRights"], await Open(Ngo, subject));
        // A status without an age, by somebody who cannot know, changes nothing in that.
        await service.Post(Police, $"/v1/subjects/{subject}/status", new { status = "Suspected" });
        Assert.Equal(["ChildWithoutChildRights"], await Open(Ngo, subject));
        Assert.Empty(await Open(Police, subject));
        Assert.Empty(await Open(OtherNgo, subject));
        Assert.DoesNotContain(subject.ToString(), (await service.Get(OtherNgo, "/v1/gaps?limit=200")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recognised_AndNotToldOfCompensation_IsAGap_AndToldOfAll_IsNone()
    {
        var subject = await service.Subject(Ngo, Police);
        await service.Post(Police, $"/v1/subjects/{subject}/status", new { status = "Recognised", decisionReference = "5-1", decidedOn = "2026-01-05" });
        Assert.Empty(await Open(Ngo, subject));
        await Execute("ALTER TABLE entitlement_changes DISABLE TRIGGER entitlement_changes_only_added", owner: true);
        await Execute("UPDATE entitlement_changes SET at = at - interval '15 days', due_by = due_by - interval '15 days' WHERE subject = $1", subject.Value, owner: true);
        await Execute("ALTER TABLE entitlement_changes ENABLE TRIGGER entitlement_changes_only_added", owner: true);
        await Within("both gaps", async () => await Now(subject, "gap-opened") is { Count: 2 } told ? told : null);
        Assert.Equal(["CompensationNotTold", "EntitlementsNotTold"], (await Open(Ngo, subject)).Order());

        await Tell("CompensationFromTrafficker", "CompensationFromStateFund");
        var closed = Assert.Single(await Told(subject, "gap-closed"));
        Assert.Equal("CompensationNotTold", closed.GetProperty("kind").GetString());
        await Tell([.. (await service.Get(Ngo, $"/v1/subjects/{subject}/information")).Json.GetProperty("owed").EnumerateArray().Select(one => one.GetProperty("entitlement").GetString()!)]);
        await Within("no gap", async () => await Open(Ngo, subject) is { Count: 0 } none ? none : null);

        Task<Answer> Tell(params string[] entitlements) =>
            service.Post(Police, $"/v1/subjects/{subject}/information", new { entitlements, version = 1, language = "lt", interpreter = false, form = "Written", to = "Person" });
    }

    [Fact]
    public async Task Gaps_ArePagedInOrder_AndAskedForWronglyAreRefused()
    {
        await service.Register("lt-many", AgencyType.Ngo);
        var subjects = new List<SubjectRef>();
        for (var i = 0; i < 5; i++)
        {
            subjects.Add(await service.Subject("lt-many"));
            await Standing(subjects[i], 1, "Presumed", "lt-many", daysAgo: 40 - i);
        }
        foreach (var subject in subjects) await Told(subject, "gap-opened");

        var (found, after) = (new List<string>(), "");
        do
        {
            var page = (await service.Get("lt-many", $"/v1/gaps?limit=2{after}")).Json;
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("subject").GetString()!));
            after = page.TryGetProperty("next", out var next) ? $"&after={next.GetString()}" : "";
        }
        while (after.Length > 0);
        Assert.Equal(subjects.Select(subject => subject.ToString()).Order(), found.Order());

        var (limit, kind, number) = (await service.Get(Ngo, "/v1/gaps?limit=0"), await service.Get(Ngo, "/v1/gaps?kind=Nothing"), await service.Get(Ngo, "/v1/gaps?kind=1"));
        Assert.Equal(("TLT-IDN-0100", "TLT-IDN-0101", "TLT-IDN-0101"), (limit["code"], kind["code"], number["code"]));
        var stranger = await service.Get(Police, $"/v1/subjects/{subjects[0]}/gaps");
        Assert.Equal((HttpStatusCode.NotFound, "TLT-IDN-0404"), (stranger.Status, stranger["code"]));
    }

    [Theory]
    [InlineData("  CompensationNotTold: {", "  PensionNotTold: {", "field gaps.PensionNotTold: is not known here")]
    [InlineData("after: P30D", "after: P1M", "field gaps.NoFormalDecision.after: a time above zero and up to ten years is expected, such as P30D or PT36H")]
    [InlineData("after: P30D", "after: PT0S", "field gaps.NoFormalDecision.after: a time above zero")]
    [InlineData("after: P30D", "after: P4000D", "field gaps.NoFormalDecision.after: a time above zero")]
    [InlineData("after: P30D", "after: -P1D", "field gaps.NoFormalDecision.after: a time above zero")]
    [InlineData("after: P30D", "until: P30D", "field gaps.NoFormalDecision.until: is not known here")]
    [InlineData("en: b", "ee: b", "\"en\" is missing")]
    public void Read_WrongFile_SaysWhereAndWhat(string what, string instead, string message)
    {
        var right = "version: 1\ngaps:\n" + string.Concat(Enum.GetNames<GapKind>().Select(kind =>
            $"  {kind}: {{after: P30D, source: {{title: Study, date: \"2024-12-31\"}}, text: {{lt: a, en: b}}}}\n"));
        using var folder = new TempFolder();
        Assert.Equal(TimeSpan.FromDays(30), GapRules.Read(folder.Write("gaps.yaml", right))[GapKind.CompensationNotTold].After);

        var wrong = Assert.Throws<CountryDataException>(() => GapRules.Read(folder.Write("gaps.yaml", right.Replace(what, instead, StringComparison.Ordinal))));

        Assert.StartsWith("gaps.yaml, line ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Country_EachKind_HasWordsInFourLanguages()
    {
        var rules = GapRules.Read(Path.Combine(Kit.CountryFolder, "gaps.yaml"));
        Assert.All(rules.Rules.Values, rule => Assert.Equal(["en", "lt", "ru", "uk"], rule.Text.Keys));
    }

    private async Task<List<string>> Open(string agency, SubjectRef subject) =>
        [.. (await service.Get(agency, $"/v1/subjects/{subject}/gaps")).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("kind").GetString()!)];

    // A look that took long on a busy machine puts off the next one.
    private static Task<T> Within<T>(string what, Func<Task<T?>> look) where T : class => Eventually.Some(what, look, 120);

    private Task<List<JsonElement>> Told(SubjectRef subject, string what) => Within(what, async () => await Now(subject, what) is { Count: > 0 } told ? told : null);

    private async Task<List<JsonElement>> Now(SubjectRef subject, string what) =>
        [.. (await service.Published(subject)).Where(message => message.Urn.Contains(what, StringComparison.Ordinal)).Select(message => message.Body)];

    /// <summary>A version as an earlier day left it.</summary>
    private Task Standing(SubjectRef subject, int version, string status, string by, int daysAgo, string age = "Unknown", string? toldBy = null) => Execute($"""
        INSERT INTO standings (subject, version, status, conferred_by, informally_by, age_band, entitlements, at, told_by, confers)
        VALUES ($1, {version}, '{status}', '{by}', '{by}', '{age}', '{"{}"}', now() - interval '{daysAgo} days', {(toldBy is null ? "NULL, true" : $"'{toldBy}', false")})
        """, subject.Value);

    private Task Execute(string sql, params object[] parameters) => Execute(sql, null, false, parameters);

    private Task Execute(string sql, bool owner) => Execute(sql, null, owner, []);

    private Task Execute(string sql, Guid subject, bool owner) => Execute(sql, subject, owner, []);

    private async Task Execute(string sql, Guid? subject, bool owner, object[] parameters)
    {
        await using var command = (owner ? service.Owner : service.Store).CreateCommand(sql);
        foreach (var value in subject is { } one ? [one, .. parameters] : parameters) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
