using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Forms;

/// <summary>One field with what was answered: values for all kinds but a note.</summary>
public sealed record FormAnswer
{
    public required string Field { get; init; }

    /// <summary>Codes of options, or one day, number, place or language.</summary>
    public string[]? Values { get; init; }
    public string? Note { get; init; }

    public override string ToString() => "▇▇▇";
}

/// <summary>Answers that fit their form, in its order. Pure.</summary>
public sealed record FilledIn
{
    private static readonly DateOnly Earliest = new(2000, 1, 1);

    private FilledIn() { }

    /// <summary>Every field that was answered.</summary>
    public required IReadOnlyList<FormAnswer> Answers { get; init; }

    /// <summary>How an assessment ended; null for any other form.</summary>
    public required string? Result { get; init; }
    public required DateOnly? Day { get; init; }
    public required string? Place { get; init; }

    /// <summary>True for an assessment with which nothing is passed on.</summary>
    public required bool IsNegative { get; init; }

    /// <summary>The answers by the form, or what is wrong with the first of them that is.</summary>
    public static Result<FilledIn> Read(FormSchema form, FormAnswer?[] answers, Func<string, bool> isPlace, DateOnly today)
    {
        var open = form.Fields().ToDictionary(field => field.Code, StringComparer.Ordinal);
        var given = new Dictionary<string, (FormAnswer Answer, int Index)>(StringComparer.Ordinal);
        for (var i = 0; i < answers.Length; i++)
        {
            if (answers[i] is not { } answer) return FormErrors.NoAnswer(i);
            if (!open.Remove(answer.Field, out var field)) return FormErrors.NotInForm(i);
            if (Clean(field, answer, isPlace, today) is not { } clean) return FormErrors.WrongValue(i, field);
            given.Add(field.Code, (clean, i));
        }

        string? One(string? field) => field is not null && given.TryGetValue(field, out var found) ? found.Answer.Values![0] : null;
        var result = One(form.Result?.Field);
        var negative = form.Result is { } rule && rule.Negative.Contains(result);
        foreach (var field in form.Fields())
        {
            var asked = field.When is not { } when || given.TryGetValue(when.Field, out var on) && on.Answer.Values!.Intersect(when.In).Any();
            if (!asked && given.TryGetValue(field.Code, out var extra)) return FormErrors.NotAsked(extra.Index, field);
            var counted = field.Code == form.Result?.Field || field.Code == form.Result?.Day || field.Code == form.Result?.Place;
            if (asked && field.Required && (!negative || counted) && !given.ContainsKey(field.Code)) return FormErrors.Missing(field);
        }
        return new FilledIn
        {
            Answers = [.. form.Fields().Where(field => given.ContainsKey(field.Code)).Select(field => given[field.Code].Answer)],
            Result = result, Day = One(form.Result?.Day) is { } day ? ReadDay(day) : null, Place = One(form.Result?.Place), IsNegative = negative,
        };
    }

    /// <summary>
    /// SHA-256 of salt, form, schema, version, subject, and then of each answer its field, its values or note, and nothing; in UTF-8, each
    /// ended by a zero byte, which stands in no text. The salt keeps a hash on the way from being guessed open.
    /// </summary>
    public static string Hash(string salt, FormId form, string schema, int version, SubjectRef subject, IEnumerable<FormAnswer> answers)
    {
        var content = new StringBuilder();
        void Add(string item) => content.Append(item).Append('\0');
        Add(salt);
        Add(form.ToString());
        Add(schema);
        Add(version.ToString(CultureInfo.InvariantCulture));
        Add(subject.ToString());
        foreach (var answer in answers)
        {
            Add(answer.Field);
            foreach (var item in answer.Values ?? [answer.Note!]) Add(item);
            Add("");
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content.ToString())));
    }

    /// <summary>The answer with values in the form's order; null when it does not fit the field.</summary>
    private static FormAnswer? Clean(FormField field, FormAnswer answer, Func<string, bool> isPlace, DateOnly today)
    {
        if (field.Kind == FieldKind.Note) return answer is { Values: null, Note: { Length: >= 1 and <= 2000 } note } && note.AsSpan().Trim().Length > 0 ? answer : null;
        if (answer.Note is not null || answer.Values is not { Length: >= 1 } values || Array.Exists(values, value => (object?)value is null)) return null;
        if (field.Kind is FieldKind.Choices or FieldKind.Indicators)
        {
            var chosen = field.Options.Select(option => option.Code).Where(values.Contains).ToArray();
            return chosen.Length == values.Length ? answer with { Values = chosen } : null;
        }
        if (values is not [var only]) return null;
        var fits = field.Kind switch
        {
            FieldKind.Choice or FieldKind.YesNo => field.Options.Any(option => option.Code == only),
            FieldKind.Day => ReadDay(only) is { } day && day >= Earliest && day <= today,
            FieldKind.Number => int.TryParse(only, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= field.Most && number.ToString(CultureInfo.InvariantCulture) == only,
            FieldKind.Place => isPlace(only),
            FieldKind.Language => Languages.Contains(only),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return fits ? answer : null;
    }

    private static DateOnly? ReadDay(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
