using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Directory.V1;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>What is wrong in a request to keep the directory is the caller's fault, said with the field as the proto names it.</summary>
public sealed class AdministrationHostileTests(Net net, ITestOutputHelper output) : IDisposable
{
    private static readonly string[] ForAgencies = ["HoldPlace", "ReleaseHold", "PutDraft", "SignDraft"];
    private readonly RpcAgency _registrar = new(net.It, "registrar");
    private readonly RpcAgency _kopzi = new(net.It, "lt-kopzi");

    public void Dispose()
    {
        _registrar.Dispose();
        _kopzi.Dispose();
    }

    [Fact]
    public async Task Field_Wrong_IsNamed()
    {
        var (registrar, kopzi) = (_registrar.Administration, _kopzi.Administration);
        var agency = await Made.Admit(registrar);
        var (service, location, client, draft) = (agency + "-bed", agency + "-place", agency + "-x", $"lt-kopzi-{Guid.CreateVersion7():N}");
        await registrar.UpdateServiceAsync(new() { Service = Made.Service(service, agency), AllowMissing = true });
        List<(string Field, Func<Task<Refusal>> Call)> wrong =
        [
            // Masks.
            .. from path in (string[])["nope", "name.lt.x", "name.", "", ".", "version", "changed_at", "changed_at.seconds", "agency_id", "contacts.value", "hours.x", "source.nope", "*.name"]
               select ("update_mask", Agency(r => r.UpdateMask = new() { Paths = { path } })),
            ("update_mask", Agency(r => r.UpdateMask = new() { Paths = { "*", "name" } })), ("update_mask", Agency(r => r.UpdateMask = new() { Paths = { Enumerable.Repeat("hours", 101) } })),
            ("update_mask", Service(r => r.UpdateMask = new() { Paths = { "withdrawn_at" } })), ("update_mask", Service(r => r.UpdateMask = new() { Paths = { "profile.minimumAge" } })),
            ("update_mask", Service(r => r.UpdateMask = new() { Paths = { "profile.sexes.x" } })), ("update_mask", Location(r => r.UpdateMask = new() { Paths = { "location_id" } })),
            ("update_mask", Client(r => r.UpdateMask = new() { Paths = { "secret_since" } })), ("update_mask", Staff(r => r.UpdateMask = new() { Paths = { "agency_id" } })),
            // Identifiers, and records that are not there at all.
            .. from id in (string[])["", "A B", "a", new string('a', 64), "lt--x", "ą"] select ("agency.agency_id", Agency(r => r.Agency.AgencyId = id)),
            ("service.service_id", Service(r => r.Service.ServiceId = "../x")), ("service.agency_id", Service(r => r.Service.AgencyId = "A")), ("location.location_id", Location(r => r.Location.LocationId = "-")),
            ("location.location_id", Location(r => r.Location.LocationId = "lt-kopzi-x")), ("client.client_id", Client(r => r.Client.ClientId = "X")), ("client.client_id", Client(r => r.Client.ClientId = "lt-kopzi-x")),
            ("client.agency_id", Client(r => r.Client.AgencyId = "")), ("staff_member.staff_member_id", Staff(r => r.StaffMember.StaffMemberId = "Night desk")), ("draft.memorandum_id", Draft(r => r.Draft.MemorandumId = "x")),
            ("draft.memorandum_id", Draft(r => r.Draft.MemorandumId = agency + "-mou")), ("draft.parties[1]", Draft(r => r.Draft.Parties[1] = "")),
            ("agency", Agency(r => r.Agency = null)), ("service", Service(r => r.Service = null)), ("location", Location(r => r.Location = null)), ("client", Client(r => r.Client = null)),
            ("staff_member", Staff(r => r.StaffMember = null)), ("draft", Draft(r => r.Draft = null)),
            ("hold_id", () => Refusal.Of(kopzi.ReleaseHoldAsync(new() { ServiceId = service, HoldId = "1" }))), ("idempotency_key", () => Refusal.Of(kopzi.HoldPlaceAsync(new() { ServiceId = service }))),
            // Numbers that no list has, and codes that are not said.
            ("agency.type", Agency(r => r.Agency.Type = (AgencyType)99)), ("agency.type", Agency(r => r.Agency.Type = 0)), ("agency.standing", Agency(r => r.Agency.Standing = (AgencyStanding)(-1))),
            ("agency.contacts[0].kind", Agency(r => r.Agency.Contacts[0].Kind = (ContactKind)99)), ("service.need", Service(r => r.Service.Need = (Need)4711)),
            ("service.profile.sexes[0]", Service(r => r.Service.Profile = new() { Sexes = { (Sex)99 } })), ("location.visibility", Location(r => r.Location.Visibility = (Visibility)9)),
            ("location.visibility", Location(r => r.Location.Visibility = 0)), ("location.type", Location(r => r.Location.Type = (LocationType)9)), ("location.front_door.kind", Location(r => r.Location.FrontDoor.Kind = ContactKind.Post)),
            ("client.roles[1]", Client(r => r.Client.Roles.Add((ClientRole)99))), ("client.roles[1]", Client(r => r.Client.Roles.Add(ClientRole.Unspecified))), ("staff_member.roles[0]", Staff(r => r.StaffMember.Roles[0] = (StaffRole)99)),
            ("draft.at_end", Draft(r => r.Draft.AtEnd = (TerminationEffect)9)), ("draft.clauses[0].purposes[0]", Draft(r => r.Draft.Clauses[0].Purposes[0] = (Purpose)99)),
            ("reason", () => Refusal.Of(registrar.SuspendAgencyAsync(new() { AgencyId = agency, Reason = (StandingReason)99 }))), ("reason", () => Refusal.Of(registrar.RemoveAgencyAsync(new() { AgencyId = agency }))),
            ("kind", () => Refusal.Of(registrar.ListHistoryAsync(new() { AgencyId = agency, Kind = (RecordKind)99 }))), ("type", () => Refusal.Of(registrar.ListLocationsAsync(new() { Type = (LocationType)99 }))),
            // Too many, too much, not a number.
            ("agency.contacts", Agency(r => r.Agency.Contacts.Add(Enumerable.Range(0, 20).Select(_ => Made.Contact())))), ("agency.competence", Agency(r => r.Agency.Competence.Add(Enumerable.Repeat("LT", 100)))),
            ("agency.languages", Agency(r => r.Agency.Languages.Add(Enumerable.Repeat("lt", 100_000)))), ("agency.name", Agency(r => Enumerable.Range(0, 13).ToList().ForEach(i => r.Agency.Name[$"x{i}"] = "x"))),
            ("agency.name.en", Agency(r => r.Agency.Name["en"] = new string('x', 201))), ("location.service_ids", Location(r => r.Location.ServiceIds.Add(Enumerable.Range(0, 101).Select(i => $"{agency}-{i}")))),
            ("location.service_ids", Location(r => r.Location.ServiceIds.Add("lt-kopzi-hotline"))), ("location.address_lines", Location(r => r.Location.AddressLines.Add(["a", "b", "c"]))),
            ("client.certificates", Client(r => r.Client.Certificates.Add(Enumerable.Repeat(new string('0', 64), 6)))), ("client.certificates[0]", Client(r => r.Client.Certificates.Add("x"))),
            ("staff_member.roles", Staff(r => r.StaffMember.Roles.Add(Enumerable.Repeat(StaffRole.Supervisor, 6)))), ("draft.parties", Draft(r => r.Draft.Parties.Add(Enumerable.Range(0, 49).Select(i => $"lt-{i}x")))),
            ("draft.clauses", Draft(r => r.Draft.Clauses.Add(Enumerable.Repeat(r.Draft.Clauses[0], 100)))), ("draft.clauses[0].from_agency_ids", Draft(r => r.Draft.Clauses[0].FromAgencyIds[0] = "lt-iom")),
            .. from number in (double[])[double.NaN, double.PositiveInfinity, -91]
               select ("location.latitude", Location(r => (r.Location.Latitude, r.Location.Longitude) = (number, 25))),
            ("location.longitude", Location(r => (r.Location.Latitude, r.Location.Longitude) = (54, double.NaN))),
            ("service.profile.minimum_age", Service(r => r.Service.Profile = new() { MinimumAge = -1 })), ("service.profile.on_call_hours", Service(r => r.Service.Profile = new() { OnCallPhone = "116111" })),
            ("service.profile.assured_on", Service(r => r.Service.Profile = new() { AssuredOn = "yesterday" })), ("service.source.date", Service(r => r.Service.Source.Date = "1.1.2026")), ("service.source", Service(r => r.Service.Source = null)),
            ("total", () => Refusal.Of(registrar.SetCapacityAsync(new() { ServiceId = service, Available = 1 }))), ("available", () => Refusal.Of(registrar.SetCapacityAsync(new() { ServiceId = service, Total = 1, Available = 2 }))),
            ("page_size", () => Refusal.Of(registrar.ListClientsAsync(new() { AgencyId = agency, PageSize = 201 }))), ("page_token", () => Refusal.Of(registrar.ListStaffAsync(new() { AgencyId = agency, PageToken = "Next" }))),
            ("page_token", () => Refusal.Of(registrar.ListHistoryAsync(new() { AgencyId = agency, PageToken = "x" }))), ("municipality", () => Refusal.Of(registrar.ListLocationsAsync(new() { Municipality = "Vilnius" }))),
            ("from", () => Refusal.Of(registrar.SuspendMemorandumAsync(new() { MemorandumId = "lt-none", Reason = SuspensionReason.UnderReview, From = "today" }))), ("on", () => Refusal.Of(registrar.EndMemorandumAsync(new() { MemorandumId = "lt-none" }))),
        ];
        List<string> failed = [];
        foreach (var (i, (field, call)) in wrong.Index())
            if (await call() is var refusal && (refusal.Status != StatusCode.InvalidArgument || refusal.Field != field || refusal.Code.Length == 0))
                failed.Add(string.Create(CultureInfo.InvariantCulture, $"{i}: {field} was expected, {refusal} came"));
        Assert.True(failed.Count == 0, string.Join('\n', failed));

        Func<Task<Refusal>> Agency(Action<UpdateAgencyRequest> spoil) => () => Refusal.Of(registrar.UpdateAgencyAsync(Spoilt(new() { Agency = Made.Agency(agency) }, spoil)));
        Func<Task<Refusal>> Service(Action<UpdateServiceRequest> spoil) => () => Refusal.Of(registrar.UpdateServiceAsync(Spoilt(new() { Service = Made.Service(service, agency) }, spoil)));
        Func<Task<Refusal>> Location(Action<UpdateLocationRequest> spoil) =>
            () => Refusal.Of(registrar.UpdateLocationAsync(Spoilt(new() { Location = Made.Location(location, agency, Visibility.Public), AllowMissing = true }, spoil)));
        Func<Task<Refusal>> Client(Action<UpdateClientRequest> spoil) =>
            () => Refusal.Of(registrar.UpdateClientAsync(Spoilt(new() { Client = new() { AgencyId = agency, ClientId = client, Roles = { ClientRole.Agency } }, AllowMissing = true }, spoil)));
        Func<Task<Refusal>> Staff(Action<UpdateStaffMemberRequest> spoil) =>
            () => Refusal.Of(registrar.UpdateStaffMemberAsync(Spoilt(new() { StaffMember = new() { AgencyId = agency, StaffMemberId = "desk", Roles = { StaffRole.Supervisor } }, AllowMissing = true }, spoil)));
        Func<Task<Refusal>> Draft(Action<PutDraftRequest> spoil) => () => Refusal.Of(kopzi.PutDraftAsync(Spoilt(new() { Draft = Made.Draft(draft) }, spoil)));
    }

    [Fact]
    public async Task Text_ThatNoStoreMayMeet_IsRefusedInEveryFieldOfEveryCall()
    {
        List<string> failed = [];
        var sent = 0;
        foreach (var method in Administration.Descriptor.Methods)
        {
            foreach (var (path, message) in Spoilt(method.InputType, "a\0b").Concat(Spoilt(method.InputType, new string('x', 8193))))
            {
                var refusal = await Refusal.OrNone(Call(method, message));
                sent++;
                if ((refusal?.Status, refusal?.Code, refusal?.Field) != (StatusCode.InvalidArgument, "TLT-NET-0400", path)) failed.Add($"{method.Name} {path}: {refusal}");
            }
        }
        Assert.True(failed.Count == 0, string.Join('\n', failed));
        Assert.True(sent > 200, sent.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Messages_FilledByChance_AreNeverOurFault()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        List<string> failed = [];
        var statuses = new HashSet<StatusCode>();
        foreach (var method in Administration.Descriptor.Methods.SelectMany(method => Enumerable.Repeat(method, 8)))
        {
            var message = Chance.Fill(random, method.InputType);
            var refusal = await Refusal.OrNone(Call(method, message));
            statuses.Add(refusal?.Status ?? StatusCode.OK);
            if (refusal is { Status: StatusCode.Internal or StatusCode.Unknown or StatusCode.Unavailable or StatusCode.Unimplemented } or { Code: "" }) failed.Add($"{method.Name}: {refusal} to {message}");
        }
        Assert.True(failed.Count == 0, string.Join('\n', failed));
        Assert.Contains(StatusCode.InvalidArgument, statuses);
    }

    private AsyncUnaryCall<byte[]> Call(MethodDescriptor method, IMessage message) => (ForAgencies.Contains(method.Name) ? _kopzi : _registrar).Channel.CreateCallInvoker().AsyncUnaryCall(
        new Method<byte[], byte[]>(MethodType.Unary, method.Service.FullName, method.Name, Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes), Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes)),
        null, default, message.ToByteArray());

    /// <summary>The message once for each text that it can hold, with that text in it and nothing else.</summary>
    private static IEnumerable<(string Path, IMessage Message)> Spoilt(MessageDescriptor type, string text)
    {
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            if (field.IsMap)
            {
                foreach (var (key, value) in ((string, string)[])[("lt", text), (text, "x")])
                {
                    var message = Chance.Empty(type);
                    ((IDictionary)field.Accessor.GetValue(message)).Add(key, value);
                    yield return (field.Name, message);
                }
            }
            else if (field.FieldType == FieldType.String)
            {
                var message = Chance.Empty(type);
                if (field.IsRepeated) ((IList)field.Accessor.GetValue(message)).Add(text);
                else field.Accessor.SetValue(message, text);
                yield return (field.IsRepeated ? field.Name + "[0]" : field.Name, message);
            }
            else if (field.FieldType == FieldType.Message)
            {
                foreach (var (path, inner) in Spoilt(field.MessageType, text))
                {
                    var message = Chance.Empty(type);
                    if (field.IsRepeated) ((IList)field.Accessor.GetValue(message)).Add(inner);
                    else field.Accessor.SetValue(message, inner);
                    yield return ((field.IsRepeated ? field.Name + "[0]." : field.Name + ".") + path, message);
                }
            }
        }
    }

    private static T Spoilt<T>(T request, Action<T> spoil)
    {
        spoil(request);
        return request;
    }
}
