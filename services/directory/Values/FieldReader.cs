using System.Collections.Immutable;
using Tiltas.Directory.Coverage;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Values;

/// <summary>
/// Reads the fields of one request into values. Keeps the first error; what it returns for a wrong field is never used,
/// because the caller looks at <see cref="Error"/> before anything else.
/// </summary>
internal sealed class FieldReader(Country country)
{
    private static readonly DateOnly FirstDay = new(1900, 1, 1);
    private static readonly DateOnly LastDay = new(2199, 12, 31);

    public Error.Invalid? Error { get; private set; }

    public T Fail<T>(Error.Invalid error)
    {
        Error ??= error;
        return default!;
    }

    public T Required<T>(T? value, string field) where T : struct => value ?? Fail<T>(FieldErrors.Missing(field));

    public string Line(string? text, string field, int longest)
    {
        if (text is null) return Fail<string>(FieldErrors.Missing(field));
        var trimmed = text.Trim();
        return trimmed.Length is 0 || trimmed.Length > longest || trimmed.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029')
            ? Fail<string>(FieldErrors.Text(field, longest))
            : trimmed;
    }

    public string? OptionalLine(string? text, string field, int longest) => text is null ? null : Line(text, field, longest);

    public DateOnly Date(DateOnly? date, string field) => date switch
    {
        null => Fail<DateOnly>(FieldErrors.Missing(field)),
        { } day when day < FirstDay || day > LastDay => Fail<DateOnly>(FieldErrors.Date(field)),
        { } day => day,
    };

    public ImmutableSortedDictionary<string, string> Name(Dictionary<string, string?>? texts, string field)
    {
        var name = Translations(texts, field);
        return name is null || name.ContainsKey("en") ? name! : Fail<ImmutableSortedDictionary<string, string>>(FieldErrors.English(field));
    }

    public ImmutableSortedDictionary<string, string>? OptionalTranslations(Dictionary<string, string?>? texts, string field) =>
        texts is null ? null : Translations(texts, field);

    private ImmutableSortedDictionary<string, string> Translations(Dictionary<string, string?>? texts, string field)
    {
        if (texts is null) return Fail<ImmutableSortedDictionary<string, string>>(FieldErrors.Missing(field));
        if (texts.Count is 0 or > 12 || !texts.Keys.All(LanguageCode.IsKnown))
            return Fail<ImmutableSortedDictionary<string, string>>(FieldErrors.Translations(field));
        return texts.ToImmutableSortedDictionary(pair => pair.Key, pair => Line(pair.Value, $"{field}.{pair.Key}", 200), StringComparer.Ordinal);
    }

    public OpeningHours Hours(string? text, string field) =>
        text is null ? Fail<OpeningHours>(FieldErrors.Missing(field))
        : OpeningHours.TryParse(text, out var hours) ? hours
        : Fail<OpeningHours>(FieldErrors.Hours(field));

    public string Phone(string? text, string field)
    {
        var number = Line(text, field, 30);
        return Error is null && !Values.Contact.IsValue(ContactKind.Phone, number) ? Fail<string>(FieldErrors.Contact(field)) : number;
    }

    /// <summary>Order is kept: the first is the one to try first.</summary>
    public string[] Languages(string?[]? codes, string field) => List(codes, field, 1, 40, LanguageCode.IsKnown, FieldErrors.Language);

    public string Municipality(string? code, string field) =>
        code is null ? Fail<string>(FieldErrors.Missing(field))
        : country.IsMunicipality(code) ? code
        : Fail<string>(FieldErrors.Municipality(field));

    public string[] Areas(string?[]? codes, string field)
    {
        var areas = List(codes, field, 1, 100, country.IsArea, FieldErrors.Area);
        Array.Sort(areas ?? [], StringComparer.Ordinal);
        return areas!;
    }

    /// <summary>A set: written in the order of its list, so that the same set is the same record.</summary>
    public T[] Set<T>(T[]? values, string field, int least, int most) where T : struct
    {
        if (values is null) return Fail<T[]>(FieldErrors.Missing(field));
        if (values.Length < least || values.Length > most) return Fail<T[]>(FieldErrors.Count(field, least, most));
        if (FirstRepeated(values) is { } at) return Fail<T[]>(FieldErrors.Repeated($"{field}[{at}]"));
        return [.. values.OrderBy(value => value.ToString(), StringComparer.Ordinal)];
    }

    public Source Source(SourceInput? source, string field) => source is null
        ? Fail<Source>(FieldErrors.Missing(field))
        : new Source { Title = Line(source.Title, field + ".title", 500), Date = Date(source.Date, field + ".date"), Url = Link(source.Url, field + ".url") };

    public Contact[] Contacts(ContactInput?[]? contacts, string field)
    {
        if (contacts is null) return Fail<Contact[]>(FieldErrors.Missing(field));
        return contacts.Length > 20 ? Fail<Contact[]>(FieldErrors.Count(field, 0, 20)) : [.. contacts.Select((contact, i) => Contact(contact, $"{field}[{i}]"))];
    }

    public Contact Contact(ContactInput? contact, string field)
    {
        if (contact is null) return Fail<Contact>(FieldErrors.Missing(field));
        var kind = Required(contact.Kind, field + ".kind");
        var value = Line(contact.Value, field + ".value", 1000);
        if (Error is null && !Values.Contact.IsValue(kind, value)) return Fail<Contact>(FieldErrors.Contact(field + ".value"));
        return new Contact
        {
            Kind = kind,
            Value = value,
            Label = OptionalTranslations(contact.Label, field + ".label"),
            Hours = contact.Hours is null ? null : Hours(contact.Hours, field + ".hours"),
            Languages = contact.Languages is null ? null : Languages(contact.Languages, field + ".languages"),
        };
    }

    /// <summary>Entries of a list that is not of this class's own, in the order given.</summary>
    public string[] Entries(string?[]? values, string field, int least, int most, Func<string, bool> isEntry, Func<string, Error.Invalid> wrong) => List(values, field, least, most, isEntry, wrong);

    private string? Link(string? text, string field) =>
        text is null || Values.Contact.IsWeb(text) ? text : Fail<string>(FieldErrors.Link(field));

    private string[] List(string?[]? values, string field, int least, int most, Func<string, bool> isEntry, Func<string, Error.Invalid> wrong)
    {
        if (values is null) return Fail<string[]>(FieldErrors.Missing(field));
        if (values.Length < least || values.Length > most) return Fail<string[]>(FieldErrors.Count(field, least, most));
        for (var i = 0; i < values.Length; i++)
            if (values[i] is not { } value || !isEntry(value)) return Fail<string[]>(wrong($"{field}[{i}]"));
        if (FirstRepeated(values) is { } at) return Fail<string[]>(FieldErrors.Repeated($"{field}[{at}]"));
        return [.. values.Select(value => value!)];
    }

    private static int? FirstRepeated<T>(T[] values)
    {
        var seen = new HashSet<T>();
        for (var i = 0; i < values.Length; i++)
            if (!seen.Add(values[i])) return i;
        return null;
    }
}
