using System.Net;
using Tiltas.Network.Tests.Rpc;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Directory.V1;
using Tiltas.TestKit;
using Agency = Tiltas.TestKit.Agency;

namespace Tiltas.Network.Tests;

/// <summary>A memorandum from its draft to its end, by the parties' own clients, and what a referral under it meets on the way.</summary>
public sealed class MemorandaTests(Net net)
{
    private static readonly string Paper = new('5', 64);

    [Fact]
    public async Task Memorandum_DraftedSignedSuspendedEnded_IsWhatTheReferralMeets()
    {
        var (kopzi, court) = (net.It.As("lt-kopzi"), net.It.As("lt-courts"));
        var id = $"lt-kopzi-mou-{Guid.CreateVersion7():N}";
        var path = $"/v1/memoranda/{id}";
        var subject = await net.It.SubjectWithConsent("lt-courts");
        (await kopzi.Put($"/v1/subjects/{subject}/dossier/Needs", new { fields = new { language = "uk" } })).Must(HttpStatusCode.NoContent);
        (await kopzi.Put(path + "/draft", new
        {
            parties = new[] { "lt-kopzi", "lt-courts" }, validFrom = "2025-01-01", atEnd = "Finish", finishDays = 3, title = new { en = "Trial" }, documentHash = Paper, illustrative = "All of it.",
            clauses = new[] { new { number = "2.1", dataClasses = new[] { "Needs" }, purposes = new[] { "Assistance" }, needs = new[] { "FamilyTracing" }, from = new[] { "lt-kopzi" } } },
        })).Must(HttpStatusCode.Created);
        Assert.Equal("TLT-REF-0401", (await net.It.Refer(subject, "lt-courts", "FamilyTracing")).Must(HttpStatusCode.Forbidden).Code);
        foreach (var party in (Agency[])[kopzi, court])
            (await party.Post(path + "/draft/sign", new { revision = 1, documentHash = Paper, office = "director", signatory = "s-1" })).Must(HttpStatusCode.OK);
        await Known(id, 1);

        var referral = (await net.It.Refer(subject, "lt-courts", "FamilyTracing")).Must(HttpStatusCode.Accepted).Text("referralId");
        await Reads(null);
        Assert.True(await net.It.MayCome("lt-courts", subject));
        await SaysTheSame();

        (await court.Post(path + "/suspend", new { reason = "UnderReview" })).Must(HttpStatusCode.OK);
        await Known(id, 2);
        await Reads("TLT-REF-0407");
        Assert.False(await net.It.MayCome("lt-courts", subject));
        await SaysTheSame();
        (await court.Post(path + "/resume", new { })).Must(HttpStatusCode.OK);
        await Known(id, 3);
        await Reads(null);

        // It ended yesterday, so the referral, submitted today, came too late to be finished.
        (await court.Post(path + "/end", new { on = Registrar.Yesterday })).Must(HttpStatusCode.OK);
        await Known(id, 4);
        await Reads("TLT-REF-0406");
        Assert.Equal($"memorandum:{id}", (await net.It.Refer(subject, "lt-courts", "FamilyTracing")).Must(HttpStatusCode.Forbidden).Text("rule"));
        await SaysTheSame();

        async Task Reads(string? code)
        {
            foreach (var answer in (Answer[])[await court.Get($"/v1/referrals/{referral}/dossier"), .. code is null ? (Answer[])[] : [await court.Post($"/v1/referrals/{referral}/accept")]])
            {
                answer.Must(code is null ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
                if (code is null) Assert.Equal("uk", (string?)answer.Json["given"]!["Needs"]!["language"]);
                else Assert.Equal((code, $"memorandum:{id}"), (answer.Code, answer.Text("rule")));
            }
        }
    }

    /// <summary>Both doors give the same answer to what may go and why not more.</summary>
    private async Task SaysTheSame()
    {
        var http = (await net.It.As("lt-courts").Get("/v1/memoranda/permitted?from=lt-kopzi&to=lt-courts&purpose=Assistance&need=FamilyTracing")).Must(HttpStatusCode.OK);
        using var court = new RpcAgency(net.It, "lt-courts");
        var rpc = await court.Directory.ExplainPermittedAsync(new ExplainPermittedRequest { FromAgencyId = "lt-kopzi", ToAgencyId = "lt-courts", Purpose = Purpose.Assistance, Need = Need.FamilyTracing });
        Assert.Equal(
            http.Json["dataClasses"]!.AsArray().Select(ruling => $"{ruling!["dataClass"]} {ruling["allowed"]} {string.Join(';', ruling["by"]!.AsArray().Concat(ruling["nearest"]!.AsArray()).Select(basis =>
                $"{basis!["memorandum"]} {basis["version"] ?? 0} {basis["clause"]} {string.Join(',', (basis["lacks"]?.AsArray() ?? []).Select(lack => $"{lack!["code"]} {lack["day"]}"))}"))}"),
            rpc.Rulings.Select(ruling => $"{ruling.DataClass} {(ruling.Allowed ? "true" : "false")} {string.Join(';', ruling.By.Select(by => (Clause: by, Lacks: "")).Concat(
                ruling.Nearest.Select(miss => (miss.Clause, Lacks: string.Join(',', miss.Lacks.Select(lack => $"{lack.Code} {lack.Day}"))))).Select(one =>
                $"{one.Clause?.MemorandumId} {one.Clause?.Version ?? 0} {one.Clause?.Clause} {one.Lacks}"))}"));
    }

    private Task Known(string id, int version) => Eventually.True($"version {version} is known", async () => await net.It.Count("referral", "SELECT count(*) FROM memoranda WHERE memorandum = $1 AND version = $2", id, version)
        + await net.It.Count("identification", "SELECT count(*) FROM memoranda WHERE id = $1 AND version = $2", id, version) == 2);
}
