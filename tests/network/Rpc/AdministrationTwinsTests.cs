using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using Tiltas.Protos.Directory.V1;
using Tiltas.TestKit;
using Agency = Tiltas.TestKit.Agency;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>Two twin records, one changed over HTTP and the other over gRPC by the same drawn changes, end as the same record with the same history. The seed is printed.</summary>
public sealed class AdministrationTwinsTests(Net net, ITestOutputHelper output) : IDisposable
{
    private const int Steps = 30;
    private const int Kinds = 5;

    private readonly RpcAgency _rpc = new(net.It, "registrar");
    private readonly Agency _http = net.It.As("registrar");

    public void Dispose() => _rpc.Dispose();

    [Fact]
    public async Task Agencies_ChangedByEitherDoor_StayTwins()
    {
        var random = Seeded();
        var twins = new[] { await Made.Admit(_rpc.Administration), await Made.Admit(_rpc.Administration) };
        var codes = new HashSet<string>();
        for (var i = 0; Goes(i, codes); i++)
        {
            var change = TwinChanges.OfAgency(random);
            var wanted = new Protos.Directory.V1.Agency { AgencyId = twins[1] };
            change.Set(wanted);
            await Both(change.Patch, Patch($"/v1/agencies/{twins[0]}", change.Patch),
                Refusal.OrNone(_rpc.Administration.UpdateAgencyAsync(new() { Agency = wanted, UpdateMask = new() { Paths = { change.Paths } } })), codes);
            if (random.Next(8) != 0) continue;
            var (suspended, reason) = (random.Next(2) == 0, new { reason = "OwnRequest" });
            await Both(new(), _http.Post($"/v1/agencies/{twins[0]}/{(suspended ? "suspend" : "resume")}", reason), suspended
                ? Refusal.OrNone(_rpc.Administration.SuspendAgencyAsync(new() { AgencyId = twins[1], Reason = StandingReason.OwnRequest }))
                : Refusal.OrNone(_rpc.Administration.ResumeAgencyAsync(new() { AgencyId = twins[1], Reason = StandingReason.OwnRequest })), codes);
        }
        await AreTwins("/v1/agencies/", twins, twins);
    }

    [Fact]
    public async Task Services_ChangedByEitherDoor_StayTwins()
    {
        var random = Seeded();
        var agencies = new[] { await Made.Admit(_rpc.Administration), await Made.Admit(_rpc.Administration) };
        string[] twins = [agencies[0] + "-bed", agencies[1] + "-bed"];
        foreach (var (twin, agency) in twins.Zip(agencies)) await _rpc.Administration.UpdateServiceAsync(new() { Service = Made.Service(twin, agency), AllowMissing = true });
        var codes = new HashSet<string>();
        for (var i = 0; Goes(i, codes); i++)
        {
            var change = TwinChanges.OfService(random);
            var wanted = new Service { ServiceId = twins[1] };
            change.Set(wanted);
            await Both(change.Patch, Patch($"/v1/services/{twins[0]}", change.Patch),
                Refusal.OrNone(_rpc.Administration.UpdateServiceAsync(new() { Service = wanted, UpdateMask = new() { Paths = { change.Paths } } })), codes);
            if (random.Next(6) == 0)
            {
                var (total, available) = (random.Next(-1, 5), random.Next(-1, 5));
                await Both(new() { ["total"] = total, ["available"] = available }, _http.Put($"/v1/services/{twins[0]}/capacity", new { total, available }),
                    Refusal.OrNone(_rpc.Administration.SetCapacityAsync(new() { ServiceId = twins[1], Total = total, Available = available })), codes);
            }
            if (random.Next(10) != 0) continue;
            await Both(new(), _http.Send(HttpMethod.Delete, $"/v1/services/{twins[0]}", null, null), Refusal.OrNone(_rpc.Administration.WithdrawServiceAsync(new() { ServiceId = twins[1] })), codes);
            await Both(new(), Patch($"/v1/services/{twins[0]}", new() { ["hours"] = "24/7" }),
                Refusal.OrNone(_rpc.Administration.UpdateServiceAsync(new() { Service = new() { ServiceId = twins[1], Hours = "24/7" }, UpdateMask = new() { Paths = { "hours" } } })), codes);
            var (again, other) = (TwinChanges.Json(Made.Service("x", agencies[0])), Made.Service(twins[1], agencies[1]));
            await Both(new(), _http.Put($"/v1/services/{twins[0]}", again.ToJsonString()), Refusal.OrNone(_rpc.Administration.UpdateServiceAsync(new() { Service = other, AllowMissing = true })), codes);
        }
        await AreTwins("/v1/services/", twins, agencies);
        foreach (var twin in twins) await _rpc.Administration.WithdrawServiceAsync(new() { ServiceId = twin });
    }

    [Fact]
    public async Task LocationsClientsAndStaff_ChangedByEitherDoor_StayTwins()
    {
        var random = Seeded();
        var agencies = new[] { await Made.Admit(_rpc.Administration), await Made.Admit(_rpc.Administration) };
        string[] places = [agencies[0] + "-place", agencies[1] + "-place"];
        await _rpc.Administration.UpdateLocationAsync(new() { Location = Made.Location(places[1], agencies[1], Visibility.Partner), AllowMissing = true });
        var body = TwinChanges.Json(Made.Location("x", agencies[0], Visibility.Partner));
        (await _http.Put("/v1/locations/" + places[0], body.ToJsonString())).Must(HttpStatusCode.Created);
        var codes = new HashSet<string>();
        for (var i = 0; Goes(i, codes); i++)
        {
            var change = TwinChanges.OfLocation(random);
            var next = body.DeepClone().AsObject();
            foreach (var (name, value) in change.Patch)
                if (value is null) next.Remove(name);
                else next[name] = value.DeepClone();
            var wanted = new Location { LocationId = places[1] };
            change.Set(wanted);
            if (await Both(change.Patch, _http.Put("/v1/locations/" + places[0], next.ToJsonString()),
                Refusal.OrNone(_rpc.Administration.UpdateLocationAsync(new() { Location = wanted, UpdateMask = new() { Paths = { change.Paths } } })), codes)) body = next;

            var roles = TwinChanges.Some(random, "HotlineWorker", "CaseWorker", "Supervisor", "Auditor", "HotlineWorker");
            await Both(new(), _http.Put($"/v1/agencies/{agencies[0]}/staff/desk", new { roles }), Refusal.OrNone(_rpc.Administration.UpdateStaffMemberAsync(new()
            {
                StaffMember = new() { AgencyId = agencies[1], StaffMemberId = "desk", Roles = { roles.Select(System.Enum.Parse<StaffRole>) } }, AllowMissing = true,
            })), codes);
            if (random.Next(5) == 0)
                await Both(new(), _http.Send(HttpMethod.Delete, $"/v1/agencies/{agencies[0]}/staff/desk", null, null),
                    Refusal.OrNone(_rpc.Administration.EndStaffMemberAsync(new() { AgencyId = agencies[1], StaffMemberId = "desk" })), codes);

            var may = TwinChanges.Some(random, "agency", "administrator", "auditor", "agency");
            await Both(new(), _http.Put($"/v1/agencies/{agencies[0]}/clients/{agencies[0]}-system", new { roles = may }), Refusal.OrNone(_rpc.Administration.UpdateClientAsync(new()
            {
                Client = new() { AgencyId = agencies[1], ClientId = agencies[1] + "-system", Roles = { may.Select(role => System.Enum.Parse<ClientRole>(role, ignoreCase: true)) } },
                AllowMissing = true, UpdateMask = new() { Paths = { "roles" } },
            })), codes);
        }
        await AreTwins("/v1/locations/", places, agencies);
        foreach (var list in new[] { "clients", "staff" })
        {
            var pages = new List<JsonNode>();
            foreach (var agency in agencies) pages.Add(Named((await _http.Get($"/v1/agencies/{agency}/{list}")).Must(HttpStatusCode.OK).Json, agency));
            Assert.True(JsonNode.DeepEquals(pages[0], pages[1]), $"{pages[0]}\n{pages[1]}");
        }
        foreach (var place in places) await _rpc.Administration.WithdrawLocationAsync(new() { LocationId = place });
    }

    /// <summary>So many steps, and more of them until enough kinds of answers were seen.</summary>
    private static bool Goes(int step, HashSet<string> codes)
    {
        Assert.True(step < 20 * Steps, string.Join(' ', codes));
        return step < Steps || codes.Count < Kinds;
    }

    private Task<Answer> Patch(string path, JsonObject patch) => _http.Raw(HttpMethod.Patch, path, Encoding.UTF8.GetBytes(patch.ToJsonString()));

    /// <summary>True when neither door refused.</summary>
    private static async Task<bool> Both(JsonObject what, Task<Answer> http, Task<Refusal?> rpc, HashSet<string> codes)
    {
        var (byHttp, byRpc) = (await http, await rpc);
        SameCodeTests.Same(what.ToJsonString(), byHttp, byRpc);
        if (byRpc?.Status == StatusCode.InvalidArgument) Assert.NotEqual("", byRpc.Field);
        codes.Add(byHttp.Code ?? "");
        return byHttp.Code is null;
    }

    private async Task AreTwins(string path, string[] records, string[] agencies)
    {
        var (told, histories) = (new List<JsonNode>(), new List<List<string>>());
        foreach (var (record, agency) in records.Zip(agencies))
        {
            told.Add(Named((await _http.Get(path + record)).Must(HttpStatusCode.OK).Json, agency));
            histories.Add(await History(agency));
        }
        Assert.True(JsonNode.DeepEquals(told[0], told[1]), $"{told[0]}\n{told[1]}");
        Assert.Equal(histories[0], histories[1]);
        // How many of the drawn changes are right is chance; that some were is not.
        Assert.True(histories[0].Count > 1);
    }

    /// <summary>What became of each field, the oldest first.</summary>
    private async Task<List<string>> History(string agency)
    {
        var entries = new List<(string Field, string Line)>();
        for (var before = ""; ;)
        {
            var page = (await _http.Get($"/v1/agencies/{agency}/history?limit=200{before}")).Must(HttpStatusCode.OK).Json;
            foreach (var entry in page["items"]!.AsArray())
            {
                var line = Named(entry!, agency).AsObject();
                line.Remove("id");
                line.Remove("lastActionDate");
                // A whole new record has its time inside.
                if ((string)line["fieldName"]! is "*" or "withdrawnAt" or "endedAt") (line["previousValue"], line["replacementValue"]) = (null, null);
                entries.Add(($"{line["resourceType"]} {line["fieldName"]}", line.ToJsonString()));
            }
            if ((string?)page["next"] is not { } next) break;
            before = "&before=" + next;
        }
        entries.Reverse();
        return [.. entries.OrderBy(entry => entry.Field, StringComparer.Ordinal).Select(entry => entry.Line)];
    }

    /// <summary>Without times, and by one name for both.</summary>
    private static JsonNode Named(JsonNode record, string agency)
    {
        var named = JsonNode.Parse(record.ToJsonString().Replace(agency, "twin", StringComparison.Ordinal))!;
        foreach (var one in named["items"] is JsonArray items ? items.Select(item => item!.AsObject()) : [named.AsObject()])
            foreach (var time in (string[])["changedAt", "withdrawnAt", "endedAt"]) one.Remove(time);
        return named;
    }

    private Random Seeded()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
