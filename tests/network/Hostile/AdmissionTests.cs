using System.Net;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>The broker is away: what was taken is kept, intake pauses before the outbox grows without bound.</summary>
public sealed class AdmissionTests(Net net)
{
    private const int Limit = 50;

    [Fact]
    public async Task BrokerAway_IntakePausesAtTheLimitAndResumesByItself()
    {
        Assert.SkipUnless(net.It.OwnsServers, "Kills the broker, which is not ours to kill when it is given.");
        await net.It.Settled();
        await net.It.Restart("referral", ("Outbox__Limit", "50"));
        var (kopzi, rabbit) = (net.It.As("lt-kopzi"), net.It.Rabbit);
        try
        {
            var subject = await net.It.SubjectWithConsent("lt-caritas");
            await net.It.Settled();
            await rabbit.KillAsync();

            // One message that never can be sent lies among those that could be.
            var bad = Guid.CreateVersion7();
            await net.It.Query("referral", "INSERT INTO outbox (id, urn, body, due_at) VALUES ($1, 'urn:tiltas:none:nothing:v1', '{}', now())", bad);
            var taken = new List<string>();
            Answer? refused = null;
            for (var i = 0; i < Limit + 20 && refused is null; i++)
            {
                var answer = await net.It.Refer(subject, "lt-caritas");
                if (answer.Status == HttpStatusCode.Accepted) taken.Add(answer.Text("referralId"));
                else refused = answer;
            }
            Assert.NotNull(refused);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "TLT-NET-0504", "application/problem+json"), (refused.Status, refused.Code, refused.MediaType));
            Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
            Assert.InRange(taken.Count, Limit - 2, Limit + 1);
            (await kopzi.Get($"/v1/referrals/{taken[0]}")).Must(HttpStatusCode.OK);
            (await kopzi.Get($"/v1/subjects/{subject}/consents")).Must(HttpStatusCode.OK);

            await Eventually.True("the bad message is set aside while the broker is away", async () =>
                await net.It.Count("referral", "SELECT count(*) FROM outbox WHERE id = $1 AND parked_at IS NOT NULL", bad) == 1, 60);
            Assert.Equal(0, await net.It.Count("referral", "SELECT count(*) FROM outbox WHERE id <> $1 AND (parked_at IS NOT NULL OR tries > 0)", bad));

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
            await rabbit.StartAsync(patience.Token);
            await Eventually.True("intake goes on by itself", async () =>
            {
                var answer = await net.It.Refer(subject, "lt-caritas");
                if (answer.Status != HttpStatusCode.Accepted) return false;
                taken.Add(answer.Text("referralId"));
                return true;
            }, 60);
            await Eventually.True("all that was taken is on the feed once", async () =>
            {
                var told = (await net.It.Query("notification", "SELECT reference FROM notices WHERE agency = 'lt-caritas' AND reference = ANY ($1)", taken.Select(Guid.Parse).ToArray())).Select(row => (Guid)row[0]!).ToList();
                Assert.Equal(told.Count, told.Distinct().Count());
                return told.Count == taken.Count;
            }, 60);
            await net.It.Query("referral", "DELETE FROM outbox WHERE id = $1", bad);
        }
        finally
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
            if (rabbit.Process!.Exited.IsCompleted) await rabbit.StartAsync(patience.Token);
            await net.It.Restart("referral", ("Outbox__Limit", null));
        }
    }
}
