using Tiltas.Contracts;
using Tiltas.Contracts.Codes;

namespace Tiltas.Directory.Tests.Memoranda;

/// <summary>
/// What memoranda let go, read a second time and slowly: each lists every single permission it gives on the day, and what is permitted is
/// what stands on any of the lists. Knows nothing of the rule in the contracts.
/// </summary>
internal static class AgreementOracle
{
    public static HashSet<DataClass> Permitted(
        IEnumerable<Agreement> memoranda, IReadOnlyDictionary<AgencyId, AgencyStanding> standings, AgencyId from, AgencyId to, Purpose purpose, Need? need, DateOnly day, DateOnly submitted)
    {
        if (from == to || standings[from] != AgencyStanding.Active || standings[to] != AgencyStanding.Active) return [];
        var all = memoranda.SelectMany(memorandum => List(memorandum, day, submitted)).ToHashSet();
        // Without a need: what is on the list for each of them.
        var needs = need is { } one ? [one] : Enum.GetValues<Need>();
        return [.. Enum.GetValues<DataClass>().Where(dataClass => AnyClause(memoranda, clause => Array.TrueForAll(needs, help =>
            all.Contains((from, to, purpose, help, dataClass, clause)))))];
    }

    private static bool AnyClause(IEnumerable<Agreement> memoranda, Predicate<(MemorandumId, int)> holds) =>
        memoranda.Any(memorandum => Enumerable.Range(0, memorandum.Clauses.Length).Any(at => holds((memorandum.Memorandum, at))));

    private static IEnumerable<(AgencyId From, AgencyId To, Purpose, Need, DataClass, (MemorandumId, int))> List(Agreement memorandum, DateOnly day, DateOnly submitted)
    {
        var days = new HashSet<DateOnly>();
        for (var one = memorandum.ValidFrom; one <= (memorandum.ValidTo ?? day); one = one.AddDays(1)) days.Add(one);
        if (memorandum.ValidTo is { } last && memorandum.FinishUntil is { } until && submitted.DayNumber <= last.DayNumber)
            for (var one = last.AddDays(1); one <= until; one = one.AddDays(1)) days.Add(one);
        if (!days.Contains(day) || memorandum.Suspensions.Any(suspension => suspension.From.DayNumber <= day.DayNumber)) yield break;
        for (var at = 0; at < memorandum.Clauses.Length; at++)
        {
            var clause = memorandum.Clauses[at];
            foreach (var from in memorandum.Parties.Intersect(clause.From ?? memorandum.Parties))
                foreach (var to in memorandum.Parties.Intersect(clause.To ?? memorandum.Parties))
                    foreach (var purpose in clause.Purposes)
                        foreach (var need in clause.Needs is [] ? Enum.GetValues<Need>() : clause.Needs)
                            foreach (var dataClass in clause.DataClasses)
                                yield return (from, to, purpose, need, dataClass, (memorandum.Memorandum, at));
        }
    }
}
