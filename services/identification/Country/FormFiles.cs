using System.Text.RegularExpressions;
using Tiltas.Contracts.Codes;

namespace Tiltas.Identification.Country;

/// <summary>Reads forms from files; adding a form, or a version of one, needs no release. A country without forms has no such folder.</summary>
public static partial class FormFiles
{
    [GeneratedRegex("^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex SchemaId();

    /// <summary>All versions of all forms of a folder.</summary>
    /// <exception cref="CountryDataException">A file is wrong, or two files hold the same version of one form.</exception>
    public static IReadOnlyList<FormSchema> ReadAll(string folder, IReadOnlyList<IndicatorSet> sets)
    {
        if (!System.IO.Directory.Exists(folder)) return [];
        var forms = new Dictionary<(string Id, int Version), (FormSchema Form, string File)>();
        foreach (var path in System.IO.Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            var form = Read(path, sets);
            var file = Path.GetFileName(path);
            if (!forms.TryAdd((form.Id, form.Version), (form, file)))
                throw new CountryDataException($"{file}: version {form.Version} of {form.Id} already stands in {forms[(form.Id, form.Version)].File}.");
        }
        return [.. forms.Values.Select(pair => pair.Form)];
    }

    /// <summary>One version of one form.</summary>
    public static FormSchema Read(string path, IReadOnlyList<IndicatorSet> sets)
    {
        var root = YamlPlace.Read(path);
        root.OnlyHas("id", "version", "title", "source", "illustrative", "filledInBy", "send", "sections", "result");
        var (id, send, list) = (root.Get("id"), root.Get("send"), root.Get("sections"));
        if (id.Text() is not { Length: <= 40 } name || !SchemaId().IsMatch(name))
            throw id.Wrong("up to 40 characters A-Z, 0-9 and single hyphens are expected, such as LT-SLI-IDENTIFICATION");
        send.OnlyHas("needs", "to");
        if (list.Items() is not { Count: >= 1 and <= 30 } sections) throw list.Wrong("1 to 30 sections are expected");

        var before = new Dictionary<string, FormField>(StringComparer.Ordinal);
        return new FormSchema
        {
            Id = name,
            Version = root.Get("version").Positive(),
            Title = root.Get("title").Languages(),
            Source = root.Get("source").Source(),
            Illustrative = root.Find("illustrative")?.Text(),
            FilledInBy = root.Get("filledInBy").Codes<AgencyType>(),
            Needs = send.Get("needs").Codes<Need>(),
            SentTo = send.Get("to").Codes<AgencyType>(),
            Sections = [.. sections.Select(section => ReadSection(section, before, sets))],
            Result = root.Find("result") is { } result ? ReadResult(result, before) : null,
        };
    }

    private static FormSection ReadSection(YamlPlace place, Dictionary<string, FormField> before, IReadOnlyList<IndicatorSet> sets)
    {
        place.OnlyHas("title", "fields");
        var list = place.Get("fields");
        if (list.Items() is not { Count: >= 1 and <= 60 } fields) throw list.Wrong("1 to 60 fields are expected");
        return new FormSection { Title = place.Get("title").Languages(), Fields = [.. fields.Select(field => FormFields.Read(field, before, sets))] };
    }

    private static FormResult ReadResult(YamlPlace place, Dictionary<string, FormField> fields)
    {
        place.OnlyHas("field", "negative", "day", "place");
        var list = place.Get("negative");
        var field = Asked(place.Get("field"), FieldKind.Choice);
        var negative = list.Items().ConvertAll(item =>
            field.Options.Any(option => option.Code == item.Text()) ? item.Text() : throw item.Wrong($"is no option of {field.Code}"));
        if (negative.Distinct().Count() != negative.Count || negative.Count == 0 || negative.Count >= field.Options.Length)
            throw list.Wrong($"some of the options of {field.Code} are expected, each once, and not all of them");
        return new FormResult { Field = field.Code, Negative = [.. negative], Day = Asked(place.Get("day"), FieldKind.Day).Code, Place = Asked(place.Get("place"), FieldKind.Place).Code };

        FormField Asked(YamlPlace at, FieldKind kind) =>
            fields.GetValueOrDefault(at.Text()) is { Required: true, When: null } found && found.Kind == kind ? found : throw at.Wrong($"a required field of kind {kind} without a condition is expected");
    }
}
