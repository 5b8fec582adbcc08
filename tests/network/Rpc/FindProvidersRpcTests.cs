using System.Net;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Directory.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>Who can help, asked over both doors of the whole network with the country's own data.</summary>
public sealed class FindProvidersRpcTests(Net net)
{
    [Fact]
    public async Task FindProviders_OverGrpc_AnswersWhatHttpAnswers()
    {
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        foreach (var (place, need, at) in (IEnumerable<(string, Need, string)>)[("LT-15", Need.Shelter, "2026-06-02T10:00:00Z"), ("LT-20", Need.LegalAid, "2026-06-24T10:00:00Z"), ("LT", Need.Shelter, "2026-06-07T23:00:00Z")])
        {
            var asked = new FindProvidersRequest
            {
                Need = need, Place = place, Purpose = Purpose.Assistance, At = Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)), Limit = 200,
                Traits = new PersonTraits { Sex = Sex.Male, AgeBand = AgeBand.From21To23, Status = VictimStatus.Presumed, Languages = { "vi" } },
            };
            var found = await kopzi.Directory.FindProvidersAsync(asked);
            var answered = (await net.It.As("lt-kopzi").Post("/v1/providers/search", new
            {
                need = need.ToString(), place, purpose = "Assistance", at, limit = 200,
                traits = new { sex = "Male", ageBand = "From21To23", status = "Presumed", languages = new[] { "vi" } },
            })).Must(HttpStatusCode.OK);
            var http = JsonDocument.Parse(answered.Body).RootElement;
            Assert.NotEmpty(found.Suitable);
            Assert.Equal(Told(http.GetProperty("suitable")), found.Suitable.Select(Told));
            Assert.Equal(Told(http.GetProperty("notSuitable")), found.NotSuitable.Select(Told));
            Assert.Equal((found.Suitable.Count, found.NotSuitable.Count), (found.SuitableCount, found.NotSuitableCount));
            Assert.All(found.NotSuitable, provider => Assert.Contains(provider.ReasonsAgainst, reason => reason.Excludes));
            asked.OnlySuitable = true;
            Assert.Empty((await kopzi.Directory.FindProvidersAsync(asked)).NotSuitable);
        }
    }

    [Fact]
    public async Task FindProviders_AskedWrongly_IsTheCallersFault()
    {
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        foreach (var wrong in new FindProvidersRequest[]
        {
            new() { Place = "LT-15", Purpose = Purpose.Assistance }, new() { Need = Need.Shelter, Place = "LT-15" }, new() { Need = Need.Shelter, Purpose = Purpose.Assistance },
            new() { Need = Need.Shelter, Place = "LT-15", Purpose = Purpose.Assistance, Limit = 201 }, new() { Need = Need.Shelter, Place = "LT-15", Purpose = Purpose.Assistance, At = new() { Seconds = long.MaxValue } },
            new() { Need = Need.Shelter, Place = "LT-15", Purpose = Purpose.Assistance, Traits = new() { Languages = { "xx" } } },
        })
            Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(async () => await kopzi.Directory.FindProvidersAsync(wrong))).StatusCode);
    }

    private static IEnumerable<string> Told(JsonElement list) => list.EnumerateArray().Select(one =>
        $"{one.GetProperty("service").GetString()} {one.GetProperty("tier").GetString()} {one.GetProperty("open").GetBoolean()} {Codes(one, "for")} {Codes(one, "against")}");

    private static string Codes(JsonElement one, string list) => string.Join(',', one.GetProperty(list).EnumerateArray().Select(reason => reason.GetProperty("code").GetString()));

    private static string Told(Provider one) =>
        $"{one.ServiceId} {one.Tier} {one.Open} {string.Join(',', one.ReasonsFor.Select(reason => reason.Code))} {string.Join(',', one.ReasonsAgainst.Select(reason => reason.Code))}";
}
