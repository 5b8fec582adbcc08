using System.Collections.Immutable;
using System.Diagnostics;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.Statuses;

/// <summary>
/// Where a person stands, and the only place that says which change is legal from which standing by whom. Informal standings
/// (suspected, presumed) may be conferred by whoever meets the person; formal ones rest on a decision in a pre-trial
/// investigation or a trial.
/// </summary>
public abstract record VictimStanding
{
    private VictimStanding() { }

    /// <summary>Nobody has recorded a standing; not the same as not confirmed.</summary>
    public sealed record Unrecorded : VictimStanding;

    /// <summary>First signs.</summary>
    public sealed record Suspected(AgencyId ConferredBy) : VictimStanding;

    /// <summary>Auka: informal. Also what is left when a recognition is reversed, so that help goes on.</summary>
    public sealed record Presumed(AgencyId ConferredBy, Decision? Reversal = null) : VictimStanding;

    /// <summary>Nukentėjusysis: formal. Remembers who had conferred the informal standing before, if anybody.</summary>
    public sealed record Recognised(Decision Decision, AgencyId? InformallyBy) : VictimStanding;

    /// <summary>A decision found no victim.</summary>
    public sealed record NotConfirmed(Decision Decision) : VictimStanding;

    /// <summary>Over; may begin anew.</summary>
    public sealed record Ended(EndReason Reason, Decision? Decision = null) : VictimStanding;

    /// <summary>Those who confer and reverse formal status.</summary>
    public static ImmutableArray<AgencyType> FormalAuthorities { get; } =
        [AgencyType.Police, AgencyType.BorderGuard, AgencyType.Prosecutor, AgencyType.Court];

    /// <summary>Those who may suspect and presume.</summary>
    public static ImmutableArray<AgencyType> InformalIdentifiers { get; } =
    [
        .. FormalAuthorities, AgencyType.LabourInspectorate, AgencyType.MigrationAuthority, AgencyType.ChildRightsService,
        AgencyType.Municipality, AgencyType.Ngo, AgencyType.HealthService, AgencyType.InternationalOrganisation,
    ];

    /// <summary>The code of this standing; none for an unrecorded one.</summary>
    public VictimStatus? Status => this switch
    {
        Unrecorded => null,
        Suspected => VictimStatus.Suspected,
        Presumed => VictimStatus.Presumed,
        Recognised => VictimStatus.Recognised,
        NotConfirmed => VictimStatus.NotConfirmed,
        Ended => VictimStatus.Ended,
        _ => throw new UnreachableException(),
    };

    /// <summary>The standing after a change, or why there is none. Asks in this order: is it legal at all, by this agency, with what it came with.</summary>
    public Result<VictimStanding> Move(Change change) => RuleFor(change.To) switch
    {
        Rule.Never never => StatusErrors.Illegal(never.Name, never.Sentence),
        Rule.By rule when !rule.Allows(change, ConferredInformallyBy) => StatusErrors.NotEntitled(rule.Name, rule.Sentence, rule.Types, rule.OrConferrer),
        Rule.By rule => Decided(rule, change),
        _ => throw new UnreachableException(),
    };

    private Result<VictimStanding> Decided(Rule.By rule, Change change)
    {
        if (rule.OnDecision && change.Decision is null) return StatusErrors.DecisionMissing;
        if (!rule.OnDecision && change.Decision is not null) return StatusErrors.DecisionNotTaken;
        if (change.To == VictimStatus.Ended && change.Reason is null) return StatusErrors.ReasonMissing;
        if (change.To != VictimStatus.Ended && change.Reason is not null) return StatusErrors.ReasonNotTaken;
        return change.To switch
        {
            VictimStatus.Suspected => new Suspected(change.By),
            VictimStatus.Presumed => new Presumed(this is Recognised { InformallyBy: { } before } ? before : change.By, change.Decision),
            VictimStatus.Recognised => new Recognised(change.Decision!, ConferredInformallyBy),
            VictimStatus.NotConfirmed => new NotConfirmed(change.Decision!),
            VictimStatus.Ended => new Ended(change.Reason!.Value, change.Decision),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The agency whose informal standing is in force or lies beneath the formal one.</summary>
    public AgencyId? ConferredInformallyBy => this switch
    {
        Suspected suspected => suspected.ConferredBy,
        Presumed presumed => presumed.ConferredBy,
        Recognised recognised => recognised.InformallyBy,
        Unrecorded or NotConfirmed or Ended => null,
        _ => throw new UnreachableException(),
    };

    private Rule RuleFor(VictimStatus to) => (this, to) switch
    {
        (Suspected, VictimStatus.Suspected) or (Presumed, VictimStatus.Presumed) or (Recognised, VictimStatus.Recognised)
            or (NotConfirmed, VictimStatus.NotConfirmed) or (Ended, VictimStatus.Ended) => Rule.Unchanged,
        (Unrecorded or NotConfirmed or Ended, VictimStatus.Suspected) => Rule.Informal,
        (Unrecorded or Suspected or NotConfirmed or Ended, VictimStatus.Presumed) => Rule.Informal,
        (_, VictimStatus.Recognised) => Rule.Formal,
        (Suspected or Presumed, VictimStatus.NotConfirmed) => Rule.Formal,
        (Recognised, VictimStatus.Presumed) => Rule.Reversal,
        (Recognised, VictimStatus.Ended) => Rule.Reversal,
        (NotConfirmed, VictimStatus.Ended) => Rule.Closing,
        (Suspected or Presumed, VictimStatus.Ended) => Rule.EndingInformal,
        (Presumed, VictimStatus.Suspected) => Rule.NotWeakened,
        (Recognised, VictimStatus.Suspected or VictimStatus.NotConfirmed) => Rule.ReverseFirst,
        (Unrecorded or Ended, VictimStatus.NotConfirmed) => Rule.NothingToDecide,
        (Unrecorded, VictimStatus.Ended) => Rule.NothingToEnd,
        _ => throw new UnreachableException(),
    };

    private abstract record Rule(string Name, string Sentence)
    {
        public static readonly Rule Unchanged = new Never("standing-unchanged", "The person already has this status.");
        public static readonly Rule NotWeakened = new Never("presumption-not-weakened", "A presumed victim does not go back to suspected; the presumption is ended or decided on.");
        public static readonly Rule ReverseFirst = new Never("recognition-reversed-first", "A recognised victim first goes back to presumed by a decision, so that help goes on; then the rest can follow.");
        public static readonly Rule NothingToDecide = new Never("nothing-to-decide", "Only a suspicion or a presumption can be found not confirmed.");
        public static readonly Rule NothingToEnd = new Never("nothing-to-end", "There is no status that could end.");

        public static readonly Rule Informal = new By("informal-by-identifying-agency", "Informal status is conferred by agencies that identify victims.", InformalIdentifiers);
        public static readonly Rule Formal = new By("formal-by-pre-trial-authority", "Formal status rests on a decision of police, border guard, prosecutor or court.", FormalAuthorities) { OnDecision = true };
        public static readonly Rule Reversal = new By("reversal-by-pre-trial-authority", "A recognition is reversed or ended only by a decision of police, border guard, prosecutor or court.", FormalAuthorities) { OnDecision = true };
        public static readonly Rule Closing = new By("closing-by-pre-trial-authority", "A person found not to be a victim is closed by police, border guard, prosecutor or court.", FormalAuthorities);
        public static readonly Rule EndingInformal = new By("ending-by-conferrer-or-pre-trial-authority",
            "An informal status is ended by the agency that conferred it, or by police, border guard, prosecutor or court.", FormalAuthorities) { OrConferrer = true };

        /// <summary>Nobody may.</summary>
        public sealed record Never(string Name, string Sentence) : Rule(Name, Sentence);

        /// <summary>Agencies of these types may.</summary>
        public sealed record By(string Name, string Sentence, ImmutableArray<AgencyType> Types) : Rule(Name, Sentence)
        {
            public bool OnDecision { get; init; }
            public bool OrConferrer { get; init; }
            public bool Allows(Change change, AgencyId? conferrer) => Types.Contains(change.ByType) || (OrConferrer && conferrer == change.By);
        }
    }
}

/// <summary>A change of standing that an agency asks for.</summary>
public sealed record Change
{
    public required VictimStatus To { get; init; }
    public required AgencyId By { get; init; }
    public required AgencyType ByType { get; init; }
    public required Decision? Decision { get; init; }
    public required EndReason? Reason { get; init; }
}

/// <summary>Why a status ends. A closed list, so that nothing about the person can be written here.</summary>
public enum EndReason { ProceedingsClosed, InvestigationTerminated, SignsExplained, PersonWithdrew, LeftCountry, RecordedInError }
