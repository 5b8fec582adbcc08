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

namespace Tiltas.Directory.Agencies;

/// <summary>
/// <c>PUT /v1/agencies/{id}</c>: a registrar enters an agency or changes its record; an administrator changes its own agency's, but for what
/// settles its powers: type, standing and competence. The same record again changes nothing.
/// </summary>
internal static class RegisterAgency
{
    public sealed record Request
    {
        public AgencyType? Type { get; init; }
        public Dictionary<string, string?>? Name { get; init; }
        public string? Municipality { get; init; }
        public string?[]? Competence { get; init; }
        public ContactInput?[]? Contacts { get; init; }
        public string? Hours { get; init; }
        public string?[]? Languages { get; init; }
        public AgencyStanding? Standing { get; init; }
        public SourceInput? Source { get; init; }
        public string? Illustrative { get; init; }
    }

    public abstract record Outcome
    {
        private Outcome() { }

        /// <summary>The record as it is now, or what stands against it.</summary>
        public Result<Agency> Record => this switch
        {
            Registered one => one.Agency,
            Changed one => one.Agency,
            Unchanged one => one.Agency,
            Refused refused => refused.Error,
            _ => throw new UnreachableException(),
        };

        public sealed record Registered(Agency Agency) : Outcome;
        public sealed record Changed(Agency Agency) : Outcome;
        public sealed record Unchanged(Agency Agency) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder agencies) => agencies.MapPut("/{id}",
        async (string id, Request request, Caller caller, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop) =>
            ToHttp(await Handle(id, request, caller, db, country, time, stop))).RequireRole(Roles.Registrar, Roles.Administrator);

    public static IResult ToHttp(Outcome outcome) => outcome.Record.ToHttp(agency => outcome is Outcome.Registered ? Results.Created($"/v1/agencies/{agency.Id}", agency) : Results.Ok(agency));

    public static async Task<Outcome> Handle(string id, Request request, Caller caller, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop)
    {
        if (!Slug.TryParse<AgencyId>(id, out var agency)) return new Outcome.Refused(FieldErrors.Id);
        if (!caller.Has(Roles.Registrar) && caller.Agency != agency) return new Outcome.Refused(AgencyErrors.NotYours);
        var wanted = Read(agency, request, country);
        return wanted.Error is { } error ? new Outcome.Refused(error) : await FirstPut.Retry(db, () => Put(wanted.Value, request.Standing, caller, db, time, stop));
    }

    public static Result<Agency> Read(AgencyId id, Request request, Country country)
    {
        var fields = new FieldReader(country);
        var agency = new Agency
        {
            Id = id,
            Version = 0,
            Type = fields.Required(request.Type, "$.type"),
            Standing = request.Standing ?? AgencyStanding.Active,
            Name = fields.Name(request.Name, "$.name"),
            Municipality = fields.Municipality(request.Municipality, "$.municipality"),
            Competence = fields.Areas(request.Competence, "$.competence"),
            Contacts = fields.Contacts(request.Contacts, "$.contacts"),
            Hours = fields.Hours(request.Hours, "$.hours"),
            Languages = fields.Languages(request.Languages, "$.languages"),
            Source = fields.Source(request.Source, "$.source"),
            Illustrative = fields.OptionalLine(request.Illustrative, "$.illustrative", 1000),
            ChangedAt = default,
        };
        return fields.Error is { } error ? error : agency;
    }

    /// <summary>An absent standing keeps the present one, so that loading country data again lifts no suspension.</summary>
    public static Outcome Decide(Agency? current, Agency wanted, AgencyStanding? standing, Caller caller, DateTimeOffset now)
    {
        var isRegistrar = caller.Has(Roles.Registrar);
        if (current is null) return isRegistrar ? new Outcome.Registered(wanted with { Version = 1, ChangedAt = now }) : new Outcome.Refused(AgencyErrors.RegistrarsField);
        if (current.Standing == AgencyStanding.Removed && standing is not (null or AgencyStanding.Removed)) return new Outcome.Refused(AgencyErrors.Removed);
        var next = wanted with { Version = current.Version + 1, Standing = standing ?? current.Standing, ChangedAt = now };
        if (!isRegistrar && (next.Type != current.Type || next.Standing != current.Standing || !next.Competence.SequenceEqual(current.Competence))) return new Outcome.Refused(AgencyErrors.RegistrarsField);
        if (!isRegistrar && OwnAgency.MayChange(current.Standing, caller) is { } error) return new Outcome.Refused(error);
        return next.SaysTheSameAs(current) ? new Outcome.Unchanged(current) : new Outcome.Changed(next);
    }

    /// <summary>Within a transaction of the caller's, if there is one.</summary>
    public static async Task<Outcome> Put(Agency wanted, AgencyStanding? standing, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        var current = await db.Agencies.SingleOrDefaultAsync(agency => agency.Id == wanted.Id, stop);
        var outcome = Decide(current, wanted, standing, caller, time.Moment());
        switch (outcome)
        {
            case Outcome.Registered { Agency: var agency }:
                db.Add(agency);
                db.Publish(new AgencyRegistered
                {
                    Agency = agency.Id, Version = agency.Version, Type = agency.Type, Standing = agency.Standing,
                    Municipality = agency.Municipality, Competence = agency.Competence, At = agency.ChangedAt,
                }, time);
                break;
            case Outcome.Changed { Agency: var agency }:
                db.Entry(current!).CurrentValues.SetValues(agency);
                db.Publish(new AgencyChanged
                {
                    Agency = agency.Id, Version = agency.Version, Type = agency.Type, Standing = agency.Standing,
                    Municipality = agency.Municipality, Competence = agency.Competence, At = agency.ChangedAt,
                }, time);
                break;
            case Outcome.Unchanged or Outcome.Refused: return outcome;
            default: throw new UnreachableException();
        }
        await db.Save(caller, time, stop);
        return outcome;
    }
}
