using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.Country;

/// <summary>How a field is filled in. A closed set: in all but a note stand codes, days and numbers, and a note is sealed.</summary>
public enum FieldKind
{
    /// <summary>One of the options.</summary>
    Choice,
    /// <summary>One or more of the options.</summary>
    Choices,
    /// <summary>Yes, no or unknown.</summary>
    YesNo,
    /// <summary>A day up to today.</summary>
    Day,
    /// <summary>A whole number from 0.</summary>
    Number,
    /// <summary>A municipality or a border point.</summary>
    Place,
    /// <summary>A language by ISO 639-1.</summary>
    Language,
    /// <summary>One or more indicators of one version of a set.</summary>
    Indicators,
    /// <summary>Free text.</summary>
    Note,
}

/// <summary>One thing that may be chosen, in the words of each language.</summary>
public sealed record FormOption
{
    public required string Code { get; init; }
    public required SortedDictionary<string, string> Text { get; init; }
}

/// <summary>A field is asked only when another has one of these values.</summary>
public sealed record FieldCondition
{
    public required string Field { get; init; }
    public required string[] In { get; init; }
}

/// <summary>One field. Its data class decides who reads it.</summary>
public sealed record FormField
{
    public required string Code { get; init; }
    public required FieldKind Kind { get; init; }
    public required DataClass DataClass { get; init; }
    public required bool Required { get; init; }
    public FieldCondition? When { get; init; }
    public required SortedDictionary<string, string> Text { get; init; }

    /// <summary>What may be chosen; empty for kinds that are not chosen from a list.</summary>
    public required FormOption[] Options { get; init; }

    /// <summary>Where the indicators are from.</summary>
    public string? Set { get; init; }
    public int? SetVersion { get; init; }

    /// <summary>Largest number.</summary>
    public int? Most { get; init; }
}

/// <summary>Fields that stand together.</summary>
public sealed record FormSection
{
    public required SortedDictionary<string, string> Title { get; init; }
    public required FormField[] Fields { get; init; }
}

/// <summary>Of an assessment: which field says how it ended, and with which values there is nothing to pass on.</summary>
public sealed record FormResult
{
    public required string Field { get; init; }

    /// <summary>Values with which the assessment is counted, and nothing else of it is kept.</summary>
    public required string[] Negative { get; init; }

    /// <summary>Field with the day on which it is counted.</summary>
    public required string Day { get; init; }

    /// <summary>Field with the place at which it is counted.</summary>
    public required string Place { get; init; }
}

/// <summary>One version of a form of the country. A version that was filled in never changes.</summary>
public sealed record FormSchema
{
    public required string Id { get; init; }
    public required int Version { get; init; }
    public required SortedDictionary<string, string> Title { get; init; }
    public required DataSource Source { get; init; }

    /// <summary>What is not from the source, in words.</summary>
    public required string? Illustrative { get; init; }

    /// <summary>Kinds of agency that fill it in.</summary>
    public required AgencyType[] FilledInBy { get; init; }

    /// <summary>Needs of a referral under which it may go.</summary>
    public required Need[] Needs { get; init; }

    /// <summary>Kinds of agency it may go to.</summary>
    public required AgencyType[] SentTo { get; init; }
    public required FormSection[] Sections { get; init; }

    /// <summary>Null unless it is an assessment.</summary>
    public required FormResult? Result { get; init; }

    /// <summary>All fields in the form's order.</summary>
    public IEnumerable<FormField> Fields() => Sections.SelectMany(section => section.Fields);

    /// <summary>The content in one fixed form: comments and layout of the file do not count.</summary>
    public string Canonical() => JsonSerializer.Serialize(this, TiltasJson.Messages);

    /// <summary>Reads what <see cref="Canonical"/> wrote.</summary>
    public static FormSchema FromCanonical(string content) => JsonSerializer.Deserialize<FormSchema>(content, TiltasJson.Messages)!;

    /// <summary>Fingerprint of the content.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical())));
}
