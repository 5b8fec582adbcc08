using System.Diagnostics;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.ReflectionPeriods;

/// <summary>
/// Time in which a presumed victim recovers and decides, and the only place that says which change of it is legal. Days are those of the
/// country's calendar; the day of the beginning does not count. Pure.
/// </summary>
public abstract record ReflectionPeriod
{
    private ReflectionPeriod() { }

    /// <summary>There was none.</summary>
    public sealed record None : ReflectionPeriod;

    /// <summary>Runs up to and including its last day. <paramref name="Days"/> is how many it was given altogether.</summary>
    public sealed record Running(DateOnly StartedOn, DateOnly LastDay, int Days) : ReflectionPeriod;

    /// <summary>Stands still; <paramref name="DaysLeft"/> begin to count again on the day after it is resumed.</summary>
    public sealed record Paused(DateOnly StartedOn, DateOnly PausedOn, int DaysLeft, int Days) : ReflectionPeriod;

    /// <summary>Over.</summary>
    public sealed record Ended(DateOnly StartedOn, DateOnly EndedOn, ReflectionEnd Reason, int Days) : ReflectionPeriod;

    /// <summary>The code of this state; none when there was no period.</summary>
    public ReflectionState? State => this switch
    {
        None => null,
        Running => ReflectionState.Running,
        Paused => ReflectionState.Paused,
        Ended => ReflectionState.Ended,
        _ => throw new UnreachableException(),
    };

    /// <summary>What it is on that day, whether or not anybody has noticed: one whose last day is past has run out.</summary>
    public ReflectionPeriod On(DateOnly today) =>
        this is Running running && today > running.LastDay ? new Ended(running.StartedOn, running.LastDay, ReflectionEnd.Elapsed, running.Days) : this;

    /// <summary>The period after a move, or why there is none. Asks in this order: may this agency, is it legal now, is it right in itself.</summary>
    public Result<ReflectionPeriod> Move(ReflectionMove move, ReflectionFacts facts)
    {
        var may = facts.Rules.MayDecide(move);
        if (!may.Contains(facts.ByType)) return ReflectionErrors.NotEntitled(move, may);
        return (On(facts.Today), move) switch
        {
            (Running or Paused, ReflectionMove.Start) => ReflectionErrors.UnderWay,
            (_, ReflectionMove.Start) when !facts.IsEntitled => ReflectionErrors.NoRight,
            (Ended { Reason: not ReflectionEnd.RecordedInError }, ReflectionMove.Start) when !facts.IsPresumedAnew => ReflectionErrors.Once,
            (None or Ended, ReflectionMove.Start) => new Running(facts.Today, facts.Today.AddDays(facts.Rules.Length), facts.Rules.Length),
            (None, _) => ReflectionErrors.NotStarted,
            (Ended, _) => ReflectionErrors.Over,
            (Running running, ReflectionMove.Pause) => new Paused(running.StartedOn, facts.Today, running.LastDay.DayNumber - facts.Today.DayNumber, running.Days),
            (Paused, ReflectionMove.Pause) => ReflectionErrors.IsPaused,
            (Paused paused, ReflectionMove.Resume) => new Running(paused.StartedOn, facts.Today.AddDays(paused.DaysLeft), paused.Days),
            (Running, ReflectionMove.Resume) => ReflectionErrors.NotPaused,
            (_, ReflectionMove.Extend { Days: < 1 }) => ReflectionErrors.TooFewDays,
            (Running { Days: var given }, ReflectionMove.Extend { Days: var more }) when more > facts.Rules.Longest - given => ReflectionErrors.TooLong(facts.Rules.Longest),
            (Paused { Days: var given }, ReflectionMove.Extend { Days: var more }) when more > facts.Rules.Longest - given => ReflectionErrors.TooLong(facts.Rules.Longest),
            (Running running, ReflectionMove.Extend { Days: var more }) => running with { LastDay = running.LastDay.AddDays(more), Days = running.Days + more },
            (Paused paused, ReflectionMove.Extend { Days: var more }) => paused with { DaysLeft = paused.DaysLeft + more, Days = paused.Days + more },
            (_, ReflectionMove.End { Reason: ReflectionEnd.Elapsed }) => ReflectionErrors.ElapsesByItself,
            (Running running, ReflectionMove.End end) => new Ended(running.StartedOn, facts.Today, end.Reason, running.Days),
            (Paused paused, ReflectionMove.End end) => new Ended(paused.StartedOn, facts.Today, end.Reason, paused.Days),
            _ => throw new UnreachableException(),
        };
    }
}

/// <summary>What an agency asks for.</summary>
public abstract record ReflectionMove
{
    private ReflectionMove() { }

    public sealed record Start : ReflectionMove;
    public sealed record Pause(PauseReason Reason) : ReflectionMove;
    public sealed record Resume : ReflectionMove;
    public sealed record Extend(int Days, ExtensionReason Reason) : ReflectionMove;
    public sealed record End(ReflectionEnd Reason) : ReflectionMove;

    /// <summary>The reason as it is kept; none for those that need none.</summary>
    public string? Why => this switch
    {
        Pause pause => pause.Reason.ToString(),
        Extend extend => extend.Reason.ToString(),
        End end => end.Reason.ToString(),
        _ => null,
    };
}

/// <summary>What decides besides the period itself.</summary>
/// <param name="ByType">The kind of agency that asks.</param>
/// <param name="IsEntitled">Whether the person's status and age give a right to a reflection period.</param>
/// <param name="IsPresumedAnew">Whether the status was conferred after the last period began.</param>
/// <param name="Today">The country's day.</param>
/// <param name="Rules">The country's rules.</param>
public sealed record ReflectionFacts(AgencyType ByType, bool IsEntitled, bool IsPresumedAnew, DateOnly Today, ReflectionRules Rules);

/// <summary>Why a period stands still. A closed list, so that nothing about the person can be written here.</summary>
public enum PauseReason { HospitalCare, Missing, OutsideCountry, OtherProceedings }

/// <summary>Why a period is made longer.</summary>
public enum ExtensionReason { RecoveryNotComplete, DecisionPending, BestInterestsOfChild, ProtectionFromThreat }

/// <summary>Why a period is over. That it ran out is noticed, never asked for.</summary>
public enum ReflectionEnd { Elapsed, PersonDecided, PersonWithdrew, PublicOrder, RecordedInError }
