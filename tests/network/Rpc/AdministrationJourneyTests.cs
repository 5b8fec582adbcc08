using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Directory.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>An agency keeps its record over gRPC alone, and the registrar the agencies; what follows is seen at the next question.</summary>
public sealed class AdministrationJourneyTests(Net net) : IDisposable
{
    private readonly RpcAgency _registrar = new(net.It, "registrar");
    private readonly RpcAgency _kopzi = new(net.It, "lt-kopzi");

    public void Dispose()
    {
        _registrar.Dispose();
        _kopzi.Dispose();
    }

    [Fact]
    public async Task Administrator_ChangesHoursAndPlaces_AndTheNextSearchFollows()
    {
        await using var desk = await Desk.Open(net.It, "lt-caritas", $"d{Guid.CreateVersion7():N}"[..20], ClientRole.Administrator);
        var id = $"lt-caritas-{Guid.CreateVersion7():N}";
        var offered = (await desk.Administration.UpdateServiceAsync(new() { Service = Made.Service(id, "lt-caritas", Need.Shelter), AllowMissing = true, UpdateMask = Mask("hours") })).Service;
        Assert.Equal((1, "24/7", "LT-15"), (offered.Version, offered.Hours, offered.Areas.Single()));
        await Suitable(id, true);

        await desk.Administration.UpdateServiceAsync(new() { Service = new() { ServiceId = id, Hours = "Mo-Fr 08:00-17:00; PH off" }, UpdateMask = Mask("hours") });
        await Suitable(id, false);
        await desk.Administration.UpdateServiceAsync(new() { Service = new() { ServiceId = id, Hours = "24/7", Profile = new() { MinimumAge = 90 } }, UpdateMask = Mask("hours", "profile.minimum_age") });
        await Suitable(id, false);
        var whole = (await desk.Administration.UpdateServiceAsync(new() { Service = new() { ServiceId = id }, UpdateMask = Mask("profile.minimum_age", "illustrative") })).Service;
        Assert.Equal((4, "24/7", "", null), (whole.Version, whole.Hours, whole.Illustrative, whole.Profile));
        await Suitable(id, true);

        await desk.Administration.SetCapacityAsync(new() { ServiceId = id, Total = 4, Available = 0 });
        await Suitable(id, false);
        await desk.Administration.SetCapacityAsync(new() { ServiceId = id, Total = 4, Available = 1 });
        await Suitable(id, true);
        var key = RpcAgency.Key();
        var hold = (await _kopzi.Administration.HoldPlaceAsync(new() { IdempotencyKey = key, ServiceId = id })).Hold;
        Assert.Equal(hold, (await _kopzi.Administration.HoldPlaceAsync(new() { IdempotencyKey = key, ServiceId = id })).Hold);
        Assert.Equal((1, 0), (await _kopzi.Administration.GetCapacityAsync(new() { ServiceId = id })).Capacity is var full ? (full.Kept, full.Free) : default);
        Assert.Equal("TLT-DIR-0804", (await Refusal.Of(_kopzi.Administration.HoldPlaceAsync(new() { IdempotencyKey = RpcAgency.Key(), ServiceId = id }))).Code);
        await Suitable(id, false);
        await _kopzi.Administration.ReleaseHoldAsync(new() { ServiceId = id, HoldId = hold.HoldId });
        await Suitable(id, true);

        var history = await desk.Administration.ListHistoryAsync(new() { AgencyId = "lt-caritas", Record = id });
        Assert.All(history.Entries, entry => Assert.Equal(desk.Client, entry.ByClientId));
        Assert.Equal(["*", "*", "available", "hours", "hours", "illustrative", "profile", "profile"], history.Entries.Select(entry => entry.Field).Order(StringComparer.Ordinal));
        var hours = await desk.Administration.ListHistoryAsync(new() { AgencyId = "lt-caritas", Record = id, Field = "hours", Kind = RecordKind.Service, PageSize = 1 });
        Assert.Equal(("Mo-Fr 08:00-17:00; PH off", "24/7", ChangeKind.Update), (hours.Entries.Single().Previous, hours.Entries[0].Replacement, hours.Entries[0].Change));
        Assert.Equal("24/7", (await desk.Administration.ListHistoryAsync(new() { AgencyId = "lt-caritas", Record = id, Field = "hours", PageToken = hours.NextPageToken })).Entries.Single().Previous);

        Assert.NotNull((await desk.Administration.WithdrawServiceAsync(new() { ServiceId = id })).Service.WithdrawnAt);
        Assert.Equal("TLT-DIR-0201", (await Refusal.Of(desk.Administration.UpdateServiceAsync(new() { Service = Made.Service(id, "lt-caritas", Need.Shelter) }))).Code);
    }

    [Fact]
    public async Task Registrar_AdmitsSuspendsResumesAndRemoves_AndTheAgencysClientsFollow()
    {
        var agency = Made.Name();
        Assert.Equal("TLT-DIR-0101", (await Refusal.Of(_registrar.Administration.UpdateAgencyAsync(new() { Agency = Made.Agency(agency) }))).Code);
        var admitted = (await _registrar.Administration.UpdateAgencyAsync(new() { Agency = Made.Agency(agency), AllowMissing = true })).Agency;
        Assert.Equal((1, AgencyStanding.Active), (admitted.Version, admitted.Standing));
        await using var desk = await Desk.Open(net.It, agency, "desk", ClientRole.Administrator);

        var renamed = (await desk.Administration.UpdateAgencyAsync(new() { Agency = new() { AgencyId = agency, Name = { { "uk", "Проба" } } }, UpdateMask = Mask("name.uk", "name.lt") })).Agency;
        Assert.Equal("en, uk", string.Join(", ", renamed.Name.Keys.Order(StringComparer.Ordinal)));
        Assert.Equal(Made.Agency(agency).Contacts, renamed.Contacts);
        var powers = await Refusal.Of(desk.Administration.UpdateAgencyAsync(new() { Agency = new() { AgencyId = agency, Type = AgencyType.Police }, UpdateMask = Mask("type") }));
        Assert.Equal((StatusCode.PermissionDenied, "TLT-DIR-0103"), (powers.Status, powers.Code));

        Assert.Equal(("TLT-DIR-0001", "reason"), await Refusal.Of(_registrar.Administration.SuspendAgencyAsync(new() { AgencyId = agency })) is var none ? (none.Code, none.Field) : default);
        Assert.Equal(AgencyStanding.Suspended, (await _registrar.Administration.SuspendAgencyAsync(new() { AgencyId = agency, Reason = StandingReason.SecurityIncident })).Agency.Standing);
        var shut = new UpdateAgencyRequest { Agency = new() { AgencyId = agency, Hours = "24/7" }, UpdateMask = Mask("hours") };
        Assert.Equal("TLT-DIR-0105", (await Refusal.Of(desk.Administration.UpdateAgencyAsync(shut))).Code);
        Assert.Equal(AgencyStanding.Active, (await _registrar.Administration.ResumeAgencyAsync(new() { AgencyId = agency, Reason = StandingReason.Cleared })).Agency.Standing);
        Assert.Equal("24/7", (await desk.Administration.UpdateAgencyAsync(shut)).Agency.Hours);

        // Staff and a second client, by its own administrator.
        var member = new StaffMember { AgencyId = agency, StaffMemberId = "night-desk-3", Roles = { StaffRole.HotlineWorker } };
        Assert.Equal("TLT-DIR-1501", (await Refusal.Of(desk.Administration.UpdateStaffMemberAsync(new() { StaffMember = member }))).Code);
        await desk.Administration.UpdateStaffMemberAsync(new() { StaffMember = member, AllowMissing = true });
        Assert.NotNull((await desk.Administration.EndStaffMemberAsync(new() { AgencyId = agency, StaffMemberId = "night-desk-3" })).StaffMember.EndedAt);
        Assert.Equal("night-desk-3", (await desk.Administration.ListStaffAsync(new() { AgencyId = agency })).StaffMembers.Single().StaffMemberId);
        var second = await Desk.Open(net.It, agency, "second", ClientRole.Agency);
        Assert.Equal(2, (await desk.Administration.ListClientsAsync(new() { AgencyId = agency })).Clients.Count);
        await second.Rpc.Directory.GetAgencyAsync(new() { AgencyId = agency });
        await desk.Administration.RemoveClientAsync(new() { AgencyId = agency, ClientId = second.Client });
        await Eventually.True("the removed client is shut out", async () => (await Refusal.OrNone(second.Rpc.Directory.GetAgencyAsync(new() { AgencyId = agency })))?.Status == StatusCode.Unauthenticated);
        await second.DisposeAsync();
        Assert.Equal("TLT-DIR-1408", (await Refusal.Of(desk.Administration.RemoveClientAsync(new() { AgencyId = agency, ClientId = desk.Client }))).Code);

        Assert.Equal(AgencyStanding.Removed, (await _registrar.Administration.RemoveAgencyAsync(new() { AgencyId = agency, Reason = StandingReason.MandateEnded })).Agency.Standing);
        await Eventually.True("its clients are shut out with it", async () => (await Refusal.OrNone(desk.Rpc.Directory.GetAgencyAsync(new() { AgencyId = agency })))?.Status == StatusCode.Unauthenticated);
        var reasons = await _registrar.Administration.ListHistoryAsync(new() { AgencyId = agency, Field = "standingReason" });
        Assert.Equal(["MandateEnded", "Cleared", "SecurityIncident"], reasons.Entries.Select(entry => entry.Replacement));
    }

    [Fact]
    public async Task Memorandum_DraftedSignedStoppedAndEnded_KeepsItsVersions()
    {
        using var caritas = new RpcAgency(net.It, "lt-caritas");
        var id = $"lt-kopzi-{Guid.CreateVersion7():N}";
        var drafted = (await _kopzi.Administration.PutDraftAsync(new() { Draft = Made.Draft(id) })).Draft;
        Assert.Equal((1, "lt-kopzi", 2), (drafted.Revision, drafted.DraftedBy, drafted.Signers.Count));
        Assert.Equal(drafted, (await caritas.Administration.GetDraftAsync(new() { MemorandumId = id })).Draft);
        Assert.Contains(drafted, (await caritas.Administration.ListDraftsAsync(new() { PageSize = 200 })).Drafts);
        await caritas.Administration.DiscardDraftAsync(new() { MemorandumId = id });
        Assert.Equal("TLT-DIR-0316", (await Refusal.Of(_kopzi.Administration.GetDraftAsync(new() { MemorandumId = id }))).Code);
        Assert.Equal(2, (await _kopzi.Administration.PutDraftAsync(new() { Draft = Made.Draft(id) })).Draft.Revision);

        var signature = new SignDraftRequest { MemorandumId = id, Revision = 2, DocumentHash = new string('0', 64), Office = "director", Signatory = "s-1" };
        Assert.Equal("lt-kopzi", (await _kopzi.Administration.SignDraftAsync(signature)).Draft.Signatures.Single().AgencyId);
        Assert.Equal(1, (await caritas.Administration.SignDraftAsync(signature)).Memorandum.TermsVersion);
        Assert.Equal("lt-caritas", (await caritas.Administration.SuspendMemorandumAsync(new() { MemorandumId = id, Reason = SuspensionReason.UnderReview })).Memorandum.Suspensions.Single().AgencyId);
        Assert.Equal("TLT-DIR-0326", (await Refusal.Of(_kopzi.Administration.ResumeMemorandumAsync(new() { MemorandumId = id, OfAgencyId = "lt-caritas" }))).Code);
        Assert.Empty((await caritas.Administration.ResumeMemorandumAsync(new() { MemorandumId = id })).Memorandum.Suspensions);
        Assert.Equal("2026-01-31", (await _kopzi.Administration.EndMemorandumAsync(new() { MemorandumId = id, On = "2026-01-31" })).Memorandum.EndedOn);
        var versions = (await _kopzi.Administration.ListMemorandumVersionsAsync(new() { MemorandumId = id })).Versions;
        Assert.Equal([MemorandumChange.SignedByAll, MemorandumChange.Suspended, MemorandumChange.Resumed, MemorandumChange.Ended], versions.Select(version => version.Change));
        Assert.Single((await _kopzi.Administration.GetMemorandumVersionAsync(new() { MemorandumId = id, Version = 2 })).Memorandum.Suspensions);
        Assert.Equal("TLT-DIR-0328", (await Refusal.Of(_kopzi.Administration.GetMemorandumVersionAsync(new() { MemorandumId = id, Version = 9 }))).Code);
    }

    [Fact]
    public async Task Masks_ManyAtOnce_LoseNothing_AndWhatIsMissingIsMadeOnce()
    {
        var administration = _registrar.Administration;
        var agency = await Made.Admit(administration);
        var (service, place, client) = (agency + "-bed", agency + "-place", agency + "-x");
        string[] codes = ["uk", "ru", "pl", "de", "fr", "es", "it", "ro"];
        var offered = await Task.WhenAll(codes.Select(async _ => await administration.UpdateServiceAsync(new() { Service = Made.Service(service, agency), AllowMissing = true })));
        Assert.All(offered, one => Assert.Equal(1, one.Service.Version));
        await administration.UpdateLocationAsync(new() { Location = Made.Location(place, agency, Visibility.Public), AllowMissing = true });
        await administration.UpdateClientAsync(new() { Client = new() { AgencyId = agency, ClientId = client, Roles = { ClientRole.Agency } }, AllowMissing = true });
        var certificate = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

        await Task.WhenAll(codes.SelectMany(code => (Task[])
        [
            administration.UpdateAgencyAsync(new() { Agency = new() { AgencyId = agency, Name = { { code, code } } }, UpdateMask = Mask("name." + code) }).ResponseAsync,
            administration.UpdateServiceAsync(new() { Service = new() { ServiceId = service, Name = { { code, code } } }, UpdateMask = Mask("name." + code) }).ResponseAsync,
            administration.UpdateLocationAsync(new() { Location = new() { LocationId = place, Name = { { code, code } } }, UpdateMask = Mask("name." + code) }).ResponseAsync,
        ]).Append(administration.UpdateClientAsync(new() { Client = new() { AgencyId = agency, ClientId = client, Roles = { ClientRole.Administrator } }, UpdateMask = Mask("roles") }).ResponseAsync)
            .Append(administration.UpdateClientAsync(new() { Client = new() { AgencyId = agency, ClientId = client, Certificates = { certificate } }, UpdateMask = Mask("certificates") }).ResponseAsync));
        Assert.Equal(codes.Length, (await _kopzi.Directory.GetAgencyAsync(new() { AgencyId = agency })).Agency.Name.Keys.Intersect(codes).Count());
        Assert.Equal(codes.Length, (await _kopzi.Directory.GetServiceAsync(new() { ServiceId = service })).Service.Name.Keys.Intersect(codes).Count());
        Assert.Equal(codes.Length, (await _kopzi.Administration.GetLocationAsync(new() { LocationId = place })).Location.Name.Keys.Intersect(codes).Count());
        var kept = (await administration.ListClientsAsync(new() { AgencyId = agency })).Clients.Single();
        Assert.Equal((ClientRole.Administrator, certificate), (kept.Roles.Single(), kept.Certificates.Single()));
        await administration.RemoveClientAsync(new() { AgencyId = agency, ClientId = client });
        await administration.WithdrawServiceAsync(new() { ServiceId = service });
        await administration.WithdrawLocationAsync(new() { LocationId = place });
    }

    private static FieldMask Mask(params string[] paths) => new() { Paths = { paths } };

    private async Task Suitable(string service, bool isSuitable)
    {
        var found = await _kopzi.Directory.FindProvidersAsync(new()
        {
            Need = Need.Shelter, Place = "LT-15", Purpose = Purpose.Assistance, Limit = 200, Traits = new() { AgeBand = AgeBand.From24To26 },
            At = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 12, 6, 1, 0, 0, TimeSpan.Zero)),
        });
        Assert.Equal((isSuitable, !isSuitable), (found.Suitable.Any(one => one.ServiceId == service), found.NotSuitable.Any(one => one.ServiceId == service)));
    }
}
