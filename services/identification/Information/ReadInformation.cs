using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;
using Tiltas.Identification.Entitlements;
using Tiltas.Identification.Gaps;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Information;

/// <summary>GET /v1/subjects/{ref}/information: of which rights the person is owed to be told, by whom and until when, in words for the person; and what was told.</summary>
public sealed class ReadInformation(IdentificationStore db, Door door, EntitlementTable table, GapRules rules, TimeProvider time)
{
    public sealed record Answer
    {
        public required SubjectRef Subject { get; init; }

        /// <summary>Version of the standing, to be named when the person has been told.</summary>
        public required int Version { get; init; }
        public required IReadOnlyList<Owed> Owed { get; init; }
        public required IReadOnlyList<Given> Given { get; init; }

        /// <summary>Languages of the talks that the caller's own screenings record, latest first.</summary>
        public required IReadOnlyList<string> Languages { get; init; }
        public required DataSource Source { get; init; }

        /// <summary>What of the time in which to tell is not from the source, in words.</summary>
        public required string? Illustrative { get; init; }
    }

    /// <summary>A right that came (held) or went, of which the person has not been told.</summary>
    public sealed record Owed(Entitlement Entitlement, bool Held, DateTimeOffset Since, DateTimeOffset DueBy, AgencyId OwedBy, bool Late, SortedDictionary<string, string> Text);

    public sealed record Given(
        InformationId InformationId, AgencyId By, DateTimeOffset At, int Version, Entitlement[] Entitlements, string Language, bool Interpreter, InformationForm Form, InformedParty To);

    public async Task<Result<Answer>> Handle(Caller caller, SubjectRef subject, CancellationToken stop)
    {
        if (await door.Refuses(caller.Agency, subject, stop) is { } refusal) return refusal;

        var present = await db.Standings.AsNoTracking().Where(row => row.Subject == subject).OrderByDescending(row => row.Version).FirstOrDefaultAsync(stop);
        var knows = await door.ResidenceFor(caller.Agency, subject, present, stop) is not null;
        var changes = await db.EntitlementChanges.AsNoTracking().Where(row => row.Subject == subject).ToListAsync(stop);
        var owed = await db.EntitlementChanges.FromSql($"SELECT * FROM information_owed WHERE subject = {subject.Value}").AsNoTracking().ToListAsync(stop);
        var given = await db.Information.AsNoTracking().Where(row => row.Subject == subject).OrderBy(row => row.Id).ToListAsync(stop);
        var latest = changes.GroupBy(row => row.Entitlement).Select(same => same.MaxBy(row => row.Version)!);
        HashSet<Entitlement> hidden = [.. latest.Where(row => row.ByResidence && !knows && row.OwedBy != caller.Agency).Select(row => row.Entitlement)];
        var now = time.GetUtcNow();
        return new Answer
        {
            Subject = subject, Version = present?.Version ?? 0,
            Owed =
            [
                .. owed.Where(row => !hidden.Contains(row.Entitlement)).OrderBy(row => row.DueBy).ThenBy(row => row.Entitlement)
                    .Select(row => new Owed(row.Entitlement, row.Held, row.At, row.DueBy, row.OwedBy, row.DueBy <= now, table.Words(row.Entitlement, row.Held))),
            ],
            Given =
            [
                .. given.Select(row => new Given(row.Id, row.Agency, row.At, row.Version,
                    [.. row.Entitlements.Select(Enum.Parse<Entitlement>).Where(one => row.Agency == caller.Agency || !hidden.Contains(one))],
                    row.Language, row.Interpreter, row.Form, row.To)).Where(row => row.Entitlements.Length > 0),
            ],
            Languages = await Spoken(caller.Agency, subject, stop),
            Source = rules[GapKind.EntitlementsNotTold].Source, Illustrative = rules[GapKind.EntitlementsNotTold].Illustrative,
        };
    }

    private async Task<IReadOnlyList<string>> Spoken(AgencyId agency, SubjectRef subject, CancellationToken stop) =>
        [.. (await db.Screenings.Where(row => row.Subject == subject && row.Agency == agency && row.Language != null).OrderByDescending(row => row.At).Select(row => row.Language!).ToListAsync(stop)).Distinct()];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/subjects/{subject}/information", async (Caller caller, SubjectRef subject, ReadInformation handler, CancellationToken stop) =>
            (await handler.Handle(caller, subject, stop)).ToHttp(Results.Ok));
}

/// <summary>Telling people of their rights.</summary>
public static class InformationFeature
{
    public static void AddInformation(this IServiceCollection services)
    {
        services.AddScoped<RecordInformation>();
        services.AddScoped<ReadInformation>();
    }

    public static void MapInformation(this IEndpointRouteBuilder routes)
    {
        RecordInformation.Map(routes);
        ReadInformation.Map(routes);
    }
}
