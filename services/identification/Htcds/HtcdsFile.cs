using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Htcds;

/// <summary>Reads data/htcds/codes.yaml. A code of ours, a value of the standard or a list that is unknown, doubled or left out is refused with its place.</summary>
public static class HtcdsFile
{
    /// <summary>Where the table lies beside the program; it belongs to no country.</summary>
    public static string Shipped { get; } = Path.Combine(AppContext.BaseDirectory, "htcds", "codes.yaml");

    /// <summary>Every code list of the contracts by name.</summary>
    public static IReadOnlyDictionary<string, string[]> Lists { get; } = typeof(VictimStatus).Assembly.GetExportedTypes()
        .Where(type => type.IsEnum && type.Namespace == typeof(VictimStatus).Namespace).ToDictionary(type => type.Name, Enum.GetNames, StringComparer.Ordinal);

    /// <summary>The table.</summary>
    /// <exception cref="CountryDataException">Something in it is wrong; the message says what and where.</exception>
    public static HtcdsTable Read(string path)
    {
        var root = YamlPlace.Read(path);
        root.OnlyHas("standard", "fields", "notHeld", "absent", "codes", "unused", "definitions", "languages");
        CheckStandard(root.Get("standard"));
        var fields = ReadFields(root.Get("fields"));
        var notHeld = Reasons(root.Get("notHeld"), name => fields.ContainsKey(name) ? "the field stands under fields" : null);
        var absent = Reasons(root.Get("absent"), name => Lists.ContainsKey(name) ? null : "is no code list; code lists are " + string.Join(", ", Lists.Keys));
        var (codes, unused) = (root.Get("codes"), root.Get("unused"));
        var rows = codes.Items().ConvertAll(place => (Place: place, Row: ReadRow(place, fields)));
        var values = unused.Items().ConvertAll(place => (Place: place, Value: ReadUnused(place, fields)));
        HtcdsChecks.Rows(codes, fields, absent, rows, values);
        HtcdsChecks.Values(fields, rows, values);
        return new HtcdsTable([.. rows.Select(row => row.Row)], [.. values.Select(value => value.Value)])
        {
            Fields = [.. fields.Values], NotHeld = notHeld, Absent = absent,
            Definitions = ReadDefinitions(root.Get("definitions"), fields), Languages = ReadLanguages(root.Get("languages")),
        };
    }

    private static void CheckStandard(YamlPlace place)
    {
        place.OnlyHas("title", "version", "url", "licence");
        foreach (var name in (string[])["title", "url", "licence"]) place.Get(name).Text();
        if (place.Get("version").Text() != HtcdsTable.Version) throw place.Get("version").Wrong($"version {HtcdsTable.Version} is expected");
    }

    private static Dictionary<string, HtcdsField> ReadFields(YamlPlace place)
    {
        var fields = new Dictionary<string, HtcdsField>(StringComparer.Ordinal);
        foreach (var (name, field) in place.Each())
        {
            field.OnlyHas("values", "same", "many");
            var values = new HashSet<string>(StringComparer.Ordinal);
            foreach (var value in field.Get("values").Items())
                if (!values.Add(value.Text())) throw value.Wrong("stands twice in this list");
            fields.Add(name, new HtcdsField { Name = name, Values = [.. values], Same = field.Find("same")?.Text(), Many = field.Find("many")?.Text() == "yes" });
        }
        foreach (var needed in (string[])[HtcdsTable.TraffickingStatus, HtcdsTable.DecisionMakingOrg, HtcdsTable.MethodsOfControl, HtcdsTable.TypeOfExploitation, HtcdsTable.OrganisationType])
            if (!fields.ContainsKey(needed)) throw place.Wrong($"\"{needed}\" is missing");
        return fields;
    }

    private static Dictionary<string, string> Reasons(YamlPlace place, Func<string, string?> wrong)
    {
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, reason) in place.Each())
        {
            if (wrong(name) is { } why) throw reason.Wrong(why);
            reasons.Add(name, reason.Text());
        }
        return reasons;
    }

    private static HtcdsRow ReadRow(YamlPlace place, Dictionary<string, HtcdsField> fields)
    {
        place.OnlyHas("list", "code", "field", "value", "match", "note");
        var (list, field) = (List(place), Field(place, fields));
        var (match, value, note) = (place.Get("match").Code<HtcdsMatch>(), place.Find("value"), place.Find("note")?.Text());
        if (match != HtcdsMatch.Exact && note is null) throw place.Wrong("what is not exact needs a note that says why");
        if (match != HtcdsMatch.None && value is null) throw place.Wrong("without a value the match is None");
        if (match == HtcdsMatch.None && value is not null && value.Text() != HtcdsTable.Other) throw value.Wrong("where the standard has no value, only Other may stand");
        return new HtcdsRow
        {
            List = list, Code = OneOf(place.Get("code"), Lists[list], list), Field = field.Name,
            Value = value is null ? null : OneOf(value, field.Values, field.Name), Match = match, Note = note,
        };
    }

    private static HtcdsUnused ReadUnused(YamlPlace place, Dictionary<string, HtcdsField> fields)
    {
        place.OnlyHas("list", "field", "value", "reads", "why");
        var (list, field) = (List(place), Field(place, fields));
        return new HtcdsUnused
        {
            List = list, Field = field.Name, Value = OneOf(place.Get("value"), field.Values, field.Name),
            Reads = place.Find("reads") is { } reads ? OneOf(reads, Lists[list], list) : null, Why = place.Get("why").Text(),
        };
    }

    private static List<HtcdsDefinition> ReadDefinitions(YamlPlace place, Dictionary<string, HtcdsField> fields)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return place.Items().ConvertAll(item =>
        {
            item.OnlyHas("defined", "value", "match", "note");
            var (match, note) = (item.Get("match").Code<HtcdsMatch>(), item.Find("note")?.Text());
            if (!seen.Add(item.Get("defined").Text())) throw item.Get("defined").Wrong("stands twice in this list");
            if (match != HtcdsMatch.Exact && note is null) throw item.Wrong("what is not exact needs a note that says why");
            return new HtcdsDefinition
            {
                Defined = item.Get("defined").Text(), Value = OneOf(item.Get("value"), fields[HtcdsTable.MethodsOfControl].Values, HtcdsTable.MethodsOfControl), Match = match, Note = note,
            };
        });
    }

    private static Dictionary<string, string> ReadLanguages(YamlPlace place)
    {
        var languages = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (code, three) in place.Each())
        {
            if (!Contracts.Codes.Languages.Contains(code)) throw three.Wrong("is no code of ISO 639-1");
            if (three.Text() is not { Length: 3 } text || !text.All(char.IsAsciiLetterLower)) throw three.Wrong("three small letters are expected (ISO 639-2)");
            if (!taken.Add(text)) throw three.Wrong("stands twice in this list");
            languages.Add(code, text);
        }
        if (Contracts.Codes.Languages.All.Order(StringComparer.Ordinal).FirstOrDefault(code => !languages.ContainsKey(code)) is { } missing) throw place.Wrong($"\"{missing}\" is missing");
        return languages;
    }

    private static string List(YamlPlace place) => OneOf(place.Get("list"), Lists.Keys, "code lists");

    private static HtcdsField Field(YamlPlace place, Dictionary<string, HtcdsField> fields) => fields[OneOf(place.Get("field"), fields.Keys, "fields")];

    private static string OneOf(YamlPlace place, IEnumerable<string> known, string what)
    {
        var text = place.Text();
        return known.Contains(text, StringComparer.Ordinal) ? text : throw place.Wrong($"is not known in {what}; known are {string.Join(", ", known)}");
    }
}
