using System.Collections.Frozen;
using Grpc.Core;
using Tiltas.Contracts;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Rpc;
using Tiltas.Protos.Directory.V1;
using Proto = Tiltas.Protos.Directory.V1;

namespace Tiltas.Directory.Rpc;

/// <summary>Places of services, and locations.</summary>
internal sealed partial class AdministrationRpc
{
    private static readonly FrozenSet<string> GivenToLocations = ["location_id", "version", "changed_at", "withdrawn_at"];
    private static readonly Names Locations = new("location", ("id", "location_id"), ("agency", "agency_id"), ("services", "service_ids"));

    public override async Task<GetCapacityResponse> GetCapacity(GetCapacityRequest request, ServerCallContext context) =>
        new() { Capacity = AdministrationShapes.Of((await Directory.Capacity.ReadCapacity.Find(Id(request.ServiceId, "service_id"), db, time, context.CancellationToken)).OrThrow()) };

    public override async Task<SetCapacityResponse> SetCapacity(SetCapacityRequest request, ServerCallContext context) => new()
    {
        Capacity = AdministrationShapes.Of((await Directory.Capacity.PutCapacity.Handle(Id(request.ServiceId, "service_id"),
            new() { Total = request.HasTotal ? request.Total : null, Available = request.HasAvailable ? request.Available : null }, context.Caller(), db, time, context.CancellationToken)).OrThrow()),
    };

    public override async Task<HoldPlaceResponse> HoldPlace(HoldPlaceRequest request, ServerCallContext context) => new()
    {
        Hold = AdministrationShapes.Of((await Directory.Capacity.HoldPlace.Handle(
            Id(request.ServiceId, "service_id"), RpcRequest.Key(request.IdempotencyKey), context.Caller(), db, provision, time, context.CancellationToken)).OrThrow()),
    };

    public override async Task<ReleaseHoldResponse> ReleaseHold(ReleaseHoldRequest request, ServerCallContext context)
    {
        if (!Uuid.TryParse(request.HoldId, out _)) throw RpcRequest.Wrong("A UUID of 36 characters is expected.", "hold_id");
        var error = await Directory.Capacity.ReleaseHold.Handle(Id(request.ServiceId, "service_id"), request.HoldId, context.Caller(), db, time, context.CancellationToken);
        return error is null ? new() : throw RpcProblem.Of(error);
    }

    public override async Task<ListLocationsResponse> ListLocations(ListLocationsRequest request, ServerCallContext context)
    {
        var agency = RpcRequest.SlugOrNone<AgencyId>(request.AgencyId, "agency_id");
        var type = RpcRequest.CodeOrNone<Directory.Locations.LocationType>(request.Type, "type");
        var page = PageOf(request.PageSize, request.PageToken);
        var viewer = await Viewer.Of(context.Caller(), db, context.CancellationToken);
        var found = (await Directory.Locations.ListLocations.Find(viewer, agency, RpcRequest.TextOrNone(request.Municipality), type, page, db, country, context.CancellationToken)).OrThrow();
        return new() { Locations = { found.Items.Select(AdministrationShapes.Of) }, NextPageToken = found.Next ?? "" };
    }

    public override async Task<GetLocationResponse> GetLocation(GetLocationRequest request, ServerCallContext context)
    {
        var id = Id(request.LocationId, "location_id");
        var viewer = await Viewer.Of(context.Caller(), db, context.CancellationToken);
        return new() { Location = AdministrationShapes.Of((await ReadLocation.Find(id, viewer, db, context.CancellationToken)).OrThrow()) };
    }

    public override async Task<UpdateLocationResponse> UpdateLocation(UpdateLocationRequest request, ServerCallContext context)
    {
        var wanted = request.Location ?? throw Missing("location");
        var (id, caller, stop) = (Id(wanted.LocationId, "location.location_id"), context.Caller(), context.CancellationToken);
        var mask = UpdateMask.Of(request.UpdateMask, Proto.Location.Descriptor, GivenToLocations);
        var updated = await Update(mask is null, request.AllowMissing, LocationErrors.NotFound,
            async () => (await ChangeLocation.Handle(
                id, current => RecordInputs.Of(mask is null ? wanted : mask.Apply(wanted, AdministrationShapes.Of(current))), caller, db, country, time, stop)).Record,
            async () => (await PutLocation.Handle(id, RecordInputs.Of(wanted), caller, db, country, time, stop)).Record);
        return new() { Location = AdministrationShapes.Of(Locations.OrThrow(updated)) };
    }

    public override async Task<WithdrawLocationResponse> WithdrawLocation(WithdrawLocationRequest request, ServerCallContext context) => new()
    {
        Location = AdministrationShapes.Of((await Directory.Locations.WithdrawLocation.Handle(Id(request.LocationId, "location_id"), context.Caller(), db, time, context.CancellationToken)).OrThrow()),
    };
}
