using Tiltas.Contracts;
using Tiltas.Contracts.Codes;

namespace Tiltas.Directory.Memoranda.Rules;

/// <summary>What may one agency send another, for a purpose and a help, in a referral that is new on that day?</summary>
internal sealed record PermissionQuestion
{
    public required AgencyId From { get; init; }
    public required AgencyId To { get; init; }
    public required Purpose Purpose { get; init; }
    /// <summary>Absent: whatever the help; then only clauses that hold for any count.</summary>
    public required Need? Need { get; init; }
    public required DateOnly On { get; init; }
}

/// <summary>Terms that are drafted and not signed by all.</summary>
internal sealed record Proposal
{
    public required MemorandumId Memorandum { get; init; }
    public required int Revision { get; init; }
    public required AgencyId[] Parties { get; init; }
    public required Clause[] Clauses { get; init; }
    public required DateOnly ValidFrom { get; init; }
    public required DateOnly? ValidTo { get; init; }
    public required AgencyId[] Awaited { get; init; }
}

/// <summary>What keeps a clause from letting a data class go. Codes are stable; more may come.</summary>
internal enum LackCode
{
    /// <summary>One of the two agencies takes no part in the network; this overrides every memorandum.</summary>
    AgencyNotActive,
    /// <summary>There is no memorandum between the two, not even a draft.</summary>
    NoMemorandum,
    /// <summary>The clause does not let the first agency send to the second.</summary>
    Direction,
    /// <summary>It does not name the data class.</summary>
    DataClass,
    /// <summary>It does not name the purpose.</summary>
    Purpose,
    /// <summary>It does not name the help.</summary>
    Need,
    /// <summary>Its first day is still to come.</summary>
    NotYetInForce,
    /// <summary>Its last day has passed.</summary>
    Ended,
    /// <summary>It is suspended.</summary>
    Suspended,
    /// <summary>Not all have signed it.</summary>
    NotSigned,
}

/// <summary>One thing that is missing: since or until which day, because of whom, where that can be said.</summary>
internal sealed record Lack(LackCode Code, DateOnly? Day = null, AgencyId[]? Agencies = null);

/// <summary>The clause that lets a data class go.</summary>
internal sealed record Basis(MemorandumId Memorandum, int Version, ClauseNumber Clause);

/// <summary>A clause that does not, and all that keeps it from doing so. Of a draft, the revision instead of the version.</summary>
internal sealed record NearMiss(MemorandumId? Memorandum, int? Version, int? Revision, ClauseNumber? Clause, IReadOnlyList<Lack> Lacks);

/// <summary>About one data class: by which clauses it may go, or which come nearest and what each lacks.</summary>
internal sealed record Ruling(DataClass DataClass, IReadOnlyList<Basis> By, IReadOnlyList<NearMiss> Nearest)
{
    public bool Allowed => By.Count > 0;
}

/// <summary>
/// Pure. Overlapping memoranda add up; an agency that takes no part overrides all of them. Whether a class may go is the rule that every
/// service enforces (<see cref="Agreement"/>); why it may not is told by the clauses that lack the fewest things, in the order of
/// memorandum, version and paper.
/// </summary>
internal static class Permitted
{
    public static IReadOnlyList<Ruling> Of(
        PermissionQuestion question, IReadOnlyDictionary<AgencyId, AgencyStanding> standings, IEnumerable<Agreement> agreements, IEnumerable<Proposal> proposals)
    {
        AgencyId[] inactive = [.. new[] { question.From, question.To }.Where(agency => standings.GetValueOrDefault(agency, AgencyStanding.Removed) != AgencyStanding.Active)];
        var standing = inactive is [] ? (Lack[])[] : [new Lack(LackCode.AgencyNotActive, Agencies: inactive)];
        var binding = agreements.Where(agreement => agreement.Binds(question.From, question.To)).OrderBy(agreement => agreement.Memorandum.Value, StringComparer.Ordinal).ToList();
        var drafted = proposals.Where(proposal => question.From != question.To && proposal.Parties.Contains(question.From) && proposal.Parties.Contains(question.To))
            .OrderBy(proposal => proposal.Memorandum.Value, StringComparer.Ordinal).ToList();
        return [.. Enum.GetValues<DataClass>().Select(dataClass =>
        {
            Basis[] by = inactive is [] ? [.. Bases(question, dataClass, binding)] : [];
            return new Ruling(dataClass, by, by is [] ? Nearest(question, dataClass, standing, binding, drafted) : []);
        })];
    }

    private static IEnumerable<Basis> Bases(PermissionQuestion question, DataClass dataClass, List<Agreement> binding) =>
        from agreement in binding
        where agreement.Holds(question.On, question.On)
        from clause in agreement.Covering(question.From, question.To, question.Purpose, question.Need)
        where clause.DataClasses.Contains(dataClass)
        select new Basis(agreement.Memorandum, agreement.Version, clause.Number);

    private static List<NearMiss> Nearest(PermissionQuestion question, DataClass dataClass, Lack[] standing, List<Agreement> binding, List<Proposal> drafted)
    {
        var all = binding.SelectMany(agreement => agreement.Clauses.Select(clause =>
                new NearMiss(agreement.Memorandum, agreement.Version, null, clause.Number, [.. standing, .. Lacks(question, dataClass, clause), .. Lacks(question, agreement)])))
            .Concat(drafted.SelectMany(proposal => proposal.Clauses.Select(clause =>
                new NearMiss(proposal.Memorandum, null, proposal.Revision, clause.Number, [.. standing, .. Lacks(question, dataClass, clause), .. Lacks(question, proposal)]))))
            .ToList();
        if (all.Count == 0) return [new NearMiss(null, null, null, null, [.. standing, new Lack(LackCode.NoMemorandum)])];
        var fewest = all.Min(miss => miss.Lacks.Count);
        return all.FindAll(miss => miss.Lacks.Count == fewest);
    }

    private static IEnumerable<Lack> Lacks(PermissionQuestion question, DataClass dataClass, Clause clause)
    {
        if (!clause.Joins(question.From, question.To)) yield return new Lack(LackCode.Direction);
        if (!clause.DataClasses.Contains(dataClass)) yield return new Lack(LackCode.DataClass);
        if (!clause.Purposes.Contains(question.Purpose)) yield return new Lack(LackCode.Purpose);
        if (!clause.Serves(question.Need)) yield return new Lack(LackCode.Need);
    }

    private static IEnumerable<Lack> Lacks(PermissionQuestion question, Agreement agreement)
    {
        if (question.On < agreement.ValidFrom) yield return new Lack(LackCode.NotYetInForce, agreement.ValidFrom);
        if (question.On > agreement.ValidTo) yield return new Lack(LackCode.Ended, agreement.ValidTo);
        var holding = Array.FindAll(agreement.Suspensions, suspension => suspension.From <= question.On);
        if (holding is not []) yield return new Lack(LackCode.Suspended, holding.Min(suspension => suspension.From), Array.ConvertAll(holding, suspension => suspension.By));
    }

    private static IEnumerable<Lack> Lacks(PermissionQuestion question, Proposal proposal)
    {
        yield return new Lack(LackCode.NotSigned, Agencies: proposal.Awaited);
        if (question.On < proposal.ValidFrom) yield return new Lack(LackCode.NotYetInForce, proposal.ValidFrom);
        if (question.On > proposal.ValidTo) yield return new Lack(LackCode.Ended, proposal.ValidTo);
    }
}
