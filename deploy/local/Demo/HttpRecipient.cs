using System.Globalization;
using System.Text.Json.Nodes;

namespace Tiltas.Local.Demo;

/// <summary>A recipient over HTTP and JSON.</summary>
internal sealed class HttpRecipient(AgencySystem system) : IRecipient
{
    internal const string WayName = "HTTP";

    public string Agency => system.Agency;

    public string Way => WayName;

    public Task<FeedWatch> WatchFeedAsync(CancellationToken stop) => FeedWatch.FromNowAsync(new HttpFeed(system, Following.LongPoll), stop);

    public async Task<(Answer Answer, Disclosure? Dossier)> ReadDossierAsync(string referral, CancellationToken stop)
    {
        var reply = await system.GetAsync($"/v1/referrals/{referral}/dossier", stop);
        return (reply, reply.Ok ? Read(reply.Body!) : null);
    }

    public async Task<Answer> ReportSeenAsync(long notice, CancellationToken stop) =>
        await system.PostAsync(string.Create(CultureInfo.InvariantCulture, $"/v1/feed/{notice}/seen"), null, stop);

    public async Task<Answer> MoveAsync(string referral, RecipientMove move, CancellationToken stop)
    {
        (string verb, object? body) = move switch
        {
            RecipientMove.Accept => ("accept", null),
            RecipientMove.Start => ("start", null),
            RecipientMove.Decline => ("decline", new { code = "NoCapacity" }),
            _ => ("complete", (object)new { outcome = "ServiceDelivered" }),
        };
        return await system.PostAsync($"/v1/referrals/{referral}/{verb}", body, stop);
    }

    public void Dispose() => system.Dispose();

    private static Disclosure Read(JsonNode dossier) => new(
        [.. dossier["given"]!.AsObject().Select(part => part.Key)],
        [.. dossier["withheld"]!.AsArray().Select(part => new KeptBack(part!["dataClass"]!.GetValue<string>(), part["rule"]!.GetValue<string>(), part["missing"]!.GetValue<string>()))]);
}
