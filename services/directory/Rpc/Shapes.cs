using Tiltas.Hosting.Rpc;
using Tiltas.Protos.Codes.V1;
using Proto = Tiltas.Protos.Directory.V1;

namespace Tiltas.Directory.Rpc;

/// <summary>Records of the directory in the shapes of the published API. Absent texts are empty.</summary>
internal static class Shapes
{
    public static Proto.Agency Of(Agencies.Agency agency) => new()
    {
        AgencyId = agency.Id.Value,
        Version = agency.Version,
        Type = agency.Type.ToProto<AgencyType>(),
        Standing = agency.Standing.ToProto<AgencyStanding>(),
        Name = { agency.Name },
        Municipality = agency.Municipality,
        Competence = { agency.Competence },
        Contacts = { agency.Contacts.Select(Of) },
        Hours = agency.Hours.Text,
        Languages = { agency.Languages },
        Source = Of(agency.Source),
        Illustrative = agency.Illustrative ?? "",
        ChangedAt = agency.ChangedAt.ToProto(),
    };

    public static Proto.Service Of(Services.Service service) => new()
    {
        ServiceId = service.Id.Value,
        Version = service.Version,
        AgencyId = service.Agency.Value,
        Need = service.Need.ToProto<Need>(),
        Name = { service.Name },
        Areas = { service.Areas },
        Hours = service.Hours.Text,
        Languages = { service.Languages },
        Source = Of(service.Source),
        Illustrative = service.Illustrative ?? "",
        ChangedAt = service.ChangedAt.ToProto(),
        WithdrawnAt = service.WithdrawnAt.ToProto(),
        Profile = service.Profile is { } profile ? Of(profile) : null,
    };

    private static Proto.ServiceProfile Of(Services.ServiceProfile profile)
    {
        var shape = new Proto.ServiceProfile
        {
            Sexes = { (profile.Sexes ?? []).ToProtos<Contracts.Codes.Sex, Sex>() },
            Statuses = { (profile.Statuses ?? []).ToProtos<Contracts.Codes.VictimStatus, VictimStatus>() },
            Accessibility = { (profile.Accessibility ?? []).ToProtos<Contracts.Codes.AccessNeed, AccessNeed>() },
            InterpreterLanguages = { profile.InterpreterLanguages ?? [] },
            Accreditations = { (profile.Accreditations ?? []).ToProtos<Contracts.Codes.Accreditation, Accreditation>() },
            AssuredOn = profile.AssuredOn.ToProto(),
            AssuredBy = profile.AssuredBy?.Value ?? "",
            OnCallPhone = profile.OnCall?.Phone ?? "",
            OnCallHours = profile.OnCall?.Hours.Text ?? "",
        };
        if (profile.MinimumAge is { } least) shape.MinimumAge = least;
        if (profile.MaximumAge is { } most) shape.MaximumAge = most;
        if (profile.WithChildren is { } children) shape.WithChildren = children;
        return shape;
    }

    public static Proto.Memorandum Of(Memoranda.Memorandum memorandum) => new()
    {
        MemorandumId = memorandum.Id.Value,
        Version = memorandum.Version,
        Parties = { memorandum.Parties.Select(party => party.Value) },
        DataClasses = { memorandum.DataClasses.ToProtos<Contracts.Codes.DataClass, DataClass>() },
        Purposes = { memorandum.Purposes.ToProtos<Contracts.Codes.Purpose, Purpose>() },
        Needs = { memorandum.Needs.ToProtos<Contracts.Codes.Need, Need>() },
        ValidFrom = memorandum.ValidFrom.ToProto(),
        ValidTo = memorandum.ValidTo.ToProto(),
        Title = { memorandum.Title },
        Source = memorandum.Source is { } source ? Of(source) : null,
        Illustrative = memorandum.Illustrative ?? "",
        ChangedAt = memorandum.ChangedAt.ToProto(),
        EndedOn = memorandum.EndedOn.ToProto(),
        Clauses = { memorandum.Clauses.Select(MemorandumShapes.Of) },
        TermsVersion = memorandum.TermsVersion,
        AtEnd = memorandum.AtEnd.ToProto<TerminationEffect>(),
        FinishUntil = memorandum.FinishUntil.ToProto(),
        Suspensions = { (memorandum.Suspensions ?? []).Select(MemorandumShapes.Of) },
        DocumentHash = memorandum.DocumentHash ?? "",
    };

    public static Proto.Contact Of(Values.Contact contact)
    {
        var shape = new Proto.Contact { Kind = contact.Kind.ToProto<ContactKind>(), Value = contact.Value, Hours = contact.Hours?.Text ?? "", Languages = { contact.Languages ?? [] } };
        if (contact.Label is { } label) shape.Label.Add(label);
        return shape;
    }

    private static Proto.Source Of(Values.Source source) => new() { Title = source.Title, Date = source.Date.ToProto(), Url = source.Url ?? "" };
}
