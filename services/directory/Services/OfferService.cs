using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Services;

/// <summary><c>PUT /v1/services/{id}</c>: offers a service, changes it, or offers it again after it was withdrawn.</summary>
internal static class OfferService
{
    public sealed record Request
    {
        public AgencyId? Agency { get; init; }
        public Need? Need { get; init; }
        public Dictionary<string, string?>? Name { get; init; }
        public string?[]? Areas { get; init; }
        public string? Hours { get; init; }
        public string?[]? Languages { get; init; }
        public ProfileInput? Profile { get; init; }
        public SourceInput? Source { get; init; }
        public string? Illustrative { get; init; }
    }

    public abstract record Outcome
    {
        private Outcome() { }

        /// <summary>The record as it is now, or what stands against it.</summary>
        public Result<Service> Record => this switch
        {
            Offered one => one.Service,
            Changed one => one.Service,
            Unchanged one => one.Service,
            Refused refused => refused.Error,
            _ => throw new UnreachableException(),
        };

        public sealed record Offered(Service Service) : Outcome;
        public sealed record Changed(Service Service) : Outcome;
        public sealed record Unchanged(Service Service) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder services) => services.MapPut("/{id}",
        async (string id, Request request, Caller caller, DirectoryStore db, Country country, CountryTime calendar, TimeProvider time, CancellationToken stop) =>
            ToHttp(await Handle(id, request, caller, db, country, calendar, time, stop))).RequireRole(Roles.Registrar, Roles.Agency, Roles.Administrator);

    public static IResult ToHttp(Outcome outcome) => outcome.Record.ToHttp(service => outcome is Outcome.Offered ? Results.Created($"/v1/services/{service.Id}", service) : Results.Ok(service));

    public static async Task<Outcome> Handle(
        string id, Request request, Caller caller, DirectoryStore db, Country country, CountryTime calendar, TimeProvider time, CancellationToken stop)
    {
        if (!Slug.TryParse<ServiceId>(id, out var service)) return new Outcome.Refused(FieldErrors.Id);
        var wanted = Read(service, request, country);
        if (wanted.Error is { } error) return new Outcome.Refused(error);
        if (!MayWrite(caller, wanted.Value.Agency)) return new Outcome.Refused(ServiceErrors.NotYours);
        return await FirstPut.Retry(db, () => Put(wanted.Value, caller, db, calendar, time, stop));
    }

    public static bool MayWrite(Caller caller, AgencyId agency) => caller.Has(Roles.Registrar) || (caller.Has(Roles.Agency) || caller.Has(Roles.Administrator)) && caller.Agency == agency;

    public static Result<Service> Read(ServiceId id, Request request, Country country)
    {
        var fields = new FieldReader(country);
        var service = new Service
        {
            Id = id,
            Version = 0,
            Agency = fields.Required(request.Agency, "$.agency"),
            Need = fields.Required(request.Need, "$.need"),
            Name = fields.Name(request.Name, "$.name"),
            Areas = fields.Areas(request.Areas, "$.areas"),
            Hours = fields.Hours(request.Hours, "$.hours"),
            Languages = fields.Languages(request.Languages, "$.languages"),
            Profile = ProfileInput.Read(request.Profile, fields),
            Source = fields.Source(request.Source, "$.source"),
            Illustrative = fields.OptionalLine(request.Illustrative, "$.illustrative", 1000),
            ChangedAt = default,
            WithdrawnAt = null,
        };
        return fields.Error is { } error ? error : service;
    }

    /// <summary><paramref name="standing"/> is the agency's, null when the directory does not know it.</summary>
    public static Outcome Decide(Service? current, Service wanted, AgencyStanding? standing, Caller caller, DateTimeOffset now)
    {
        if (current is not null && current.Agency != wanted.Agency)
            return new Outcome.Refused(MayWrite(caller, current.Agency) ? ServiceErrors.KeepsAgency : ServiceErrors.NotYours);
        if (current is not null && wanted.SaysTheSameAs(current)) return new Outcome.Unchanged(current);
        switch (standing)
        {
            case null: return new Outcome.Refused(ServiceErrors.NoSuchAgency);
            case AgencyStanding.Removed: return new Outcome.Refused(ServiceErrors.AgencyRemoved);
            case AgencyStanding.Suspended when !caller.Has(Roles.Registrar): return new Outcome.Refused(ServiceErrors.AgencySuspended);
        }
        var next = wanted with { Version = (current?.Version ?? 0) + 1, ChangedAt = now };
        return current is null ? new Outcome.Offered(next) : new Outcome.Changed(next);
    }

    /// <summary>Within a transaction of the caller's, if there is one.</summary>
    public static async Task<Outcome> Put(Service wanted, Caller caller, DirectoryStore db, CountryTime calendar, TimeProvider time, CancellationToken stop)
    {
        var current = await db.Services.SingleOrDefaultAsync(service => service.Id == wanted.Id, stop);
        var standing = await db.Agencies.Where(agency => agency.Id == wanted.Agency).Select(agency => (AgencyStanding?)agency.Standing).SingleOrDefaultAsync(stop);
        var outcome = Decide(current, wanted, standing, caller, time.Moment());
        if (outcome is Outcome.Offered or Outcome.Changed && await Assurance.Refuses(current, wanted, caller, calendar.Day(time.GetUtcNow()), db, stop) is { } refused)
            return new Outcome.Refused(refused);
        switch (outcome)
        {
            case Outcome.Offered { Service: var service }:
                db.Add(service);
                Publish(service, db, time);
                break;
            case Outcome.Changed { Service: var service }:
                db.Entry(current!).CurrentValues.SetValues(service);
                Publish(service, db, time);
                break;
            case Outcome.Unchanged or Outcome.Refused: return outcome;
            default: throw new UnreachableException();
        }
        await db.Save(caller, time, stop);
        return outcome;
    }

    private static void Publish(Service service, DirectoryStore db, TimeProvider time) => db.Publish(new ServiceOffered
    {
        Service = service.Id, Version = service.Version, Agency = service.Agency, Need = service.Need, Areas = service.Areas, At = service.ChangedAt,
    }, time);
}
