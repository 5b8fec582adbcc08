namespace Tiltas.Notification.Feeds;

/// <summary>
/// How far one referral has been told: each version up to <see cref="Through"/> except the <see cref="Skipped"/> ones. The rule
/// of order lives here and nowhere else: a version is told once, after all before it, unless one of those was waited for in vain.
/// </summary>
internal sealed record Story(Guid Reference, int Through, IReadOnlyList<int> Skipped)
{
    /// <summary>What follows from newly arrived facts and the passing of time; pure.</summary>
    /// <param name="held">What waits already.</param>
    /// <param name="arrived">What has come, in any order and with repetitions.</param>
    /// <param name="overdue">Facts held since then or longer are told without what is missing before them.</param>
    public Telling Tell(IReadOnlyCollection<HeldOccurrence> held, IEnumerable<Occurrence> arrived, DateTimeOffset? overdue = null)
    {
        var waiting = held.ToDictionary(fact => fact.What.Version, fact => fact.What);
        var told = new List<Occurrence>();
        var skipped = new List<int>(Skipped);
        foreach (var fact in arrived)
        {
            if (skipped.Remove(fact.Version)) told.Add(fact);
            else if (fact.Version > Through) waiting.TryAdd(fact.Version, fact);
        }

        var outOfOrder = 0;
        var through = Continue(Through);
        var lastOverdue = held.Where(fact => fact.HeldAt <= overdue).Select(fact => fact.What.Version).DefaultIfEmpty().Max();
        while (through < lastOverdue)
        {
            var next = waiting.Keys.Min();
            skipped.AddRange(Enumerable.Range(through + 1, next - through - 1));
            outOfOrder++;
            through = Continue(next - 1);
        }

        var before = held.Select(fact => fact.What.Version).ToHashSet();
        return new Telling(
            this with { Through = through, Skipped = skipped },
            told,
            [.. waiting.Values.Where(fact => !before.Contains(fact.Version))],
            [.. before.Where(version => !waiting.ContainsKey(version))],
            outOfOrder);

        int Continue(int from)
        {
            while (waiting.Remove(from + 1, out var next))
            {
                told.Add(next);
                from++;
            }
            return from;
        }
    }
}

/// <summary>What is told now, in order; what must wait; which versions wait no longer; how many gaps were passed over.</summary>
internal sealed record Telling(Story Story, IReadOnlyList<Occurrence> Told, IReadOnlyList<Occurrence> Hold, IReadOnlyList<int> Unhold, int OutOfOrder);
