using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Identification.Entitlements;
using Tiltas.Identification.Gaps;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Statuses;

/// <summary>Where a person stands after a change, as far as whoever made it may know.</summary>
public sealed record ChangedStanding
{
    public required VictimStatus Status { get; init; }
    public required int Version { get; init; }
    public required AgeBand AgeBand { get; init; }

    /// <summary>Told to the agency that told of it.</summary>
    public required ResidenceStatus? Residence { get; init; }
    public required IReadOnlyList<Entitled> Entitlements { get; init; }
}

/// <summary>
/// Adds one version of a standing, whatever changed by it: entitlements follow, others are told of them, and the person is owed to be told
/// of each that came or went. All of it in the commit of the change.
/// </summary>
public sealed class WriteStanding(IdentificationStore db, Door door, Calendar calendar, EntitlementTable table, GapRules rules, TimeProvider time)
{
    /// <summary>The row as it is stored, with its entitlements.</summary>
    public async Task<StandingRow> Add(StandingRow changed, StandingRow? before, CancellationToken stop)
    {
        var row = WithRights(changed, table);
        db.Add(row);
        if (Told(row, before) is not { } told) return row;
        db.Publish(told, time);
        await Owe(row, before, told.Gained, told.Lost, stop);
        return row;
    }

    /// <summary>With what status, age and right to stay entitle to.</summary>
    internal static StandingRow WithRights(StandingRow row, EntitlementTable table) =>
        row with { TableVersion = table.Version, Entitlements = [.. table.For(row.Status, row.AgeBand, row.Residence).Select(item => item.Entitlement.ToString())] };

    /// <summary>What is told of entitlements when one row follows another; nothing when they are the same.</summary>
    internal static EntitlementsChanged? Told(StandingRow row, StandingRow? before)
    {
        var (gained, lost) = (Codes(row.Entitlements.Except(before?.Entitlements ?? [])), Codes((before?.Entitlements ?? []).Except(row.Entitlements)));
        return gained.Length == 0 && lost.Length == 0 ? null : new EntitlementsChanged
        {
            Subject = row.Subject, Version = row.Version, At = row.At, Entitlements = Codes(row.Entitlements), Gained = gained, Lost = lost,
        };
    }

    /// <summary>What the agency that changed it is told.</summary>
    public ChangedStanding Answer(AgencyId agency, StandingRow row)
    {
        ResidenceStatus? residence = row.ResidenceBy == agency ? row.Residence : null;
        return new ChangedStanding
        {
            Status = row.Status, Version = row.Version, AgeBand = row.AgeBand, Residence = residence,
            Entitlements = table.For(row.Status, row.AgeBand, residence ?? ResidenceStatus.Unknown),
        };
    }

    // Who changed it tells the person; of what follows from the right to stay, who knows that right and still has a part in it.
    private async Task Owe(StandingRow row, StandingRow? before, Entitlement[] gained, Entitlement[] lost, CancellationToken stop)
    {
        var due = row.At + rules[GapKind.EntitlementsNotTold].After;
        var by = row.ToldBy ?? row.By;
        HashSet<Entitlement> hidden = [.. ByResidence(row), .. before is null ? [] : ByResidence(before)];
        var knowing = hidden.Count == 0 || row.ResidenceBy is not { } teller ? by
            : teller == by || await door.MayCome(teller, row.Subject, stop) ? teller
            : await door.OwnerOf(row.Subject, stop) ?? teller;
        // A period that runs goes on whatever becomes of the status: nobody is told that it went.
        if (lost.Contains(Entitlement.ReflectionPeriod) && await IsReflecting(row.Subject, stop)) lost = [.. lost.Where(one => one != Entitlement.ReflectionPeriod)];
        var changes = gained.Select(one => (What: one, Held: true)).Concat(lost.Select(one => (What: one, Held: false))).Select(change => new EntitlementChangeRow
        {
            Subject = row.Subject, Version = row.Version, Entitlement = change.What, Held = change.Held, ByResidence = hidden.Contains(change.What),
            OwedBy = hidden.Contains(change.What) ? knowing : by, DueBy = due, At = row.At,
        }).ToList();
        db.AddRange(changes);
        foreach (var owed in changes.GroupBy(change => change.OwedBy))
            db.Publish(new InformationDue
            {
                Subject = row.Subject, Version = row.Version, Entitlements = [.. owed.Select(change => change.Entitlement)], OwedBy = owed.Key, DueBy = due, At = row.At,
            }, time);
    }

    private async Task<bool> IsReflecting(SubjectRef subject, CancellationToken stop) =>
        await db.Reflections.AsNoTracking().Where(period => period.Subject == subject).OrderByDescending(period => period.Version).FirstOrDefaultAsync(stop) is { } last
        && last.ToPeriod().On(calendar.Today).State is ReflectionState.Running or ReflectionState.Paused;

    private IEnumerable<Entitlement> ByResidence(StandingRow row) =>
        table.For(row.Status, row.AgeBand, row.Residence).Where(item => item.Because.Contains(Entitled.ByResidence)).Select(item => item.Entitlement);

    private static Entitlement[] Codes(IEnumerable<string> names) => [.. names.Select(Enum.Parse<Entitlement>)];
}
