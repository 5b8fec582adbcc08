using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.OpenReferral;
using Tiltas.Directory.Services;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Locations;

/// <summary><c>PUT /v1/locations/{id}</c>: enters a location, changes it, or takes it into use again after it was withdrawn.</summary>
internal static class PutLocation
{
    public sealed record Request
    {
        public AgencyId? Agency { get; init; }
        public LocationType? Type { get; init; }
        public Visibility? Visibility { get; init; }
        public Dictionary<string, string?>? Name { get; init; }
        public string? Municipality { get; init; }
        public string?[]? AddressLines { get; init; }
        public string? PostalCode { get; init; }
        public double? Latitude { get; init; }
        public double? Longitude { get; init; }
        public string? Phone { get; init; }
        public string? Url { get; init; }
        public ContactInput? FrontDoor { get; init; }
        public ServiceId[]? Services { get; init; }
        public string? Illustrative { get; init; }
    }

    /// <summary>What decides besides the two records.</summary>
    /// <param name="Standing">The agency's; null when the directory does not know it.</param>
    /// <param name="Space">The agency with the longest identifier that the location's begins with: the only one that may use it.</param>
    /// <param name="Services">Which of the wanted services are the agency's.</param>
    public sealed record Facts(AgencyStanding? Standing, AgencyId? Space, IReadOnlyCollection<string> Services);

    public abstract record Outcome
    {
        private Outcome() { }

        /// <summary>The record as it is now, or what stands against it.</summary>
        public Result<Location> Record => this switch
        {
            Entered one => one.Location,
            Changed one => one.Location,
            Unchanged one => one.Location,
            Refused refused => refused.Error,
            _ => throw new UnreachableException(),
        };

        public sealed record Entered(Location Location) : Outcome;
        public sealed record Changed(Location Location) : Outcome;
        public sealed record Unchanged(Location Location) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder locations) => locations.MapPut("/{id}",
        async (string id, Request request, Caller caller, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop) =>
            ToHttp(await Handle(id, request, caller, db, country, time, stop))).RequireRole(Roles.Registrar, Roles.Agency, Roles.Administrator);

    private static IResult ToHttp(Outcome outcome) => outcome.Record.ToHttp(location => outcome is Outcome.Entered ? Results.Created($"/v1/locations/{location.Id}", location) : Results.Ok(location));

    public static async Task<Outcome> Handle(
        string id, Request request, Caller caller, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop)
    {
        if (!Slug.TryParse<LocationId>(id, out var location)) return new Outcome.Refused(FieldErrors.Id);
        var wanted = Read(location, request, country);
        if (wanted.Error is { } error) return new Outcome.Refused(error);
        if (!MayWrite(caller, wanted.Value.Agency)) return new Outcome.Refused(LocationErrors.NotYours);
        return await FirstPut.Retry(db, () => Put(wanted.Value, caller, db, time, stop));
    }

    public static bool MayWrite(Caller caller, AgencyId agency) => OfferService.MayWrite(caller, agency);

    public static Result<Location> Read(LocationId id, Request request, Country country)
    {
        var fields = new FieldReader(country);
        var location = new Location
        {
            Id = id,
            Version = 0,
            Agency = fields.Required(request.Agency, "$.agency"),
            Type = fields.Required(request.Type, "$.type"),
            Visibility = fields.Required(request.Visibility, "$.visibility"),
            Name = fields.Name(request.Name, "$.name"),
            Municipality = fields.Municipality(request.Municipality, "$.municipality"),
            AddressLines = AddressLines(fields, request.AddressLines ?? []),
            PostalCode = request.PostalCode is null ? null : Postcodes.Read(request.PostalCode, country.Code) ?? fields.Fail<string>(LocationErrors.PostalCode),
            Latitude = request.Latitude,
            Longitude = request.Longitude,
            Phone = fields.OptionalLine(request.Phone, "$.phone", 30),
            Url = fields.OptionalLine(request.Url, "$.url", 1000),
            FrontDoor = request.FrontDoor is null ? null : fields.Contact(request.FrontDoor, "$.frontDoor"),
            Services = [.. fields.Set(request.Services ?? [], "$.services", 0, 100)?.Select(service => service.Value) ?? []],
            Illustrative = fields.OptionalLine(request.Illustrative, "$.illustrative", 1000),
            ChangedAt = default,
            WithdrawnAt = null,
        };
        return (fields.Error ?? Fault(location)) is { } error ? error : location;
    }

    public static Outcome Decide(Location? current, Location wanted, Facts facts, Caller caller, DateTimeOffset now)
    {
        if (facts.Standing is null) return new Outcome.Refused(LocationErrors.NoSuchAgency);
        // From the directory's agencies alone, so that a refusal says nothing of locations that the caller may not see.
        if (facts.Space != wanted.Agency) return new Outcome.Refused(LocationErrors.NotOfAgency);
        if (current is not null && current.Agency != wanted.Agency)
            return new Outcome.Refused(caller.Has(Roles.Registrar) ? LocationErrors.KeepsAgency : LocationErrors.NotOfAgency);
        if (current is not null && wanted.SaysTheSameAs(current)) return new Outcome.Unchanged(current);
        switch (facts.Standing)
        {
            case AgencyStanding.Removed: return new Outcome.Refused(LocationErrors.AgencyRemoved);
            case AgencyStanding.Suspended when !caller.Has(Roles.Registrar): return new Outcome.Refused(LocationErrors.AgencySuspended);
        }
        if (!wanted.Services.All(facts.Services.Contains)) return new Outcome.Refused(LocationErrors.Services);
        var next = wanted with { Version = (current?.Version ?? 0) + 1, ChangedAt = now };
        return current is null ? new Outcome.Entered(next) : new Outcome.Changed(next);
    }

    /// <summary>Within a transaction of the caller's, if there is one.</summary>
    public static async Task<Outcome> Put(Location wanted, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        var current = await db.Locations.SingleOrDefaultAsync(location => location.Id == wanted.Id, stop);
        var before = current is null ? null : current with { };
        var outcome = Decide(current, wanted, await Know(wanted, db, stop), caller, time.Moment());
        switch (outcome)
        {
            case Outcome.Entered { Location: var location }:
                db.Add(location);
                await Shown.Write(before, location, db, stop);
                break;
            case Outcome.Changed { Location: var location }:
                db.Entry(current!).CurrentValues.SetValues(location);
                await Shown.Write(before, location, db, stop);
                break;
            case Outcome.Unchanged or Outcome.Refused: return outcome;
            default: throw new UnreachableException();
        }
        await db.Save(caller, time, stop);
        return outcome;
    }

    private static async Task<Facts> Know(Location wanted, DirectoryStore db, CancellationToken stop)
    {
        var standing = await db.Agencies.Where(agency => agency.Id == wanted.Agency).Select(agency => (AgencyStanding?)agency.Standing).SingleOrDefaultAsync(stop);
        var space = await OwnAgency.Space(wanted.Id.Value, db, stop);
        var asked = wanted.Services.Select(ServiceId.From).ToList();
        var services = await db.Services.Where(service => asked.Contains(service.Id) && service.Agency == wanted.Agency).Select(service => service.Id).ToListAsync(stop);
        return new Facts(standing, space, [.. services.Select(service => service.Value)]);
    }

    private static string[] AddressLines(FieldReader fields, string?[] lines) =>
        lines.Length > 3 ? fields.Fail<string[]>(FieldErrors.Count("$.addressLines", 0, 3)) : [.. lines.Select((line, i) => fields.Line(line, $"$.addressLines[{i}]", 200))];

    private static Error.Invalid? Fault(Location location)
    {
        if (location.Latitude is null != location.Longitude is null) return LocationErrors.Point(location.Latitude is null ? "$.latitude" : "$.longitude");
        // Said by what is right, because what is no number is neither less nor more.
        if (location.Latitude is not (null or (>= -90 and <= 90))) return LocationErrors.Point("$.latitude");
        if (location.Longitude is not (null or (>= -180 and <= 180))) return LocationErrors.Point("$.longitude");
        if (location.Phone is { } phone && !Contact.IsValue(ContactKind.Phone, phone)) return LocationErrors.Phone;
        if (location.Url is { } url && !Contact.IsWeb(url)) return FieldErrors.Link("$.url");
        if (location.Type == LocationType.Virtual != location.Url is not null) return LocationErrors.Url("$.url");
        if (location.Type == LocationType.Virtual && (location.AddressLines.Length > 0 || location.PostalCode is not null || location.Latitude is not null)) return LocationErrors.Url("$.type");
        return location.FrontDoor?.Kind == ContactKind.Post ? LocationErrors.FrontDoor : null;
    }
}
