using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;
using Tiltas.Protos.Identification.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>The export by the case data standard says the same over both doors, and to its owner alone.</summary>
public sealed class HtcdsTwinTests(Net net)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_OverBothDoors_IsTheSame_AndTheOtherPartyGetsItsOwnHalf()
    {
        var (kopzi, police) = (net.It.As("lt-kopzi"), net.It.As("lt-police"));
        var subject = await net.It.SubjectWithConsent("lt-police");
        (await kopzi.Post("/v1/screenings", new
        {
            subject, set = "LT-ADULT-LABOUR", setVersion = 1, ageBand = "From24To26", language = "uk",
            answers = new[] { new { indicator = "M10", observation = "Observed" }, new { indicator = "P01", observation = "Observed" } },
        })).Must(HttpStatusCode.Created);
        (await kopzi.Post($"/v1/subjects/{subject}/status", new { status = "Presumed" })).Must(HttpStatusCode.OK);

        using var system = new RpcAgency(net.It, "lt-kopzi");
        var streamed = (await Records(system)).Where(record => record.SubjectRef == subject).ToList();
        var sent = (await kopzi.Get("/identification/export/htcds?format=ndjson")).Must(HttpStatusCode.OK).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!).Where(record => (string?)record["tiltas_Subject"] == subject).ToList();

        Assert.Equal(["Screening", "Standing"], sent.Select(record => (string?)record["tiltas_Record"]));
        Assert.Equal(sent.Select(Said), streamed.Select(Said));
        Assert.Equal(("WithholdsDocuments", "ForcedLabour", "ukr"), (Assert.Single(streamed[0].MethodsOfControl), Assert.Single(streamed[0].TypeOfExploitation), streamed[0].LanguageOfTalk));
        Assert.DoesNotContain(subject, (await police.Get("/identification/export/htcds")).Must(HttpStatusCode.OK).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfAnotherRoleOrNobody_IsRefused()
    {
        using var registrar = new RpcAgency(net.It, "registrar");
        using var nobody = new RpcAgency(net.It, null);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => Records(registrar))).StatusCode);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => Records(nobody))).StatusCode);
        (await net.It.As("registrar").Get("/identification/export/htcds")).Must(HttpStatusCode.Forbidden);
    }

    private static async Task<List<HtcdsRecord>> Records(RpcAgency agency)
    {
        using var call = agency.Identification.ExportHtcds(new ExportHtcdsRequest(), cancellationToken: Cancelled);
        var records = new List<HtcdsRecord>();
        while (await call.ResponseStream.MoveNext(Cancelled)) records.Add(call.ResponseStream.Current.Record);
        return records;
    }

    private static string Said(HtcdsRecord record) => string.Join('|',
        record.RecordedCase == HtcdsRecord.RecordedOneofCase.ScreeningId ? record.ScreeningId : string.Create(CultureInfo.InvariantCulture, $"{record.SubjectRef}/{record.StandingVersion}"),
        record.TraffickingStatus, record.TraffickingStatusDecisionMakingOrg, string.Join(';', record.MethodsOfControl), string.Join(';', record.TypeOfExploitation), record.OrganisationType,
        record.SetId.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{record.SetId}/{record.SetVersion}"), string.Join(';', record.Indicators), record.LanguageOfTalk, record.AgeBand.ToString());

    private static string Said(JsonNode record) => string.Join('|',
        ((string[])["tiltas_RecordRef", "vic_TraffickingStatus", "vic_TraffickingStatusDecisionMakingOrg", "vic_MethodsOfControl", "vic_TypeOfExploitation", "org_Type", "tiltas_IndicatorSet",
            "tiltas_Indicators", "tiltas_LanguageOfTalk", "tiltas_AgeBand"]).Select(name => record[name] is JsonArray several ? string.Join(';', several.Select(value => (string?)value)) : (string?)record[name] ?? ""));
}
