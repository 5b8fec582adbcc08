using System.Collections.Frozen;
using System.Globalization;
using Grpc.Core;
using Tiltas.Directory.Clients;
using Tiltas.Directory.Staff;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Rpc;
using Tiltas.Protos.Directory.V1;
using Proto = Tiltas.Protos.Directory.V1;

namespace Tiltas.Directory.Rpc;

/// <summary>Who may do what for an agency, and what was done: clients, staff, history.</summary>
internal sealed partial class AdministrationRpc
{
    private static readonly FrozenSet<string> GivenToClients = ["client_id", "agency_id", "version", "secret_since", "changed_at", "removed_at"];
    private static readonly FrozenSet<string> GivenToStaff = ["staff_member_id", "agency_id", "version", "changed_at", "ended_at"];
    private static readonly Names Clients = new("client", ("id", "client_id"), ("client", "client_id"));
    private static readonly Names StaffMembers = new("staff_member", ("id", "staff_member_id"));

    public override async Task<ListClientsResponse> ListClients(ListClientsRequest request, ServerCallContext context)
    {
        var found = (await Directory.Clients.ListClients.Find(
            Id(request.AgencyId, "agency_id"), PageOf(request.PageSize, request.PageToken), context.Caller(), db, context.CancellationToken)).OrThrow();
        return new() { Clients = { found.Items.Select(AdministrationShapes.Of) }, NextPageToken = found.Next ?? "" };
    }

    public override async Task<UpdateClientResponse> UpdateClient(UpdateClientRequest request, ServerCallContext context)
    {
        var wanted = request.Client ?? throw Missing("client");
        var (agency, id) = (Id(wanted.AgencyId, "client.agency_id"), Id(wanted.ClientId, "client.client_id"));
        var mask = UpdateMask.Of(request.UpdateMask, Proto.Client.Descriptor, GivenToClients);
        var outcome = await PutClient.Handle(agency, id, Ask, context.Caller(), db, country, time, context.CancellationToken);
        return new() { Client = AdministrationShapes.Of(Clients.OrThrow(outcome.Record)) };

        Result<PutClient.Request> Ask(ApiClient? current) =>
            current is null && !request.AllowMissing ? ClientErrors.NotFound
            : RecordInputs.Of(current is null || mask is null ? wanted : mask.Apply(wanted, AdministrationShapes.Of(current)));
    }

    public override async Task<CreateClientSecretResponse> CreateClientSecret(CreateClientSecretRequest request, ServerCallContext context)
    {
        var made = (await NewSecret.Handle(Id(request.AgencyId, "agency_id"), Id(request.ClientId, "client_id"), context.Caller(), db, time, context.CancellationToken)).OrThrow();
        return new() { ClientId = made.ClientId, ClientSecret = made.ClientSecret, SecretSince = made.SecretSince.ToProto() };
    }

    public override async Task<RemoveClientResponse> RemoveClient(RemoveClientRequest request, ServerCallContext context) => new()
    {
        Client = AdministrationShapes.Of((await Directory.Clients.RemoveClient.Handle(
            Id(request.AgencyId, "agency_id"), Id(request.ClientId, "client_id"), context.Caller(), db, time, context.CancellationToken)).OrThrow()),
    };

    public override async Task<ListStaffResponse> ListStaff(ListStaffRequest request, ServerCallContext context)
    {
        var found = (await Directory.Staff.ListStaff.Find(
            Id(request.AgencyId, "agency_id"), PageOf(request.PageSize, request.PageToken), context.Caller(), db, context.CancellationToken)).OrThrow();
        return new() { StaffMembers = { found.Items.Select(AdministrationShapes.Of) }, NextPageToken = found.Next ?? "" };
    }

    public override async Task<UpdateStaffMemberResponse> UpdateStaffMember(UpdateStaffMemberRequest request, ServerCallContext context)
    {
        var wanted = request.StaffMember ?? throw Missing("staff_member");
        var (agency, id) = (Id(wanted.AgencyId, "staff_member.agency_id"), Id(wanted.StaffMemberId, "staff_member.staff_member_id"));
        // Roles are all there is to change, so a mask that fits says no more than none.
        UpdateMask.Of(request.UpdateMask, Proto.StaffMember.Descriptor, GivenToStaff);
        var outcome = await PutStaff.Handle(agency, id, RecordInputs.Of(wanted), request.AllowMissing, context.Caller(), db, country, time, context.CancellationToken);
        return new() { StaffMember = AdministrationShapes.Of(StaffMembers.OrThrow(outcome.Record)) };
    }

    public override async Task<EndStaffMemberResponse> EndStaffMember(EndStaffMemberRequest request, ServerCallContext context) => new()
    {
        StaffMember = AdministrationShapes.Of((await EndStaff.Handle(
            Id(request.AgencyId, "agency_id"), Id(request.StaffMemberId, "staff_member_id"), context.Caller(), db, time, context.CancellationToken)).OrThrow()),
    };

    public override async Task<ListHistoryResponse> ListHistory(ListHistoryRequest request, ServerCallContext context)
    {
        var kind = RpcRequest.CodeOrNone<Directory.History.RecordKind>(request.Kind, "kind");
        var before = 0L;
        if (request.PageToken.Length > 0 && !long.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw RpcProblem.Of(FieldErrors.Before with { Field = "page_token" }, named: true);
        var wanted = new Directory.History.ListHistory.Wanted(kind, RpcRequest.TextOrNone(request.Record), RpcRequest.TextOrNone(request.Field),
            request.PageToken.Length > 0 ? before : null, RpcRequest.PageSize(request.PageSize, Page.Usual, Page.Most));
        var found = (await Directory.History.ListHistory.Find(Id(request.AgencyId, "agency_id"), wanted, context.Caller(), db, context.CancellationToken)).OrThrow();
        return new() { Entries = { found.Items.Select(AdministrationShapes.Of) }, NextPageToken = found.Next ?? "" };
    }
}
