using System.Collections;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Values;

namespace Tiltas.Directory.Coverage;

/// <summary>What counts for coverage of one service: what it gives, where, and when somebody is there or on call.</summary>
internal sealed record CoveringService(AgencyId Agency, Need Need, string[] Areas, OpeningHours Hours, OpeningHours? OnCall);

/// <summary>A time at which coverage is asked about, and whether a service with those hours is there all along.</summary>
internal sealed record CoverageTime(string Name, Func<OpeningHours, OpeningHours?, bool> Covers)
{
    /// <summary>A time of an ordinary week, without holidays and changes of clocks: somebody is there or on call in each of its minutes.</summary>
    public static CoverageTime OfWeek(string name, OpeningHours time)
    {
        var (asked, weeks) = (time.WeekMinutes(), new Dictionary<OpeningHours, BitArray>());
        return new CoverageTime(name, (hours, onCall) =>
        {
            var there = new BitArray(Week(hours));
            if (onCall is not null) there.Or(Week(onCall));
            return !there.Not().And(asked).HasAnySet();
        });

        BitArray Week(OpeningHours hours) => weeks.TryGetValue(hours, out var week) ? week : weeks[hours] = hours.WeekMinutes();
    }

    /// <summary>One moment.</summary>
    public static CoverageTime Of(DateTimeOffset at, CountryTime calendar) =>
        new("At", (hours, onCall) => hours.IsOpen(at, calendar) || onCall?.IsOpen(at, calendar) == true);
}

/// <summary>Who gives one help in one municipality at one time; nobody is a gap.</summary>
internal sealed record Cover(Municipality Municipality, Need Need, string Time, IReadOnlyList<AgencyId> Agencies);

/// <summary>Municipality by need by time: who, or the gap. Pure.</summary>
internal static class CoverageMap
{
    /// <summary>In the order of municipalities' codes, needs and times as given.</summary>
    public static IEnumerable<Cover> Of(Country country, IReadOnlyList<Need> needs, IReadOnlyList<CoverageTime> times, IEnumerable<CoveringService> services)
    {
        var wanted = needs.ToHashSet();
        var there = new Dictionary<(Need Need, string Time, string Area), SortedSet<string>>();
        var hours = new Dictionary<(OpeningHours, OpeningHours?), string[]>();
        foreach (var service in services.Where(service => wanted.Contains(service.Need)))
        {
            if (!hours.TryGetValue((service.Hours, service.OnCall), out var covered))
                covered = hours[(service.Hours, service.OnCall)] = [.. times.Where(time => time.Covers(service.Hours, service.OnCall)).Select(time => time.Name)];
            foreach (var time in covered)
                foreach (var area in service.Areas)
                {
                    var key = (service.Need, time, area);
                    if (!there.TryGetValue(key, out var agencies)) there[key] = agencies = new(StringComparer.Ordinal);
                    agencies.Add(service.Agency.Value);
                }
        }
        return from municipality in country.Municipalities
               let around = country.Around(municipality.Code)
               from need in needs
               from time in times
               select new Cover(municipality, need, time.Name,
                   [.. around.SelectMany(area => there.GetValueOrDefault((need, time.Name, area)) ?? []).Distinct().Order(StringComparer.Ordinal).Select(AgencyId.From)]);
    }
}
