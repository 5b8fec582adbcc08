using System.Net;
using System.Text.Json.Nodes;

namespace Tiltas.TestKit;

/// <summary>Steps that many tests begin with. The person is made up.</summary>
public static class Journeys
{
    /// <summary>A subject of the hotline's with the person's consent for these recipients.</summary>
    public static async Task<string> SubjectWithConsent(this TestNetwork network, params string[] recipients)
    {
        var kopzi = network.As("lt-kopzi");
        var subject = (await kopzi.Post("/v1/subjects", new { ageBand = "From24To26" })).Must(HttpStatusCode.Created).Text("subjectRef");
        (await kopzi.Post($"/v1/subjects/{subject}/consents", new
        {
            purposes = new[] { "Assistance" }, dataClasses = new[] { "Identity", "Needs", "SafeContact" }, recipients, form = "Oral", language = "lt",
        })).Must(HttpStatusCode.Created);
        return subject;
    }

    /// <summary>A referral from the hotline.</summary>
    public static Task<Answer> Refer(this TestNetwork network, string subject, string to, string need = "Shelter", string urgency = "Urgent", string? key = null) =>
        network.As("lt-kopzi").Post("/v1/referrals", new { subject, to, need, purpose = "Assistance", urgency }, key);

    /// <summary>The notices of one referral on an agency's feed, in the feed's order.</summary>
    public static async Task<List<(long Seq, string Kind, int Version)>> Notices(this TestNetwork network, string agency, string referral) =>
        [.. (await network.Feed(agency)).Where(item => (string?)item["referral"] == referral).Select(item => ((long)item["seq"]!, (string)item["kind"]!, (int?)item["version"] ?? 0))];

    /// <summary>All that stands on an agency's feed.</summary>
    public static async Task<List<JsonObject>> Feed(this TestNetwork network, string agency)
    {
        var notices = new List<JsonObject>();
        for (long after = 0; ;)
        {
            var page = (await network.As(agency).Get($"/v1/feed?after={after}&limit=500")).Must(HttpStatusCode.OK).Json;
            var items = page["items"]!.AsArray();
            if (items.Count == 0) return notices;
            notices.AddRange(items.Select(item => item!.AsObject()));
            after = (long)items[^1]!["seq"]!;
        }
    }
}
