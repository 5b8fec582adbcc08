using System.Net;
using Tiltas.Local.Network;
using Tiltas.Local.Servers;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>Silence is told to both sides, once for each clock, however many processes look.</summary>
public sealed class ClockTests(Net net)
{
    [Fact]
    public async Task ClocksOfSeconds_LapseOnceInOrderOnBothFeeds_WithTwoProcesses()
    {
        var country = Path.Combine(net.It.Folder, "short-clocks");
        Copy(net.It.Network.Country, country);
        var clocks = Path.Combine(country, "clocks.yaml");
        await File.WriteAllTextAsync(clocks, """
            version: 1
            source: {title: Made up, date: "2026-01-01"}
            clocks:
              Emergency: {acknowledge: PT2S, decide: PT4S, complete: PT6S}
              Urgent: {acknowledge: PT2S, decide: PT4S, complete: PT6S}
              Normal: {acknowledge: P1D, decide: P14D, complete: P90D}
            """, TestContext.Current.CancellationToken);
        var second = SecondReferral(country);
        try
        {
            await net.It.Restart("referral", ("Country__Path", country));
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
            await second.StartAsync(patience.Token);

            var subject = await net.It.SubjectWithConsent("lt-caritas");
            var silent = new List<string>();
            for (var i = 0; i < 12; i++) silent.Add((await net.It.Refer(subject, "lt-caritas", "Shelter", i % 2 == 0 ? "Urgent" : "Emergency")).Must(HttpStatusCode.Accepted).Text("referralId"));
            var accepted = (await net.It.Refer(await net.It.SubjectWithConsent("lt-caritas"), "lt-caritas", "Shelter", "Emergency")).Must(HttpStatusCode.Accepted).Text("referralId");
            (await net.It.As("lt-caritas").Post($"/v1/referrals/{accepted}/accept")).Must(HttpStatusCode.OK);
            var patient = (await net.It.Refer(subject, "lt-caritas", "Shelter", "Normal")).Must(HttpStatusCode.Accepted).Text("referralId");

            foreach (var id in silent)
            {
                await Told("lt-caritas", id, ("ReferralSubmitted", 1), ("ClockLapsed", 2), ("ClockLapsed", 3));
                await Told("lt-kopzi", id, ("ClockLapsed", 2), ("ClockLapsed", 3));
            }
            await Told("lt-caritas", accepted, ("ReferralSubmitted", 1), ("ClockLapsed", 3));
            await Told("lt-kopzi", accepted, ("ReferralAccepted", 2), ("ClockLapsed", 3));

            // Whoever answers late starts no clock again that has lapsed.
            var late = silent[1];
            (await net.It.As("lt-caritas").Post($"/v1/referrals/{late}/acknowledge")).Must(HttpStatusCode.OK);
            await Told("lt-kopzi", late, ("ClockLapsed", 2), ("ClockLapsed", 3), ("ReferralAcknowledged", 4));
            var first = (await net.It.Notices("lt-kopzi", late))[0].Seq;
            var named = (await net.It.As("lt-kopzi").Get($"/v1/feed?limit=500&after={first - 1}")).Json["items"]!.AsArray().Where(item => (string?)item!["referral"] == late).Select(item => (string?)item!["clock"]);
            Assert.Equal(["Acknowledge", "Decide", null], named);

            // Nothing runs on for them: two looks of each process later there is still no more than that.
            Assert.Equal(0, await net.It.Count("referral", "SELECT count(*) FROM referrals WHERE referral = ANY ($1) AND clock IS NOT NULL", silent.Append(accepted).Select(Guid.Parse).ToArray()));
            Assert.Equal(0, await net.It.Count("referral", """
                SELECT count(*) FROM (SELECT referral, move FROM referral_moves WHERE referral = ANY ($1) GROUP BY referral, move HAVING count(*) > 1) AS twice
                """, silent.Append(accepted).Select(Guid.Parse).ToArray()));
            var history = (await net.It.As("lt-kopzi").Get($"/v1/referrals/{silent[0]}")).Json["history"]!.AsArray();
            Assert.Equal(["submit", "lapse-Acknowledge", "lapse-Decide"], history.Select(move => (string?)move!["move"]));
            Assert.Equal("Submitted", (string?)(await net.It.As("lt-kopzi").Get($"/v1/referrals/{silent[0]}")).Json["referral"]!["status"]);
            await Told("lt-caritas", patient, ("ReferralSubmitted", 1));

            // Silence ends nothing: the recipient may still act.
            (await net.It.As("lt-caritas").Post($"/v1/referrals/{silent[0]}/decline", new { code = "NoCapacity" })).Must(HttpStatusCode.OK);
        }
        finally
        {
            await second.StopAsync();
            await net.It.Restart("referral", ("Country__Path", net.It.Network.Country));
        }
    }

    private Task Told(string agency, string referral, params (string Kind, int Version)[] wanted) =>
        Eventually.True($"{agency} was told {string.Join(", ", wanted)}", async () => (await net.It.Notices(agency, referral)).Select(notice => (notice.Kind, notice.Version)).SequenceEqual(wanted));

    /// <summary>Another process of the referral service on the same database and queues.</summary>
    private ServiceProcess SecondReferral(string country)
    {
        var network = net.It.Network;
        var process = new ServiceProcess(new ServiceOptions
        {
            Name = "referral", Assembly = Repository.In("artifacts", "bin", "Tiltas.Referral", "debug", "Tiltas.Referral.dll"),
            LogFile = Path.Combine(net.It.Folder, "logs", "referral-second.log"), Ports = new Ports(Path.Combine(net.It.Folder, "ports-second.json")),
        });
        process.Set("ConnectionStrings__Store", net.It.StoreOf("referral"));
        process.Set("Bus__Uri", network.BusFor("referral").AbsoluteUri);
        process.Set("Passport__JwksFile", network.Keys.PublicKeys);
        process.Set("Sealing__MasterKeyFile", network.Keys.MasterKey);
        process.Set("Country__Path", country);
        return process;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
