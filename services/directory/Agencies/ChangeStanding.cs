using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Directory.History;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Agencies;

/// <summary>Why an agency's standing changes.</summary>
public enum StandingReason { OwnRequest, SecurityIncident, BreachOfMemorandum, MandateEnded, NoLongerOperating, Cleared, Other }

/// <summary>
/// <c>POST /v1/agencies/{id}/suspend</c>, <c>/resume</c>, <c>/remove</c>, each with its reason: the registrar alone settles whether an agency takes
/// part. The reason is told in the history and nowhere else. The same again changes nothing.
/// </summary>
internal static class ChangeStanding
{
    public sealed record Request
    {
        public StandingReason? Reason { get; init; }
    }

    public abstract record Outcome
    {
        private Outcome() { }

        public sealed record Changed(Agency Agency) : Outcome;
        public sealed record Unchanged(Agency Agency) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder agencies)
    {
        foreach (var (action, standing) in new[] { ("suspend", AgencyStanding.Suspended), ("resume", AgencyStanding.Active), ("remove", AgencyStanding.Removed) })
            agencies.MapPost("/{id}/" + action, async (string id, Request request, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop) =>
                (await Handle(id, standing, request, caller, db, time, stop)).ToHttp(Results.Ok)).RequireRole(Roles.Registrar);
    }

    public static async Task<Result<Agency>> Handle(
        string id, AgencyStanding standing, Request request, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        if (request.Reason is not { } reason) return FieldErrors.Missing("$.reason");
        if (!Slug.TryParse<AgencyId>(id, out var wanted)) return AgencyErrors.NotFound;
        var current = await db.Agencies.SingleOrDefaultAsync(agency => agency.Id == wanted, stop);
        switch (Decide(current, standing, time.Moment()))
        {
            case Outcome.Changed { Agency: var agency }:
                db.Entry(current!).CurrentValues.SetValues(agency);
                db.Publish(new AgencyChanged
                {
                    Agency = agency.Id, Version = agency.Version, Type = agency.Type, Standing = agency.Standing,
                    Municipality = agency.Municipality, Competence = agency.Competence, At = agency.ChangedAt,
                }, time);
                db.Add(new HistoryEntry
                {
                    Id = Guid.CreateVersion7(agency.ChangedAt), At = agency.ChangedAt, Agency = id, Kind = RecordKind.Organization, Record = id, Change = ChangeKind.Update,
                    Field = "standingReason", Previous = null, Replacement = reason.ToString(), ByAgency = caller.Agency.Value, ByClient = caller.Client,
                });
                await db.Save(caller, time, stop);
                return agency;
            case Outcome.Unchanged unchanged: return unchanged.Agency;
            case Outcome.Refused refused: return refused.Error;
            default: throw new UnreachableException();
        }
    }

    public static Outcome Decide(Agency? current, AgencyStanding standing, DateTimeOffset now) => current switch
    {
        null => new Outcome.Refused(AgencyErrors.NotFound),
        _ when current.Standing == standing => new Outcome.Unchanged(current),
        { Standing: AgencyStanding.Removed } => new Outcome.Refused(standing == AgencyStanding.Active ? AgencyErrors.NotSuspended : AgencyErrors.Removed),
        _ => new Outcome.Changed(current with { Version = current.Version + 1, Standing = standing, ChangedAt = now }),
    };
}
