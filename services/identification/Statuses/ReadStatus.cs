using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Statuses;

/// <summary>GET /v1/subjects/{ref}/status: where the person stands and how that came. Never screened or decided on: version 0 and no status.</summary>
public sealed class ReadStatus(IdentificationStore db, Door door)
{
    public sealed record Standing
    {
        public required SubjectRef Subject { get; init; }
        public required VictimStatus? Status { get; init; }
        public required int Version { get; init; }
        public required AgeBand AgeBand { get; init; }

        /// <summary>Told to the agency that told of it and to the subject's owner.</summary>
        public required ResidenceStatus? Residence { get; init; }
        public required Step[] History { get; init; }
    }

    public sealed record Step
    {
        public required int Version { get; init; }
        public required VictimStatus Status { get; init; }
        public required AgencyId By { get; init; }
        public required DateTimeOffset At { get; init; }
        public required DateOnly? DecidedOn { get; init; }
        public required EndReason? Reason { get; init; }

        /// <summary>Shown to the agency that gave it alone.</summary>
        public required string? DecisionReference { get; init; }

        /// <summary>False when this was no change of status: age or right to stay came to be known, or the country's table of rights changed.</summary>
        public required bool Confers { get; init; }

        /// <summary>Who told of new circumstances, if somebody did.</summary>
        public required AgencyId? ToldBy { get; init; }
    }

    public async Task<Result<Standing>> Handle(Caller caller, SubjectRef subject, CancellationToken stop)
    {
        if (await door.Refuses(caller.Agency, subject, stop) is { } refusal) return refusal;

        var rows = await db.Standings.AsNoTracking().Where(row => row.Subject == subject).OrderBy(row => row.Version).ToListAsync(stop);
        return new Standing
        {
            Subject = subject, Status = rows.LastOrDefault()?.Status, Version = rows.Count, AgeBand = rows.LastOrDefault()?.AgeBand ?? AgeBand.Unknown,
            Residence = await door.ResidenceFor(caller.Agency, subject, rows.LastOrDefault(), stop),
            History =
            [
                .. rows.Select(row => new Step
                {
                    Version = row.Version, Status = row.Status, By = row.By, At = row.At, DecidedOn = row.DecidedOn, Reason = row.Reason,
                    DecisionReference = row.By == caller.Agency ? row.DecisionReference : null, Confers = row.Confers, ToldBy = row.ToldBy,
                }),
            ],
        };
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/subjects/{subject}/status", async (Caller caller, SubjectRef subject, ReadStatus handler, CancellationToken stop) =>
            (await handler.Handle(caller, subject, stop)).ToHttp(Results.Ok));
}
