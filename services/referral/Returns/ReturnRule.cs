using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Referrals;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Returns;

/// <summary>A person's reflection period as the referral service knows it.</summary>
internal sealed record KnownReflection(ReflectionState State, DateOnly? LastDay)
{
    /// <summary>Whether it protects on that day: a paused one does, one past its last day does not, whether or not that was told yet.</summary>
    public bool Protects(DateOnly today) => State == ReflectionState.Paused || State == ReflectionState.Running && LastDay >= today;
}

/// <summary>Why somebody is referred to a return although the reflection period is not over. A closed list, so that nothing about the person can be written here.</summary>
public enum ReturnOverride { PersonAsks, CourtOrder, FamilyEmergency }

/// <summary>Nobody is put on the way home while they recover and decide, unless somebody answers for it by name of agency, client and reason. Pure.</summary>
internal static class ReturnRule
{
    public static readonly Error.Forbidden DuringReflection = new("TLT-REF-0322",
        "The person's reflection period is not over: a referral to a return needs a reason to override it, which is kept.", "return:not-during-reflection", "returnOverride");

    /// <summary>True for what leads to a return: the need, or the purpose of use.</summary>
    public static bool IsReturn(Need need, Purpose purpose) => need == Need.SafeReturn || purpose == Purpose.Return;

    /// <summary>True when a reflection period stands against it.</summary>
    public static bool Protects(Need need, Purpose purpose, KnownReflection? reflection, DateOnly today) => IsReturn(need, purpose) && reflection?.Protects(today) == true;

    /// <summary>The same of a referral that is under way, at each step that leads further; one that was submitted with a reason goes on.</summary>
    public static async Task<Error.Forbidden?> Refuses(ReferralStore db, ReferralRow row, DateOnly today, CancellationToken stop)
    {
        if (row.ReturnOverride is not null || !IsReturn(row.Need, row.Purpose)) return null;
        var known = await db.Database.SqlQuery<Known>($"SELECT state AS \"State\", last_day AS \"LastDay\" FROM reflections WHERE subject = {row.Subject.Value}").SingleOrDefaultAsync(stop);
        return known is not null && new KnownReflection(Enum.Parse<ReflectionState>(known.State), known.LastDay).Protects(today) ? DuringReflection : null;
    }

    private sealed record Known(string State, DateOnly? LastDay);
}
