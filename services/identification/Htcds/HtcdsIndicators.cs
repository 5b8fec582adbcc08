using System.Collections.Frozen;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Htcds;

/// <summary>
/// Which method of control an observed indicator is, from the country's htcds.yaml, by set and indicator whatever the set's version. A country without
/// the file has no rows. What is written never says more than was observed.
/// </summary>
public sealed class HtcdsIndicators
{
    private readonly FrozenDictionary<(string Set, string Indicator), ControlMethod?> _methods;

    private HtcdsIndicators(Dictionary<(string Set, string Indicator), ControlMethod?> methods) => _methods = methods.ToFrozenDictionary();

    /// <summary>The rows: set, indicator, and the method if it is one.</summary>
    public IReadOnlyDictionary<(string Set, string Indicator), ControlMethod?> Rows => _methods;

    /// <summary>Reads the file if there is one.</summary>
    /// <exception cref="CountryDataException">Something in it is wrong; the message says what and where.</exception>
    public static HtcdsIndicators Read(string path, IReadOnlyList<IndicatorSet> sets)
    {
        var methods = new Dictionary<(string, string), ControlMethod?>();
        if (!File.Exists(path)) return new(methods);
        var root = YamlPlace.Read(path);
        root.OnlyHas("indicators");
        foreach (var item in root.Get("indicators").Items())
        {
            item.OnlyHas("set", "indicator", "method", "match", "note");
            var (set, indicator) = (item.Get("set").Text(), item.Get("indicator"));
            var method = item.Find("method")?.Code<ControlMethod>();
            // A set that is not among the files any more may have been used before; one that is there holds the indicator in some version.
            var versions = sets.Where(one => one.Id == set).ToList();
            if (versions.Count > 0 && !versions.Any(version => version.Indicators.Any(one => one.Code == indicator.Text()))) throw indicator.Wrong($"no version of {set} has this indicator");
            if (!methods.TryAdd((set, indicator.Text()), method)) throw indicator.Wrong($"{set} {indicator.Text()} stands twice");
            Match(item, method);
        }
        return new(methods);
    }

    /// <summary>The methods of control among what was observed, in the order of the code list.</summary>
    public IEnumerable<ControlMethod> MethodsOf(IndicatorSet set, IReadOnlySet<string> observed) =>
        set.Indicators.Where(indicator => observed.Contains(indicator.Code)).Select(indicator => MethodOf(set, indicator)).OfType<ControlMethod>().Distinct().Order();

    // Somebody's will was overcome: that stays, even where nobody said by which of the methods.
    private ControlMethod? MethodOf(IndicatorSet set, Indicator indicator) =>
        _methods.TryGetValue((set.Id, indicator.Code), out var method) ? method : indicator.Element == DefinitionElement.Means ? ControlMethod.Other : null;

    /// <summary>
    /// The forms of exploitation among what was observed. Indicators of the purpose alone say that there is one: a sign that may point to it is none. One
    /// that names several says that it is one of them, not all, so it becomes Other.
    /// </summary>
    public static IEnumerable<ExploitationType> ExploitationOf(IndicatorSet set, IReadOnlySet<string> observed) =>
        set.Indicators.Where(indicator => indicator.Element == DefinitionElement.Purpose && indicator.Exploitation.Length > 0 && observed.Contains(indicator.Code))
            .Select(indicator => indicator.Exploitation is [var only] ? only : ExploitationType.Other).Distinct().Order();

    private static void Match(YamlPlace item, ControlMethod? method)
    {
        var match = item.Find("match") is { } said ? said.Code<HtcdsMatch>() : (HtcdsMatch?)null;
        if (method is null != match is null) throw item.Wrong("method and match stand together");
        if (match != HtcdsMatch.Exact && item.Find("note") is null) throw item.Wrong("what is not exact needs a note that says why");
        item.Find("note")?.Text();
        if (match == HtcdsMatch.Broader) throw item.Wrong("a method that says more than the indicator is not written; Other is");
        if (match == HtcdsMatch.None != (method is ControlMethod.Other)) throw item.Wrong("Other stands where no method fits, and the match is None");
    }
}
