using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Subjects;

/// <summary>The person concerned, by pseudonym; the agency that opened it owns the dossier.</summary>
public sealed record Subject
{
    public required SubjectRef Ref { get; init; }
    public required AgencyId Owner { get; init; }
    public required AgeBand AgeBand { get; init; }
    public required string? Municipality { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>The subject if it is the caller's; a foreign one answers as an unknown one.</summary>
    internal static async Task<Result<Subject>> Own(ReferralStore db, SubjectRef subject, AgencyId caller, CancellationToken stop) =>
        await db.Subjects.AsNoTracking().SingleOrDefaultAsync(s => s.Ref == subject && s.Owner == caller, stop) is { } own ? own : SubjectErrors.NotFound;
}

internal static class SubjectErrors
{
    public const string Place = "TLT-REF-0101";

    public static readonly Error NotFound = new Error.NotFound("TLT-REF-0104", "There is no such subject.");
}
