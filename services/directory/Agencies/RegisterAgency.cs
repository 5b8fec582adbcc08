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

/// <summary><c>PUT /v1/agencies/{id}</c>: enters an agency or changes its record. The same record again changes nothing.</summary>
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

        public sealed record Registered(Agency Agency) : Outcome;
        public sealed record Changed(Agency Agency) : Outcome;
        public sealed record Unchanged(Agency Agency) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder agencies) => agencies.MapPut("/{id}", Handle).RequireRole(Roles.Registrar);

    public static async Task<IResult> Handle(string id, Request request, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop)
    {
        if (!Slug.TryParse<AgencyId>(id, out var agency)) return new ProblemResult(FieldErrors.Id);
        var wanted = Read(agency, request, country);
        if (wanted.Error is { } error) return new ProblemResult(error);

        return await FirstPut.Retry(db, () => Put(wanted.Value, request.Standing, db, time, stop)) switch
        {
            Outcome.Registered registered => Results.Created($"/v1/agencies/{agency}", registered.Agency),
            Outcome.Changed changed => Results.Ok(changed.Agency),
            Outcome.Unchanged unchanged => Results.Ok(unchanged.Agency),
            _ => throw new UnreachableException(),
        };
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
    public static Outcome Decide(Agency? current, Agency wanted, AgencyStanding? standing, DateTimeOffset now)
    {
        if (current is null) return new Outcome.Registered(wanted with { Version = 1, ChangedAt = now });
        var next = wanted with { Version = current.Version + 1, Standing = standing ?? current.Standing, ChangedAt = now };
        return next.SaysTheSameAs(current) ? new Outcome.Unchanged(current) : new Outcome.Changed(next);
    }

    /// <summary>Within a transaction of the caller's, if there is one.</summary>
    public static async Task<Outcome> Put(Agency wanted, AgencyStanding? standing, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        var current = await db.Agencies.SingleOrDefaultAsync(agency => agency.Id == wanted.Id, stop);
        var outcome = Decide(current, wanted, standing, time.Moment());
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
            case Outcome.Unchanged: return outcome;
            default: throw new UnreachableException();
        }
        await db.SaveChangesAsync(stop);
        return outcome;
    }
}
