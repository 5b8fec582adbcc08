using System.Text;
using Grpc.Core;
using Tiltas.Protos.Directory.V1;
using Tiltas.TestKit;
using Agency = Tiltas.TestKit.Agency;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>Who may call what: every call that the service has, by a client of each role, at both doors.</summary>
public sealed class AdministrationRolesTests(Net net)
{
    // Where each call is over HTTP. A new one that is not here fails the test; one that nobody is named for does not start at all.
    private static readonly Dictionary<string, (HttpMethod Method, string Path)> Calls = new()
    {
        ["UpdateAgency"] = (HttpMethod.Patch, "/v1/agencies/lt-adm-none"), ["SuspendAgency"] = (HttpMethod.Post, "/v1/agencies/lt-adm-none/suspend"),
        ["ResumeAgency"] = (HttpMethod.Post, "/v1/agencies/lt-adm-none/resume"), ["RemoveAgency"] = (HttpMethod.Post, "/v1/agencies/lt-adm-none/remove"),
        ["UpdateService"] = (HttpMethod.Patch, "/v1/services/lt-adm-none"), ["WithdrawService"] = (HttpMethod.Delete, "/v1/services/lt-adm-none"),
        ["GetCapacity"] = (HttpMethod.Get, "/v1/services/lt-adm-none/capacity"), ["SetCapacity"] = (HttpMethod.Put, "/v1/services/lt-adm-none/capacity"),
        ["HoldPlace"] = (HttpMethod.Post, "/v1/services/lt-adm-none/holds"), ["ReleaseHold"] = (HttpMethod.Delete, "/v1/services/lt-adm-none/holds/none"),
        ["ListClients"] = (HttpMethod.Get, "/v1/agencies/lt-adm-none/clients"), ["UpdateClient"] = (HttpMethod.Put, "/v1/agencies/lt-adm-none/clients/lt-adm-none-x"),
        ["CreateClientSecret"] = (HttpMethod.Post, "/v1/agencies/lt-adm-none/clients/lt-adm-none-x/secret"), ["RemoveClient"] = (HttpMethod.Delete, "/v1/agencies/lt-adm-none/clients/lt-adm-none-x"),
        ["ListStaff"] = (HttpMethod.Get, "/v1/agencies/lt-adm-none/staff"), ["UpdateStaffMember"] = (HttpMethod.Put, "/v1/agencies/lt-adm-none/staff/desk"),
        ["EndStaffMember"] = (HttpMethod.Delete, "/v1/agencies/lt-adm-none/staff/desk"), ["ListHistory"] = (HttpMethod.Get, "/v1/agencies/lt-adm-none/history"),
        ["ListLocations"] = (HttpMethod.Get, "/v1/locations"), ["GetLocation"] = (HttpMethod.Get, "/v1/locations/lt-adm-none-x"),
        ["UpdateLocation"] = (HttpMethod.Put, "/v1/locations/lt-adm-none-x"), ["WithdrawLocation"] = (HttpMethod.Delete, "/v1/locations/lt-adm-none-x"),
        ["ListDrafts"] = (HttpMethod.Get, "/v1/memoranda/drafts"), ["GetDraft"] = (HttpMethod.Get, "/v1/memoranda/lt-adm-none/draft"),
        ["PutDraft"] = (HttpMethod.Put, "/v1/memoranda/lt-adm-none/draft"), ["SignDraft"] = (HttpMethod.Post, "/v1/memoranda/lt-adm-none/draft/sign"),
        ["DiscardDraft"] = (HttpMethod.Delete, "/v1/memoranda/lt-adm-none/draft"), ["SuspendMemorandum"] = (HttpMethod.Post, "/v1/memoranda/lt-adm-none/suspend"),
        ["ResumeMemorandum"] = (HttpMethod.Post, "/v1/memoranda/lt-adm-none/resume"), ["EndMemorandum"] = (HttpMethod.Post, "/v1/memoranda/lt-adm-none/end"),
        ["ListMemorandumVersions"] = (HttpMethod.Get, "/v1/memoranda/lt-adm-none/versions"), ["GetMemorandumVersion"] = (HttpMethod.Get, "/v1/memoranda/lt-adm-none/versions/1"),
    };

    [Fact]
    public async Task EveryCall_ByEveryRole_IsRefusedAsOverHttp()
    {
        Assert.Equal(Calls.Keys.Order(StringComparer.Ordinal), Administration.Descriptor.Methods.Select(method => method.Name).Order(StringComparer.Ordinal));
        using var registrar = new RpcAgency(net.It, "registrar");
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        var agency = await Made.Admit(registrar.Administration);
        await using var administrator = await Desk.Open(net.It, agency, "adm", ClientRole.Administrator);
        await using var auditor = await Desk.Open(net.It, agency, "aud", ClientRole.Auditor);
        (string Role, Agency Http, RpcAgency Rpc)[] callers =
        [
            ("agency", net.It.As("lt-kopzi"), kopzi), ("registrar", net.It.As("registrar"), registrar), ("administrator", administrator.Http, administrator.Rpc), ("auditor", auditor.Http, auditor.Rpc),
        ];
        List<string> wrong = [];
        foreach (var (name, (method, path)) in Calls)
        {
            var refusals = 0;
            foreach (var (role, http, rpc) in callers)
            {
                using var body = method == HttpMethod.Get || method == HttpMethod.Delete ? null : new StringContent("{}", Encoding.UTF8, "application/json");
                var byHttp = await http.Send(method, path, body, RpcAgency.Key());
                var byRpc = await Refusal.OrNone(rpc.Channel.CreateCallInvoker().AsyncUnaryCall(Bare(name), null, default, []));
                var missing = byHttp.Code == "TLT-ID-0003" ? string.Join(", ", byHttp.Json["missing"]!.AsArray().Select(one => (string)one!)) : null;
                if (missing is null != (byRpc?.Code != "TLT-ID-0003")) wrong.Add($"{name} by {role}: HTTP {byHttp.Code}, gRPC {byRpc}");
                if (missing is not null && (byRpc?.Status, byRpc?.Missing, byRpc?.Rule) != (StatusCode.PermissionDenied, missing, "role")) wrong.Add($"{name} by {role}: {missing} was expected, {byRpc} came");
                if (byRpc?.Status is StatusCode.Unimplemented or StatusCode.Internal or StatusCode.Unknown) wrong.Add($"{name} by {role}: {byRpc}");
                refusals += missing is null ? 0 : 1;
            }
            if (refusals == callers.Length) wrong.Add($"{name} is for nobody");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        using var nobody = new RpcAgency(net.It, null);
        foreach (var name in Calls.Keys)
            Assert.Equal(StatusCode.Unauthenticated, (await Refusal.Of(nobody.Channel.CreateCallInvoker().AsyncUnaryCall(Bare(name), null, default, []))).Status);
    }

    [Fact]
    public async Task Location_Hidden_IsNotThereForThoseItIsHiddenFrom()
    {
        using var registrar = new RpcAgency(net.It, "registrar");
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        var (owner, other) = (await Made.Admit(registrar.Administration), await Made.Admit(registrar.Administration));
        await using var own = await Desk.Open(net.It, owner, "own", ClientRole.Administrator);
        await using var stranger = await Desk.Open(net.It, other, "adm", ClientRole.Administrator);
        (Agency Http, RpcAgency Rpc)[] callers = [(net.It.As("registrar"), registrar), (net.It.As("lt-kopzi"), kopzi), (own.Http, own.Rpc), (stranger.Http, stranger.Rpc)];
        var hidden = 0;
        foreach (var visibility in (Visibility[])[Visibility.Public, Visibility.Partner, Visibility.NeedToKnow])
        {
            var id = $"{owner}-{visibility.ToString().ToLowerInvariant()}";
            await own.Administration.UpdateLocationAsync(new() { Location = Made.Location(id, owner, visibility), AllowMissing = true });
            foreach (var (http, rpc) in callers)
            {
                var seen = (await http.Get("/v1/locations/" + id)).Code is null;
                var administration = rpc.Administration;
                SameCodeTests.Same(id, await http.Get("/v1/locations/" + id), await Refusal.OrNone(administration.GetLocationAsync(new() { LocationId = id })));
                Assert.Equal(seen, (await administration.ListLocationsAsync(new() { AgencyId = owner, PageSize = 200 })).Locations.Any(location => location.LocationId == id));
                if (rpc == registrar || rpc == own.Rpc) continue;
                var change = new UpdateLocationRequest { Location = Made.Location(id, other, Visibility.Public), UpdateMask = new() { Paths = { "visibility" } } };
                foreach (var refusal in new[] { await Refusal.Of(administration.UpdateLocationAsync(change)), await Refusal.Of(administration.WithdrawLocationAsync(new() { LocationId = id })) })
                    Assert.Equal(seen ? "TLT-DIR-0602" : "TLT-DIR-0601", refusal.Code);
                // To enter one of that name is refused alike, whether it is there or not.
                change.AllowMissing = true;
                var there = await Refusal.Of(administration.UpdateLocationAsync(change));
                change.Location.LocationId = owner + "-none";
                var none = await Refusal.Of(administration.UpdateLocationAsync(change));
                if (!seen) Assert.Equal(none, there);
                hidden += seen ? 0 : 1;
            }
            Assert.NotNull((await own.Administration.WithdrawLocationAsync(new() { LocationId = id })).Location.WithdrawnAt);
            Assert.Equal("TLT-DIR-0601", (await Refusal.Of(kopzi.Administration.GetLocationAsync(new() { LocationId = id }))).Code);
        }
        Assert.Equal(3, hidden);
    }

    private static Method<byte[], byte[]> Bare(string name) =>
        new(MethodType.Unary, Administration.Descriptor.FullName, name, Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes), Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes));
}
