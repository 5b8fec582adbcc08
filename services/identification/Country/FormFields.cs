using System.Text.RegularExpressions;
using Tiltas.Contracts.Codes;

namespace Tiltas.Identification.Country;

/// <summary>Reads the fields of a form.</summary>
internal static partial class FormFields
{
    // The same in every form, so that nobody writes them out again.
    private static readonly FormOption[] YesNo =
    [
        Option("Yes", "Taip", "Yes", "Так", "Да"), Option("No", "Ne", "No", "Ні", "Нет"), Option("Unknown", "Nežinoma", "Not known", "Невідомо", "Неизвестно"),
    ];

    [GeneratedRegex("^[A-Z][A-Z0-9_]{0,39}\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex FieldCode();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]{0,39}\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex OptionCode();

    /// <summary>One field; it joins those before it.</summary>
    public static FormField Read(YamlPlace place, Dictionary<string, FormField> before, IReadOnlyList<IndicatorSet> sets)
    {
        place.OnlyHas("code", "kind", "class", "required", "when", "text", "options", "set", "setVersion", "most");
        var (code, kind, dataClass, required) = (place.Get("code"), place.Get("kind").Code<FieldKind>(), place.Get("class"), place.Find("required"));
        if (!FieldCode().IsMatch(code.Text())) throw code.Wrong("up to 40 characters A-Z, 0-9 and _ are expected, such as WORK_SECTOR");
        if (before.ContainsKey(code.Text())) throw code.Wrong("the code stands twice in this form");
        if (dataClass.Code<DataClass>() is DataClass.Identity or DataClass.Contact)
            throw dataClass.Wrong("who a person is and where to reach one stands in the dossier, never in a form");
        if (kind == FieldKind.Note && required?.Flag() == true) throw required.Wrong("nobody is made to write freely about a person; a note is never required");
        Only(place, "options", kind is FieldKind.Choice or FieldKind.Choices);
        Only(place, "set", kind == FieldKind.Indicators);
        Only(place, "setVersion", kind == FieldKind.Indicators);
        Only(place, "most", kind == FieldKind.Number);

        var set = kind == FieldKind.Indicators ? Set(place, sets) : null;
        var field = new FormField
        {
            Code = code.Text(), Kind = kind, DataClass = dataClass.Code<DataClass>(), Required = required?.Flag() ?? false,
            When = place.Find("when") is { } when ? Condition(when, before) : null,
            Text = place.Get("text").Languages(),
            Options = kind switch
            {
                FieldKind.Choice or FieldKind.Choices => Options(place.Get("options")),
                FieldKind.YesNo => YesNo,
                FieldKind.Indicators => [.. set!.Indicators.Select(indicator => new FormOption { Code = indicator.Code, Text = indicator.Text })],
                _ => [],
            },
            Set = set?.Id, SetVersion = set?.Version, Most = kind == FieldKind.Number ? place.Get("most").Positive() : null,
        };
        before.Add(field.Code, field);
        return field;
    }

    private static void Only(YamlPlace place, string name, bool may)
    {
        if (!may && place.Find(name) is { } extra) throw extra.Wrong("does not belong to a field of this kind");
    }

    private static FieldCondition Condition(YamlPlace place, Dictionary<string, FormField> before)
    {
        place.OnlyHas("field", "in");
        var (name, list) = (place.Get("field"), place.Get("in"));
        if (before.GetValueOrDefault(name.Text()) is not { Options.Length: > 0 } field) throw name.Wrong("a field that stands before this one and has options is expected");
        var values = list.Items().ConvertAll(item => field.Options.Any(option => option.Code == item.Text()) ? item.Text() : throw item.Wrong($"is no option of {field.Code}"));
        return values.Count > 0 ? new FieldCondition { Field = field.Code, In = [.. values.Distinct()] } : throw list.Wrong("at least one value is expected");
    }

    private static FormOption[] Options(YamlPlace list)
    {
        if (list.Items() is not { Count: >= 2 and <= 60 } items) throw list.Wrong("2 to 60 options are expected");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. items.Select(item =>
        {
            item.OnlyHas("code", "text");
            var code = item.Get("code");
            if (!OptionCode().IsMatch(code.Text())) throw code.Wrong("up to 40 letters and digits are expected, the first a capital, such as ForcedLabour");
            if (!seen.Add(code.Text())) throw code.Wrong("the option stands twice");
            return new FormOption { Code = code.Text(), Text = item.Get("text").Languages() };
        })];
    }

    private static IndicatorSet Set(YamlPlace place, IReadOnlyList<IndicatorSet> sets)
    {
        var (id, version) = (place.Get("set"), place.Get("setVersion"));
        return sets.FirstOrDefault(set => set.Id == id.Text() && set.Version == version.Positive()) ?? throw id.Wrong("there is no such version of an indicator set");
    }

    private static FormOption Option(string code, string lt, string en, string uk, string ru) => new()
    {
        Code = code, Text = new(StringComparer.Ordinal) { ["en"] = en, ["lt"] = lt, ["ru"] = ru, ["uk"] = uk },
    };
}
