using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

/// <summary><c>GET /v1/memoranda/{id}/versions</c> and <c>…/versions/{n}</c>: how it came to say what it says, and each version as it was.</summary>
internal static class ReadVersions
{
    /// <summary>One line of the history.</summary>
    public sealed record Line
    {
        public required int Version { get; init; }
        public required Change Change { get; init; }
        /// <summary>Told as signatures are.</summary>
        public required AgencyId? By { get; init; }
        public required DateTimeOffset At { get; init; }
    }

    public sealed record History(MemorandumId Id, IReadOnlyList<Line> Versions);

    public static void Map(IEndpointRouteBuilder memoranda)
    {
        memoranda.MapGet("/{id}/versions", async (string id, Caller caller, DirectoryStore db, CancellationToken stop) => (await List(id, caller, db, stop)).ToHttp(Results.Ok));
        memoranda.MapGet("/{id}/versions/{number}",
            async (string id, string number, Caller caller, DirectoryStore db, CancellationToken stop) => (await Find(id, number, caller, db, stop)).ToHttp(Results.Ok));
    }

    public static async Task<Result<History>> List(string id, Caller caller, DirectoryStore db, CancellationToken stop)
    {
        if (!Slug.TryParse<MemorandumId>(id, out var wanted)) return MemorandumErrors.NotFound;
        var versions = await db.MemorandumVersions.AsNoTracking().Where(version => version.Id == wanted).OrderBy(version => version.Version).ToListAsync(stop);
        if (versions is []) return MemorandumErrors.NotFound;
        return new History(wanted, [.. versions.Select(version => (Version: version, SeesAll: Discretion.SeesAll(caller, version.Memorandum.Parties)))
            // That one party stopped it is the parties' affair.
            .Where(one => one.SeesAll || one.Version.Change is not (Change.Suspended or Change.Resumed))
            .Select(one => new Line { Version = one.Version.Version, Change = one.Version.Change, At = one.Version.Memorandum.ChangedAt, By = one.SeesAll ? one.Version.By : null })]);
    }

    public static async Task<Result<Memorandum>> Find(string id, string number, Caller caller, DirectoryStore db, CancellationToken stop) =>
        Slug.TryParse<MemorandumId>(id, out var wanted)
        && int.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version)
        && await db.MemorandumVersions.AsNoTracking().SingleOrDefaultAsync(one => one.Id == wanted && one.Version == version, stop) is { } found
            ? found.Memorandum.For(caller)
            : MemorandumErrors.NoVersion;
}
