using Tiltas.Hosting.Rpc;
using Tiltas.Protos.Codes.V1;
using Proto = Tiltas.Protos.Directory.V1;

namespace Tiltas.Directory.Rpc;

/// <summary>What those who keep the directory see, in the shapes of the published API.</summary>
internal static class AdministrationShapes
{
    public static Proto.Capacity Of(Capacity.ReadCapacity.Answer capacity) => new()
    {
        ServiceId = capacity.Service.Value, Total = capacity.Total, Available = capacity.Available, Kept = capacity.Kept, Free = capacity.Free, UpdatedAt = capacity.UpdatedAt.ToProto(),
    };

    public static Proto.Hold Of(Capacity.HoldPlace.Answer hold) => new()
    {
        HoldId = hold.Hold.ToString(), ServiceId = hold.Service.Value, AgencyId = hold.Agency.Value, TakenAt = hold.TakenAt.ToProto(), ExpiresAt = hold.ExpiresAt.ToProto(),
    };

    public static Proto.Client Of(Clients.ApiClient client) => new()
    {
        ClientId = client.Id,
        AgencyId = client.Agency.Value,
        Version = client.Version,
        Roles = { client.Roles.Select(role => Enum.Parse<Proto.ClientRole>(role, ignoreCase: true)) },
        SecretSince = client.SecretSince.ToProto(),
        Certificates = { client.Certificates },
        ChangedAt = client.ChangedAt.ToProto(),
        RemovedAt = client.RemovedAt.ToProto(),
    };

    public static Proto.StaffMember Of(Staff.StaffMember member) => new()
    {
        StaffMemberId = member.Id,
        AgencyId = member.Agency.Value,
        Version = member.Version,
        Roles = { member.Roles.ToProtos<Staff.StaffRole, Proto.StaffRole>() },
        ChangedAt = member.ChangedAt.ToProto(),
        EndedAt = member.EndedAt.ToProto(),
    };

    public static Proto.HistoryEntry Of(History.HistoryEntry entry)
    {
        var shape = new Proto.HistoryEntry
        {
            EntryId = entry.Id.ToString(), Kind = entry.Kind.ToProto<Proto.RecordKind>(), Record = entry.Record, At = entry.At.ToProto(),
            Change = entry.Change.ToProto<Proto.ChangeKind>(), Field = entry.Field, ByClientId = entry.ByClient,
        };
        if (entry.Previous is { } previous) shape.Previous = previous;
        if (entry.Replacement is { } replacement) shape.Replacement = replacement;
        return shape;
    }

    public static Proto.Location Of(Locations.Location location)
    {
        var shape = new Proto.Location
        {
            LocationId = location.Id.Value,
            Version = location.Version,
            AgencyId = location.Agency.Value,
            Type = location.Type.ToProto<Proto.LocationType>(),
            Visibility = location.Visibility.ToProto<Proto.Visibility>(),
            Name = { location.Name },
            Municipality = location.Municipality,
            AddressLines = { location.AddressLines },
            PostalCode = location.PostalCode ?? "",
            Phone = location.Phone ?? "",
            Url = location.Url ?? "",
            FrontDoor = location.FrontDoor is { } door ? Shapes.Of(door) : null,
            ServiceIds = { location.Services },
            Illustrative = location.Illustrative ?? "",
            ChangedAt = location.ChangedAt.ToProto(),
            WithdrawnAt = location.WithdrawnAt.ToProto(),
        };
        if (location.Latitude is { } north) shape.Latitude = north;
        if (location.Longitude is { } east) shape.Longitude = east;
        return shape;
    }

    public static Proto.Draft Of(Memoranda.Draft draft) => new()
    {
        MemorandumId = draft.Id.Value,
        Version = draft.Version,
        Revision = draft.Revision,
        DraftedBy = draft.DraftedBy.Value,
        Replaces = draft.Replaces ?? 0,
        Signers = { draft.Signers.Select(signer => signer.Value) },
        Parties = { draft.Parties.Select(party => party.Value) },
        Clauses = { draft.Clauses.Select(MemorandumShapes.Of) },
        ValidFrom = draft.ValidFrom.ToProto(),
        ValidTo = draft.ValidTo.ToProto(),
        AtEnd = draft.AtEnd.ToProto<TerminationEffect>(),
        FinishDays = draft.FinishDays ?? 0,
        Title = { draft.Title },
        DocumentHash = draft.DocumentHash,
        Illustrative = draft.Illustrative ?? "",
        DraftedAt = draft.DraftedAt.ToProto(),
        Signatures = { draft.Signatures.Select(Of) },
    };

    public static Proto.MemorandumVersion Of(Memoranda.ReadVersions.Line version) => new()
    {
        Version = version.Version, Change = version.Change.ToProto<Proto.MemorandumChange>(), ByAgencyId = version.By?.Value ?? "", At = version.At.ToProto(),
    };

    private static Proto.MemorandumSignature Of(Memoranda.Signature signature) => new()
    {
        AgencyId = signature.Agency.Value, Office = signature.Office, Signatory = signature.Signatory, Revision = signature.Revision,
        DocumentHash = signature.DocumentHash, SignedAt = signature.SignedAt.ToProto(),
    };
}
