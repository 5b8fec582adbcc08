using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Entitlements;

/// <summary>GET /v1/subjects/{ref}/entitlements: what the person has a right to now, why, and where that is written.</summary>
public sealed class ReadEntitlements(IdentificationStore db, Door door, EntitlementTable table)
{
    public sealed record Held
    {
        public required SubjectRef Subject { get; init; }
        public required VictimStatus? Status { get; init; }
        public required int Version { get; init; }
        public required AgeBand AgeBand { get; init; }

        /// <summary>Told to the agency that told of it and to the subject's owner; to others as if nobody had said, and with it what depends on it.</summary>
        public required ResidenceStatus? Residence { get; init; }

        /// <summary>Version of the country's table.</summary>
        public required int TableVersion { get; init; }
        public required DataSource TableSource { get; init; }

        /// <summary>What of the table is not from its sources, in words.</summary>
        public required string? Illustrative { get; init; }
        public required IReadOnlyList<Entitled> Entitlements { get; init; }
    }

    public async Task<Result<Held>> Handle(Caller caller, SubjectRef subject, CancellationToken stop)
    {
        if (await door.Refuses(caller.Agency, subject, stop) is { } refusal) return refusal;

        var row = await db.Standings.AsNoTracking().Where(row => row.Subject == subject).OrderByDescending(row => row.Version).FirstOrDefaultAsync(stop);
        var age = row?.AgeBand ?? AgeBand.Unknown;
        var residence = await door.ResidenceFor(caller.Agency, subject, row, stop);
        return new Held
        {
            Subject = subject, Status = row?.Status, Version = row?.Version ?? 0, AgeBand = age, Residence = residence,
            TableVersion = table.Version, TableSource = table.Source, Illustrative = table.Illustrative,
            Entitlements = table.InWords(row?.Status, age, residence ?? ResidenceStatus.Unknown),
        };
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/subjects/{subject}/entitlements", async (Caller caller, SubjectRef subject, ReadEntitlements handler, CancellationToken stop) =>
            (await handler.Handle(caller, subject, stop)).ToHttp(Results.Ok));
}
