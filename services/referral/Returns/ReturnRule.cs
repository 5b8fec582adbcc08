using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Referrals;

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
    public static readonly Error DuringReflection = new Error.Forbidden("TLT-REF-0322",
        "The person's reflection period is not over: a referral to a return needs a reason to override it, which is kept.", "return:not-during-reflection", "returnOverride");

    /// <summary>True for what leads to a return: the need, or the purpose of use.</summary>
    public static bool IsReturn(Need need, Purpose purpose) => need == Need.SafeReturn || purpose == Purpose.Return;

    /// <summary>True when a reflection period stands against it.</summary>
    public static bool Protects(SubmitReferral.Request request, KnownReflection? reflection, DateOnly today) =>
        IsReturn(request.Need, request.Purpose) && reflection?.Protects(today) == true;
}
