using Tiltas.Identification.Country;

namespace Tiltas.Identification.Htcds;

/// <summary>Holds the rows of the table against each other: nothing twice, nothing left out, and "Exact" only where nothing is lost.</summary>
internal static class HtcdsChecks
{
    /// <summary>Each list is spoken of or said to be absent; each code of a list has one row for each field of the list.</summary>
    public static void Rows(
        YamlPlace codes, Dictionary<string, HtcdsField> fields, Dictionary<string, string> absent,
        List<(YamlPlace Place, HtcdsRow Row)> rows, List<(YamlPlace Place, HtcdsUnused Value)> unused)
    {
        var seen = new HashSet<(string, string, string)>();
        foreach (var (place, row) in rows)
        {
            if (absent.ContainsKey(row.List)) throw place.Wrong($"{row.List} stands under absent");
            if (!seen.Add((row.List, row.Code, row.Field))) throw place.Wrong($"{row.List} {row.Code} stands twice for {row.Field}");
        }
        foreach (var (list, names) in HtcdsFile.Lists)
        {
            var spoken = rows.Where(row => row.Row.List == list).Select(row => row.Row.Field).Distinct().ToList();
            if (spoken.Count == 0 && !absent.ContainsKey(list)) throw codes.Wrong($"{list} stands neither here nor under absent");
            foreach (var field in spoken)
                if (names.FirstOrDefault(name => !seen.Contains((list, name, field))) is { } missing)
                    throw rows.First(row => row.Row.List == list && row.Row.Field == field).Place.Wrong($"{list} {missing} has no row for {field}");
        }
        if (fields.Keys.FirstOrDefault(field => rows.All(row => row.Row.Field != field)) is { } unspoken) throw codes.Wrong($"no list speaks of {unspoken}; it belongs under notHeld");
        foreach (var (place, value) in unused)
            if (rows.All(row => row.Row.List != value.List || row.Row.Field != value.Field)) throw place.Wrong($"{value.List} has no rows for {value.Field}");
    }

    /// <summary>Each value of a field is written by a code or said to be unused; what is said of a match is so.</summary>
    public static void Values(Dictionary<string, HtcdsField> fields, List<(YamlPlace Place, HtcdsRow Row)> rows, List<(YamlPlace Place, HtcdsUnused Value)> unused)
    {
        foreach (var pair in rows.GroupBy(row => (row.Row.List, row.Row.Field)))
        {
            var told = unused.Where(value => (value.Value.List, value.Value.Field) == pair.Key).ToList();
            var first = pair.First().Place;
            foreach (var (place, value) in told)
            {
                if (pair.Any(row => row.Row.Value == value.Value)) throw place.Wrong($"a code of {value.List} becomes {value.Value}");
                if (told.Count(other => other.Value.Value == value.Value) > 1) throw place.Wrong($"{value.Value} stands twice");
                if (value.Reads is not null && !pair.Any(row => row.Row.Code == value.Reads && row.Row.Match == HtcdsMatch.Broader))
                    throw place.Wrong("a value is read only as a code whose own row is Broader");
            }
            if (fields[pair.Key.Field].Values.FirstOrDefault(value => pair.All(row => row.Row.Value != value) && told.All(one => one.Value.Value != value)) is { } left)
                throw first.Wrong($"no code of {pair.Key.List} becomes {left} of {pair.Key.Field}, and unused does not say why");
            foreach (var (place, row) in pair) Match(place, row, pair.Select(other => other.Row), told.Select(one => one.Value));
        }
    }

    private static void Match(YamlPlace place, HtcdsRow row, IEnumerable<HtcdsRow> rows, IEnumerable<HtcdsUnused> unused)
    {
        var sole = rows.Count(other => other.Value == row.Value) == 1;
        if (row.Match is HtcdsMatch.Exact or HtcdsMatch.Broader && !sole) throw place.Wrong($"{row.Value} is written by other codes, too, so it cannot be {row.Match}");
        if (row.Match == HtcdsMatch.Broader && !unused.Any(value => value.Reads == row.Code)) throw place.Wrong("what is Broader has other values that are read as it");
    }
}
