using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Memoranda;
using Tiltas.Directory.Services;
using Tiltas.Directory.Tests.Kit;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Tests;

/// <summary>The decisions as whole tables, against rules written down a second time.</summary>
public sealed class RuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly AgencyId Mine = AgencyId.From("mine");
    private static readonly AgencyId Theirs = AgencyId.From("theirs");

    [Fact]
    public void Register_EveryStandingAndWish_FollowsTheTable()
    {
        AgencyStanding?[] wishes = [null, AgencyStanding.Active, AgencyStanding.Suspended, AgencyStanding.Removed];
        foreach (var before in Enum.GetValues<AgencyStanding>())
            foreach (var wish in wishes)
                foreach (var renamed in new[] { false, true })
                {
                    var current = Agency("Old") with { Version = 4, Standing = before };
                    var outcome = RegisterAgency.Decide(current, Agency(renamed ? "New" : "Old"), wish, Caller(Mine, Roles.Registrar), Now);
                    var after = wish ?? before;
                    if (before == AgencyStanding.Removed && after != before) Assert.Equal("TLT-DIR-0104", Assert.IsType<RegisterAgency.Outcome.Refused>(outcome).Error.Code);
                    else if (after == before && !renamed) Assert.Same(current, Assert.IsType<RegisterAgency.Outcome.Unchanged>(outcome).Agency);
                    else
                    {
                        var changed = Assert.IsType<RegisterAgency.Outcome.Changed>(outcome).Agency;
                        Assert.Equal((5, after, Now, renamed ? "New" : "Old"), (changed.Version, changed.Standing, changed.ChangedAt, changed.Name["en"]));
                    }
                }
        Assert.Equal(1, Assert.IsType<RegisterAgency.Outcome.Registered>(RegisterAgency.Decide(null, Agency("New"), null, Caller(Mine, Roles.Registrar), Now)).Agency.Version);
    }

    [Fact]
    public void Offer_EveryCallerStandingAndState_FollowsTheTable()
    {
        foreach (var role in new[] { Roles.Agency, Roles.Registrar })
            foreach (var standing in new AgencyStanding?[] { null, AgencyStanding.Active, AgencyStanding.Suspended, AgencyStanding.Removed })
                foreach (var state in new[] { "none", "same", "different", "withdrawn", "theirs" })
                {
                    var wanted = Service(Mine, Need.Shelter);
                    var current = state switch
                    {
                        "none" => null,
                        "same" => wanted with { Version = 3 },
                        "different" => wanted with { Version = 3, Need = Need.LegalAid },
                        "withdrawn" => wanted with { Version = 3, WithdrawnAt = Now.AddDays(-1) },
                        _ => wanted with { Version = 3, Agency = Theirs },
                    };
                    var expected = (state, standing, role) switch
                    {
                        ("theirs", _, Roles.Registrar) => "TLT-DIR-0204",
                        ("theirs", _, _) => "TLT-DIR-0202",
                        ("same", _, _) => "unchanged",
                        (_, null, _) => "TLT-DIR-0203",
                        (_, AgencyStanding.Removed, _) => "TLT-DIR-0205",
                        (_, AgencyStanding.Suspended, Roles.Agency) => "TLT-DIR-0206",
                        ("none", _, _) => "1",
                        _ => "4",
                    };
                    Assert.Equal(expected, OfferService.Decide(current, wanted, standing, Caller(Mine, role), Now) switch
                    {
                        OfferService.Outcome.Refused refused => refused.Error.Code,
                        OfferService.Outcome.Unchanged => "unchanged",
                        OfferService.Outcome.Offered { Service: { WithdrawnAt: null, Version: 1 } } => "1",
                        OfferService.Outcome.Changed { Service: { WithdrawnAt: null, Version: 4 } } => "4",
                        var other => other.ToString(),
                    });
                }
    }

    [Theory]
    [InlineData(Roles.Agency, true, true)]
    [InlineData(Roles.Agency, false, false)]
    [InlineData(Roles.Registrar, true, true)]
    [InlineData(Roles.Registrar, false, true)]
    [InlineData(Roles.Auditor, true, false)]
    [InlineData(Roles.Auditor, false, false)]
    public void MayWrite_RoleAndOwner_FollowsTheTable(string role, bool own, bool may)
    {
        Assert.Equal(may, OfferService.MayWrite(Caller(own ? Mine : Theirs, role), Mine));
        var outcome = WithdrawService.Decide(Service(Mine, Need.Shelter) with { Version = 2 }, Caller(own ? Mine : Theirs, role), Now);
        if (may) Assert.Equal((3, Now), (Assert.IsType<WithdrawService.Outcome.Withdrawn>(outcome).Service is var s ? s.Version : 0, s.WithdrawnAt));
        else Assert.IsType<Error.Forbidden>(Assert.IsType<WithdrawService.Outcome.Refused>(outcome).Error);
    }

    [Fact]
    public void End_EveryDayAroundTheTerm_FollowsTheTable()
    {
        var from = new DateOnly(2026, 1, 10);
        foreach (var to in new DateOnly?[] { null, from, from.AddDays(5) })
            foreach (var endedOn in new DateOnly?[] { null, from })
                for (var day = from.AddDays(-3); day < from.AddDays(9); day = day.AddDays(1))
                {
                    var current = Memorandum(from, endedOn ?? to) with { Version = 2, EndedOn = endedOn };
                    var expected =
                        endedOn is not null ? day == endedOn ? "unchanged" : "TLT-DIR-0306"
                        : day < from ? "TLT-DIR-0307"
                        : to is not null && day > to ? "TLT-DIR-0308"
                        : "ended";
                    Assert.Equal(expected, EndMemorandum.Decide(current, Caller(Mine, Roles.Agency), day, Now) switch
                    {
                        EndMemorandum.Outcome.Refused refused => refused.Error.Code,
                        EndMemorandum.Outcome.Unchanged => "unchanged",
                        EndMemorandum.Outcome.Ended { Memorandum: { Version: 3 } ended } when ended.EndedOn == day && ended.ValidTo == day => "ended",
                        var other => other.ToString(),
                    });
                }
        Assert.Equal("TLT-DIR-0301", Assert.IsType<EndMemorandum.Outcome.Refused>(EndMemorandum.Decide(null, Caller(Mine, Roles.Registrar), from, Now)).Error.Code);
    }

    [Fact]
    public void PutInForce_EveryStateAndParty_FollowsTheTable()
    {
        var wanted = Memorandum(new DateOnly(2026, 1, 1), null);
        foreach (var state in new[] { "none", "same", "different", "ended" })
            foreach (var theirs in new AgencyStanding?[] { null, AgencyStanding.Active, AgencyStanding.Suspended, AgencyStanding.Removed })
            {
                var current = state switch
                {
                    "none" => null,
                    "same" => wanted with { Version = 2 },
                    "different" => wanted with { Version = 2, Needs = [Need.LegalAid] },
                    _ => wanted with { Version = 2, ValidTo = wanted.ValidFrom, EndedOn = wanted.ValidFrom },
                };
                var known = new Dictionary<AgencyId, AgencyStanding> { [Mine] = AgencyStanding.Active };
                if (theirs is { } standing) known[Theirs] = standing;
                var expected = (state, theirs) switch
                {
                    ("ended", _) => "TLT-DIR-0305",
                    ("same", _) => "unchanged",
                    (_, null) => "TLT-DIR-0303",
                    (_, AgencyStanding.Removed) => "TLT-DIR-0304",
                    ("none", _) => "in force",
                    _ => "amended",
                };
                Assert.Equal(expected, PutMemorandumInForce.Decide(current, wanted, [Mine, Theirs], known, Now) switch
                {
                    PutMemorandumInForce.Outcome.Refused refused => refused.Error.Code,
                    PutMemorandumInForce.Outcome.Unchanged => "unchanged",
                    PutMemorandumInForce.Outcome.InForce { Memorandum.Version: 1 } => "in force",
                    PutMemorandumInForce.Outcome.Amended { Memorandum.Version: 3 } => "amended",
                    var other => other.ToString(),
                });
            }
    }

    private static Caller Caller(AgencyId agency, string role) => new() { Agency = agency, Client = "client", Roles = [role] };

    private static Agency Agency(string name) => Read<RegisterAgency.Request, Agency>(Json.Agency(name).ToJsonString(), r => RegisterAgency.Read(Mine, r, Places.Country));

    private static Service Service(AgencyId agency, Need need) =>
        Read<OfferService.Request, Service>(Json.Service(agency.Value, need.ToString()).ToJsonString(), r => OfferService.Read(ServiceId.From("service"), r, Places.Country));

    private static Memorandum Memorandum(DateOnly from, DateOnly? to) =>
        Read<PutMemorandumInForce.Request, Memorandum>(Json.Memorandum("mine", "theirs").ToJsonString(), r => PutMemorandumInForce.Read(MemorandumId.From("memo"), r, Places.Country))
            with { ValidFrom = from, ValidTo = to };

    private static T Read<TRequest, T>(string json, Func<TRequest, Result<T>> read) => read(System.Text.Json.JsonSerializer.Deserialize<TRequest>(json, TiltasJson.Api)!).Value;
}
