using Google.Protobuf.Collections;
using Tiltas.Contracts;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Clients;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Memoranda;
using Tiltas.Directory.Services;
using Tiltas.Directory.Staff;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Rpc;
using Codes = Tiltas.Contracts.Codes;
using Proto = Tiltas.Protos.Directory.V1;
using Published = Tiltas.Protos.Codes.V1;

namespace Tiltas.Directory.Rpc;

/// <summary>Records as they are sent over gRPC, as the requests that the use cases take. Empty texts are absent.</summary>
internal static class RecordInputs
{
    public static RegisterAgency.Request Of(Proto.Agency agency) => new()
    {
        Type = RpcRequest.CodeOrNone<Codes.AgencyType>(agency.Type, "agency.type"),
        Standing = RpcRequest.CodeOrNone<Codes.AgencyStanding>(agency.Standing, "agency.standing"),
        Name = Texts(agency.Name),
        Municipality = RpcRequest.TextOrNone(agency.Municipality),
        Competence = [.. agency.Competence],
        Contacts = [.. agency.Contacts.Select((contact, i) => Of(contact, $"agency.contacts[{i}]"))],
        Hours = RpcRequest.TextOrNone(agency.Hours),
        Languages = [.. agency.Languages],
        Source = Of(agency.Source, "agency.source"),
        Illustrative = RpcRequest.TextOrNone(agency.Illustrative),
    };

    public static OfferService.Request Of(Proto.Service service) => new()
    {
        Agency = RpcRequest.SlugOrNone<AgencyId>(service.AgencyId, "service.agency_id"),
        Need = RpcRequest.CodeOrNone<Codes.Need>(service.Need, "service.need"),
        Name = Texts(service.Name),
        Areas = [.. service.Areas],
        Hours = RpcRequest.TextOrNone(service.Hours),
        Languages = [.. service.Languages],
        Profile = service.Profile is { } profile ? Of(profile) : null,
        Source = Of(service.Source, "service.source"),
        Illustrative = RpcRequest.TextOrNone(service.Illustrative),
    };

    public static PutLocation.Request Of(Proto.Location location) => new()
    {
        Agency = RpcRequest.SlugOrNone<AgencyId>(location.AgencyId, "location.agency_id"),
        Type = RpcRequest.CodeOrNone<LocationType>(location.Type, "location.type"),
        Visibility = RpcRequest.CodeOrNone<Visibility>(location.Visibility, "location.visibility"),
        Name = Texts(location.Name),
        Municipality = RpcRequest.TextOrNone(location.Municipality),
        AddressLines = [.. location.AddressLines],
        PostalCode = RpcRequest.TextOrNone(location.PostalCode),
        Latitude = location.HasLatitude ? location.Latitude : null,
        Longitude = location.HasLongitude ? location.Longitude : null,
        Phone = RpcRequest.TextOrNone(location.Phone),
        Url = RpcRequest.TextOrNone(location.Url),
        FrontDoor = location.FrontDoor is { } door ? Of(door, "location.front_door") : null,
        Services = [.. location.ServiceIds.Select((service, i) => RpcRequest.Slug<ServiceId>(service, $"location.service_ids[{i}]"))],
        Illustrative = RpcRequest.TextOrNone(location.Illustrative),
    };

    // A role that the list lacks has a name that is no role: the use case says so, as over HTTP.
    public static PutClient.Request Of(Proto.Client client) => new()
    {
        Roles = [.. client.Roles.Select(role => role.ToString().ToLowerInvariant())], Certificates = [.. client.Certificates],
    };

    public static PutStaff.Request Of(Proto.StaffMember member) => new() { Roles = RpcRequest.Codes<StaffRole, Proto.StaffRole>(member.Roles, "staff_member.roles") };

    public static DraftMemorandum.Request Of(Proto.Draft draft) => new()
    {
        Parties = Agencies(draft.Parties, "draft.parties"),
        Clauses = [.. draft.Clauses.Select((clause, i) => Of(clause, $"draft.clauses[{i}]"))],
        ValidFrom = RpcRequest.DayOrNone(draft.ValidFrom, "draft.valid_from"),
        ValidTo = RpcRequest.DayOrNone(draft.ValidTo, "draft.valid_to"),
        AtEnd = RpcRequest.CodeOrNone<Codes.TerminationEffect>(draft.AtEnd, "draft.at_end"),
        FinishDays = draft.FinishDays == 0 ? null : draft.FinishDays,
        Title = Texts(draft.Title),
        DocumentHash = RpcRequest.TextOrNone(draft.DocumentHash),
        Illustrative = RpcRequest.TextOrNone(draft.Illustrative),
    };

    private static ClauseInput Of(Proto.Clause clause, string at) => new()
    {
        Number = RpcRequest.TextOrNone(clause.Number),
        DataClasses = RpcRequest.Codes<Codes.DataClass, Published.DataClass>(clause.DataClasses, at + ".data_classes"),
        Purposes = RpcRequest.Codes<Codes.Purpose, Published.Purpose>(clause.Purposes, at + ".purposes"),
        Needs = RpcRequest.Codes<Codes.Need, Published.Need>(clause.Needs, at + ".needs"),
        From = clause.FromAgencyIds.Count == 0 ? null : Agencies(clause.FromAgencyIds, at + ".from_agency_ids"),
        To = clause.ToAgencyIds.Count == 0 ? null : Agencies(clause.ToAgencyIds, at + ".to_agency_ids"),
    };

    private static ProfileInput Of(Proto.ServiceProfile profile) => new()
    {
        Sexes = Some<Codes.Sex, Published.Sex>(profile.Sexes, "service.profile.sexes"),
        MinimumAge = profile.HasMinimumAge ? profile.MinimumAge : null,
        MaximumAge = profile.HasMaximumAge ? profile.MaximumAge : null,
        WithChildren = profile.HasWithChildren ? profile.WithChildren : null,
        Statuses = Some<Codes.VictimStatus, Published.VictimStatus>(profile.Statuses, "service.profile.statuses"),
        Accessibility = Some<Codes.AccessNeed, Published.AccessNeed>(profile.Accessibility, "service.profile.accessibility"),
        InterpreterLanguages = profile.InterpreterLanguages.Count == 0 ? null : [.. profile.InterpreterLanguages],
        Accreditations = Some<Codes.Accreditation, Published.Accreditation>(profile.Accreditations, "service.profile.accreditations"),
        AssuredOn = RpcRequest.DayOrNone(profile.AssuredOn, "service.profile.assured_on"),
        AssuredBy = RpcRequest.SlugOrNone<AgencyId>(profile.AssuredBy, "service.profile.assured_by"),
        OnCall = profile is { OnCallPhone: "", OnCallHours: "" } ? null
            : new() { Phone = RpcRequest.TextOrNone(profile.OnCallPhone), Hours = RpcRequest.TextOrNone(profile.OnCallHours) },
    };

    private static ContactInput Of(Proto.Contact contact, string at) => new()
    {
        Kind = RpcRequest.CodeOrNone<ContactKind>(contact.Kind, at + ".kind"),
        Value = RpcRequest.TextOrNone(contact.Value),
        Label = Texts(contact.Label),
        Hours = RpcRequest.TextOrNone(contact.Hours),
        Languages = contact.Languages.Count == 0 ? null : [.. contact.Languages],
    };

    private static SourceInput? Of(Proto.Source? source, string at) => source is null ? null : new()
    {
        Title = RpcRequest.TextOrNone(source.Title), Date = RpcRequest.DayOrNone(source.Date, at + ".date"), Url = RpcRequest.TextOrNone(source.Url),
    };

    private static Dictionary<string, string?>? Texts(MapField<string, string> texts) => texts.Count == 0 ? null : texts.ToDictionary(text => text.Key, text => (string?)text.Value);

    private static AgencyId[] Agencies(RepeatedField<string> agencies, string field) => [.. agencies.Select((agency, i) => RpcRequest.Slug<AgencyId>(agency, $"{field}[{i}]"))];

    private static TCode[]? Some<TCode, TProto>(RepeatedField<TProto> codes, string field) where TCode : struct, Enum where TProto : struct, Enum =>
        codes.Count == 0 ? null : RpcRequest.Codes<TCode, TProto>(codes, field);
}
