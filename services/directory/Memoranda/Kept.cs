using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Directory.Memoranda;

/// <summary>What made a version of a memorandum.</summary>
public enum Change
{
    /// <summary>It was there before versions were kept.</summary>
    Known,
    /// <summary>The registrar entered or amended it.</summary>
    Entered,
    /// <summary>The last party signed it.</summary>
    SignedByAll,
    /// <summary>A party or the registrar suspended it.</summary>
    Suspended,
    /// <summary>A suspension was lifted.</summary>
    Resumed,
    /// <summary>It was ended.</summary>
    Ended,
}

/// <summary>One version, as it was. Rows are only added.</summary>
public sealed record MemorandumVersion
{
    /// <summary>The memorandum.</summary>
    public required MemorandumId Id { get; init; }
    /// <summary>Its version.</summary>
    public required int Version { get; init; }
    /// <summary>What made it.</summary>
    public required Change Change { get; init; }
    /// <summary>Who made it; absent where that is not known.</summary>
    public required AgencyId? By { get; init; }
    /// <summary>All that it said.</summary>
    public required Memorandum Memorandum { get; init; }
}

/// <summary>Every change of a memorandum leaves the same three things in one commit: its row, its history, its message.</summary>
internal static class Kept
{
    public static void Keep(this DirectoryStore db, Memorandum? current, Memorandum next, Change change, AgencyId by, TimeProvider time)
    {
        if (current is null) db.Add(next);
        else db.Entry(current).CurrentValues.SetValues(next);
        db.Add(new MemorandumVersion { Id = next.Id, Version = next.Version, Change = change, By = by, Memorandum = next });
        db.Publish(MessageOf(next), time);
    }

    /// <summary>The memorandum, locked: two changes at once would each miss the other.</summary>
    public static async Task<Memorandum?> Locked(this DirectoryStore db, MemorandumId id, CancellationToken stop) =>
        (await db.Memoranda.FromSql($"SELECT * FROM memoranda WHERE id = {id.Value} FOR UPDATE").ToListAsync(stop)).SingleOrDefault();

    /// <summary>The draft, locked.</summary>
    public static async Task<Draft?> LockedDraft(this DirectoryStore db, MemorandumId id, CancellationToken stop) =>
        (await db.Drafts.FromSql($"SELECT * FROM memorandum_drafts WHERE id = {id.Value} FOR UPDATE").ToListAsync(stop)).SingleOrDefault();

    /// <summary>
    /// The whole state. The three lists are what readers without clauses act on: while a suspension stands they name nothing, so that
    /// such a reader lets nothing go either.
    /// </summary>
    public static object MessageOf(Memorandum memorandum)
    {
        Suspension[]? suspensions = memorandum.Suspensions is { Length: > 0 } standing ? standing : null;
        var (classes, purposes, needs) = suspensions is null ? Flat.Of(memorandum.Clauses) : ([], [], []);
        return memorandum.EndedOn is null
            ? new MemorandumInForce
            {
                Memorandum = memorandum.Id, Version = memorandum.Version, Parties = memorandum.Parties, DataClasses = classes, Purposes = purposes, Needs = needs,
                ValidFrom = memorandum.ValidFrom, ValidTo = memorandum.ValidTo, At = memorandum.ChangedAt,
                Clauses = memorandum.Clauses, Suspensions = suspensions, AtEnd = memorandum.AtEnd, FinishUntil = memorandum.FinishUntil,
            }
            : new MemorandumEnded
            {
                Memorandum = memorandum.Id, Version = memorandum.Version, Parties = memorandum.Parties, DataClasses = classes, Purposes = purposes, Needs = needs,
                ValidFrom = memorandum.ValidFrom, ValidTo = memorandum.ValidTo, At = memorandum.ChangedAt,
                Clauses = memorandum.Clauses, Suspensions = suspensions, AtEnd = memorandum.AtEnd, FinishUntil = memorandum.FinishUntil,
            };
    }
}
