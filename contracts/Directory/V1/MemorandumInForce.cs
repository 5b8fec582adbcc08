using MassTransit;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts.Directory.V1;

/// <summary>A memorandum was put in force, amended, suspended or resumed. Carries the whole state.</summary>
[MessageUrn("urn:tiltas:directory:memorandum-in-force:v1", useDefaultPrefix: false), EntityName("tiltas.directory.v1.memorandum-in-force")]
public sealed record MemorandumInForce
{
    /// <summary>The memorandum.</summary>
    public required MemorandumId Memorandum { get; init; }
    /// <summary>Rises by one with each change of the aggregate; an older version never overwrites a newer one.</summary>
    public required int Version { get; init; }
    /// <summary>Two or more agencies bound by it.</summary>
    public required AgencyId[] Parties { get; init; }
    /// <summary>What may be exchanged.</summary>
    public required DataClass[] DataClasses { get; init; }
    /// <summary>What for.</summary>
    public required Purpose[] Purposes { get; init; }
    /// <summary>For which help; empty means any.</summary>
    public required Need[] Needs { get; init; }
    /// <summary>First day in force, the country's calendar.</summary>
    public required DateOnly ValidFrom { get; init; }
    /// <summary>Last day in force; null while open-ended.</summary>
    public DateOnly? ValidTo { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>
    /// Since there are clauses: what it says, clause by clause. The three lists above are for readers that do not know clauses, and never say
    /// more: they say the same when it is one clause for all parties alike and nobody suspended it, and are empty otherwise.
    /// </summary>
    public Clause[]? Clauses { get; init; }
    /// <summary>Since it can be suspended: whose suspensions stand. Each holds from its own first day on; absent means none.</summary>
    public Suspension[]? Suspensions { get; init; }
    /// <summary>What becomes of running referrals when it ends; absent means Stop.</summary>
    public TerminationEffect? AtEnd { get; init; }
    /// <summary>With Finish, and once there is a last day in force: the last day on which a referral submitted by then may be finished.</summary>
    public DateOnly? FinishUntil { get; init; }
}
