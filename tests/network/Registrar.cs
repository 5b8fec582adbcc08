using System.Net;
using System.Text.Json.Nodes;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>What a registrar does in the directory, and how long it takes to be known everywhere.</summary>
internal static class Registrar
{
    public static readonly DateOnly Yesterday = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-1);

    /// <summary>A memorandum between two agencies, in force since the beginning of the year before.</summary>
    public static async Task<string> Memorandum(this TestNetwork network, string one, string other, string need)
    {
        var id = $"lt-mou-{Guid.CreateVersion7():N}";
        (await network.As("registrar").Put($"/v1/memoranda/{id}", new
        {
            parties = new[] { one, other }, dataClasses = new[] { "Needs" }, purposes = new[] { "Assistance" }, needs = new[] { need }, validFrom = "2025-01-01",
            title = new { en = "Trial" }, source = new { title = "Made up", date = "2026-01-01" }, illustrative = "All of it.",
        })).Must(HttpStatusCode.Created);
        await Eventually.True("the memorandum is known where help is asked for and where persons are identified", async () =>
            await network.Count("referral", "SELECT count(*) FROM memoranda WHERE memorandum = $1", id) + await network.Count("identification", "SELECT count(*) FROM memoranda WHERE id = $1", id) == 2);
        return id;
    }

    /// <summary>Ends a memorandum: yesterday was its last day.</summary>
    public static async Task EndMemorandum(this TestNetwork network, string id)
    {
        (await network.As("registrar").Post($"/v1/memoranda/{id}/end", new { on = Yesterday })).Must(HttpStatusCode.OK);
        await Eventually.True("the end of the memorandum is known", async () => await network.Count("referral", "SELECT count(*) FROM memoranda WHERE memorandum = $1 AND valid_to = $2", id, Yesterday)
            + await network.Count("identification", "SELECT count(*) FROM memoranda WHERE id = $1 AND valid_to = $2", id, Yesterday) == 2);
    }

    /// <summary>Suspends an agency or lets it take part again; returns once it is known.</summary>
    public static async Task SetStanding(this TestNetwork network, string agency, string standing)
    {
        var record = (await network.As("registrar").Get($"/v1/agencies/{agency}")).Must(HttpStatusCode.OK).Json.AsObject();
        foreach (var own in (string[])["id", "version", "changedAt"]) record.Remove(own);
        record["standing"] = standing;
        (await network.As("registrar").Put($"/v1/agencies/{agency}", record.ToJsonString())).Must(HttpStatusCode.OK);
        await Eventually.True($"{agency} is known to be {standing}", async () => await network.Count("referral", "SELECT count(*) FROM agencies WHERE agency = $1 AND standing = $2", agency, standing)
            + await network.Count("identification", "SELECT count(*) FROM agencies WHERE id = $1 AND standing = $2", agency, standing) == 2);
    }

    /// <summary>Enters a service of an agency.</summary>
    public static async Task Offer(this TestNetwork network, string agency, string service, string need) => (await network.As("registrar").Put($"/v1/services/{service}", new
    {
        agency, need, name = new { en = "Trial" }, areas = new[] { "LT" }, hours = "24/7", languages = new[] { "lt" }, source = new { title = "Made up", date = "2026-01-01" }, illustrative = "All of it.",
    })).Must(HttpStatusCode.Created);

    /// <summary>A consent of a subject of the hotline's.</summary>
    public static async Task<string> Consent(this TestNetwork network, string subject, params string[] recipients) =>
        (await network.As("lt-kopzi").Post($"/v1/subjects/{subject}/consents", new { purposes = new[] { "Assistance" }, dataClasses = new[] { "Needs" }, recipients, form = "Oral", language = "lt" }))
            .Must(HttpStatusCode.Created).Text("consentId");

    public static async Task Withdraw(this TestNetwork network, string subject, string consent) =>
        (await network.As("lt-kopzi").Post($"/v1/subjects/{subject}/consents/{consent}/withdraw")).Must(HttpStatusCode.OK);

    /// <summary>The notices of one consent on an agency's feed.</summary>
    public static async Task<List<JsonNode>> NoticesOfConsent(this TestNetwork network, string agency, string consent)
    {
        var notices = new List<JsonNode>();
        for (long after = 0; ;)
        {
            var items = (await network.As(agency).Get($"/v1/feed?after={after}&limit=500")).Must(HttpStatusCode.OK).Json["items"]!.AsArray();
            if (items.Count == 0) return notices;
            notices.AddRange(items.Where(item => (string?)item!["consent"] == consent)!);
            after = (long)items[^1]!["seq"]!;
        }
    }

    /// <summary>Status, entitlements and screening answer a party, and a stranger as if there were nobody.</summary>
    public static async Task<bool> MayCome(this TestNetwork network, string agency, string subject)
    {
        var who = network.As(agency);
        for (var last = false; ; last = true)
        {
            var (shut, all) = await Ask();
            if (shut == 0 || shut == all) return shut == 0;
            // What shuts it out may have come between the three; after that they agree.
            if (last) throw new InvalidOperationException("The three do not agree.");
        }

        async Task<(int Shut, int All)> Ask()
        {
            var answers = await Task.WhenAll(who.Get($"/v1/subjects/{subject}/status"), who.Get($"/v1/subjects/{subject}/entitlements"),
                who.Post("/v1/screenings", new { subject, set = "LT-ADULT-LABOUR", setVersion = 1, ageBand = "Unknown", answers = Array.Empty<object>() }));
            Assert.All(answers, answer => Assert.True((int)answer.Status is 200 or 201 || answer.Code == "TLT-IDN-0404", answer.Body));
            return (answers.Count(answer => answer.Code == "TLT-IDN-0404"), answers.Length);
        }
    }
}
