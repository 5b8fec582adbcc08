using System.Net;
using Grpc.Core;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Identification.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>What follows from a status, through either door: rights by age and right to stay, what the person is told, what stays open and whose feed says so.</summary>
public sealed class RightsTests(Net net)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rights_OverBothDoors_AreTheSame_AndThePersonIsToldOfThem()
    {
        var kopzi = net.It.As("lt-kopzi");
        using var hotline = new RpcAgency(net.It, "lt-kopzi");
        var subject = await Opened();
        var presumed = (await hotline.Identification.PresumeVictimAsync(
            new() { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, AgeBand = AgeBand.From18To20, Residence = ResidenceStatus.ShortStay }, cancellationToken: Cancelled)).Standing;
        Assert.Equal((ResidenceStatus.ShortStay, 3), (presumed.Residence, presumed.Entitlements.Count));
        var child = (await hotline.Identification.TellCircumstancesAsync(
            new() { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, AgeBand = AgeBand.From9To17 }, cancellationToken: Cancelled)).Standing;
        Assert.Equal((2, AgeBand.From9To17, VictimStatus.Presumed), (child.Version, child.AgeBand, child.Status));

        var told = await hotline.Identification.GetEntitlementsAsync(new() { SubjectRef = subject }, cancellationToken: Cancelled);
        var read = (await kopzi.Get($"/v1/subjects/{subject}/entitlements")).Must(HttpStatusCode.OK).Json;
        Assert.Equal(
            read["entitlements"]!.AsArray().Select(item => $"{item!["entitlement"]} {string.Join('+', item["because"]!.AsArray())} {item["sources"]![0]!["title"]} {item["text"]!["uk"]}"),
            told.Standing.Entitlements.Select(item => $"{item.Entitlement} {string.Join('+', item.Because)} {item.Sources[0].Title} {item.Text["uk"]}"));
        Assert.Equal(((int)read["tableVersion"]!, (string)read["illustrative"]!), (told.TableVersion, told.Illustrative));

        var owed = await hotline.Identification.GetInformationAsync(new() { SubjectRef = subject }, cancellationToken: Cancelled);
        Assert.Equal((2, 5), (owed.Version, owed.Owed.Count));
        var recorded = await hotline.Identification.RecordInformationAsync(new()
        {
            IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, Version = owed.Version, Language = "uk", Interpreter = true, Form = InformationForm.Oral, To = InformedParty.Guardian,
            Entitlements = { owed.Owed.Select(one => one.Entitlement) },
        }, cancellationToken: Cancelled);
        var given = (await kopzi.Get($"/v1/subjects/{subject}/information")).Must(HttpStatusCode.OK).Json;
        Assert.Empty(given["owed"]!.AsArray());
        Assert.Equal((recorded.InformationId, "uk", "Guardian"), ((string)given["given"]![0]!["informationId"]!, (string)given["given"]![0]!["language"]!, (string)given["given"]![0]!["to"]!));

        var refused = await Refusal.Of(hotline.Identification.RecordInformationAsync(new()
        {
            IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, Version = 3, Language = "uk", Form = InformationForm.Oral, To = InformedParty.Person, Entitlements = { Entitlement.NgoSupport },
        }));
        Assert.Equal((StatusCode.InvalidArgument, "TLT-IDN-0104", "version"), (refused.Status, refused.Code, refused.Field));
        var unsaid = await Refusal.Of(hotline.Identification.TellCircumstancesAsync(new() { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject }));
        Assert.Equal((StatusCode.InvalidArgument, "TLT-IDN-0027", "age_band"), (unsaid.Status, unsaid.Code, unsaid.Field));
    }

    [Fact]
    public async Task Gap_StandsOnTheFeedsOfWhoOwesAndOfTheOwner_AndIsListedOverBothDoors()
    {
        using var hotline = new RpcAgency(net.It, "lt-kopzi");
        var subject = await Opened();
        // As an earlier day left it.
        await net.It.Query("identification", """
            INSERT INTO standings (subject, version, status, conferred_by, informally_by, age_band, entitlements, at)
            VALUES ($1, 1, 'Presumed', 'lt-police', 'lt-police', 'Unknown', '{}', now() - interval '31 days') RETURNING 1
            """, Guid.Parse(subject));

        foreach (var agency in (string[])["lt-kopzi", "lt-police"])
        {
            var notice = await Eventually.Some($"the notice on the feed of {agency}", async () =>
                (await net.It.Feed(agency)).FirstOrDefault(item => (string?)item["kind"] == "GapOpened" && (string?)item["subject"] == subject));
            var listed = (await net.It.As(agency).Get($"/v1/gaps?kind=NoFormalDecision&limit=200")).Must(HttpStatusCode.OK).Json["items"]!.AsArray();
            var gap = listed.Single(item => (string?)item!["subject"] == subject)!;
            Assert.Equal(((string?)notice["gap"], "lt-police"), ((string?)gap["gapId"], (string?)gap["owedBy"]));
            Assert.Equal(4, gap["text"]!.AsObject().Count);
        }
        var told = await hotline.Identification.ListGapsAsync(new() { SubjectRef = subject }, cancellationToken: Cancelled);
        Assert.Equal((GapKind.NoFormalDecision, "lt-police", ""), (Assert.Single(told.Gaps).Kind, told.Gaps[0].OwedBy, told.Next));
        Assert.NotEmpty(told.Gaps[0].Source.Title);
        var wrong = await Refusal.Of(hotline.Identification.ListGapsAsync(new() { PageSize = 201 }));
        Assert.Equal((StatusCode.InvalidArgument, "TLT-IDN-0100", "page_size"), (wrong.Status, wrong.Code, wrong.Field));
    }

    private async Task<string> Opened() => (await net.It.As("lt-kopzi").Post("/v1/subjects", new { ageBand = "From18To20" })).Must(HttpStatusCode.Created).Text("subjectRef");
}
