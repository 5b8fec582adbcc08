namespace Tiltas.Contracts.Codes;

/// <summary>What becomes of referrals that run when a memorandum ends, at its term or before. What is not submitted by then never begins under it.</summary>
public enum TerminationEffect
{
    /// <summary>After the last day in force nothing more is disclosed and no help begins under it.</summary>
    Stop,
    /// <summary>A referral submitted on or before the last day in force may be finished under its terms, for a named number of days.</summary>
    Finish,
}

/// <summary>Why a memorandum is suspended.</summary>
public enum SuspensionReason
{
    /// <summary>Data that went along under it were lost, changed or seen by others.</summary>
    DataBreach,
    /// <summary>People or data may be in danger.</summary>
    SafetyConcern,
    /// <summary>A party does not do what it agreed to.</summary>
    ObligationNotMet,
    /// <summary>The law it rests on changed, or an authority asks for it.</summary>
    LegalGrounds,
    /// <summary>The parties look at it anew.</summary>
    UnderReview,
}
