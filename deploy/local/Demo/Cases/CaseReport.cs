using System.Collections.Concurrent;
using System.Globalization;

namespace Tiltas.Local.Demo.Cases;

/// <summary>How one row ended.</summary>
internal abstract record CaseEnd
{
    private CaseEnd() { }

    internal sealed record Answered(bool Accepted, TimeSpan ToFeed, TimeSpan ToAnswer) : CaseEnd;

    /// <summary>Refused before there was a referral: nothing is lost.</summary>
    internal sealed record Refused(string Code, string What) : CaseEnd;

    /// <summary>A referral that the network took, or may have taken, and that did not come through.</summary>
    internal sealed record Lost(string Why) : CaseEnd;
}

/// <summary>Counts and times of a run over a case file.</summary>
internal sealed class CaseReport
{
    private readonly ConcurrentBag<(int Line, CaseEnd End)> _ends = [];

    internal void Add(int line, CaseEnd end) => _ends.Add((line, end));

    internal int Lost => _ends.Count(row => row.End is CaseEnd.Lost);

    internal int Referred => _ends.Count(row => row.End is CaseEnd.Answered or CaseEnd.Lost);

    internal void Print(TextWriter to, IReadOnlyCollection<BadRow> badRows, TimeSpan took)
    {
        var answered = _ends.Select(row => row.End).OfType<CaseEnd.Answered>().ToList();
        var refused = _ends.Where(row => row.End is CaseEnd.Refused).Select(row => (row.Line, End: (CaseEnd.Refused)row.End)).ToList();
        to.WriteLine();
        Count("rows", _ends.Count + badRows.Count);
        Count("bad rows", badRows.Count);
        Count("referred", Referred);
        Count("accepted", answered.Count(end => end.Accepted));
        Count("declined", answered.Count(end => !end.Accepted));
        Count("failed", refused.Count);
        foreach (var group in refused.GroupBy(row => (row.End.Code, row.End.What)).OrderByDescending(group => group.Count()))
            to.WriteLine($"    {group.Count(),6}  {group.Key.Code} {group.Key.What}, first at line {group.Min(row => row.Line)}");
        Count("lost", Lost);
        foreach (var (line, end) in _ends.Where(row => row.End is CaseEnd.Lost).OrderBy(row => row.Line).Take(20)) to.WriteLine($"    line {line}: {((CaseEnd.Lost)end).Why}");
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  time      {took.TotalSeconds,8:0.0} s, {answered.Count / Math.Max(took.TotalSeconds, 0.001):0.0} answered referrals/s (kept to the gateway's rate limit)"));
        if (answered.Count == 0) return;
        to.WriteLine($"\n  {"ms",-22}{"p50",10}{"p90",10}{"p99",10}{"longest",10}");
        Times("submit → on feed", answered.Select(end => end.ToFeed));
        Times("submit → answer seen", answered.Select(end => end.ToAnswer));

        void Count(string what, int count) => to.WriteLine($"  {what,-9} {count,8}");

        void Times(string what, IEnumerable<TimeSpan> times)
        {
            var sorted = times.Select(time => time.TotalMilliseconds).Order().ToList();
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-22}{At(sorted, 0.5),10:0.0}{At(sorted, 0.9),10:0.0}{At(sorted, 0.99),10:0.0}{sorted[^1],10:0.0}"));
        }
    }

    /// <summary>The smallest value that so large a part does not exceed.</summary>
    private static double At(List<double> sorted, double part) => sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * part) - 1)];
}
