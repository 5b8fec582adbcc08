using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts;

/// <summary>
/// One clause of a memorandum: which data classes go along, for which purposes and needs, from whom to whom. Each list is met by any of its
/// entries, and all lists must be met: clauses add up, they never mix.
/// </summary>
public readonly record struct Clause
{
    /// <summary>Its number in the signed paper; it names the same clause in every version.</summary>
    public required ClauseNumber Number { get; init; }
    /// <summary>What may be sent; never empty.</summary>
    public required DataClass[] DataClasses { get; init; }
    /// <summary>What for; never empty.</summary>
    public required Purpose[] Purposes { get; init; }
    /// <summary>For which help; empty means any.</summary>
    public required Need[] Needs { get; init; }
    /// <summary>Which of the parties send under it; absent means each.</summary>
    public AgencyId[]? From { get; init; }
    /// <summary>Which of the parties receive under it; absent means each.</summary>
    public AgencyId[]? To { get; init; }

    /// <summary>True when these two send in this direction under it.</summary>
    public bool Joins(AgencyId from, AgencyId to) => (From is null || From.Contains(from)) && (To is null || To.Contains(to));

    /// <summary>True when it holds for that help; without one, when it holds for any.</summary>
    public bool Serves(Need? need) => Needs.Length == 0 || need is { } one && Needs.Contains(one);

    /// <summary>True when it lets something go from one to the other for this purpose and need.</summary>
    public bool Covers(AgencyId from, AgencyId to, Purpose purpose, Need? need) => Joins(from, to) && Purposes.Contains(purpose) && Serves(need);
}

/// <summary>One party's, or the registrar's, suspension of a memorandum. While any stands, nothing is allowed under it.</summary>
public readonly record struct Suspension
{
    /// <summary>Whose it is; nobody but this agency and the registrar lifts it.</summary>
    public required AgencyId By { get; init; }
    /// <summary>Why.</summary>
    public required SuspensionReason Reason { get; init; }
    /// <summary>First day without it, the whole day, the country's calendar. No last day: it holds until it is lifted.</summary>
    public required DateOnly From { get; init; }
    /// <summary>When it was declared, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>A clause's number such as <c>4.2</c> or <c>3-a</c>: up to 16 letters and digits of ASCII, in groups parted by single dots or hyphens.</summary>
[JsonConverter(typeof(ClauseNumberConverter))]
public readonly partial record struct ClauseNumber
{
    private readonly string? _value;
    private ClauseNumber(string value) => _value = value;

    /// <summary>The text.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads exactly that form.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ClauseNumber number)
    {
        var ok = text is { Length: <= 16 } && Form().IsMatch(text);
        number = ok ? new(text!) : default;
        return ok;
    }

    /// <summary>Of a memorandum without numbered clauses: all of it is one.</summary>
    public static ClauseNumber Only { get; } = new("1");

    /// <inheritdoc/>
    public override string ToString() => Value;

    [GeneratedRegex(@"\A[0-9A-Za-z]+([.-][0-9A-Za-z]+)*\z")]
    private static partial Regex Form();
}

/// <summary>Clause numbers are JSON strings.</summary>
public sealed class ClauseNumberConverter : JsonConverter<ClauseNumber>
{
    /// <inheritdoc/>
    public override ClauseNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && ClauseNumber.TryParse(reader.GetString(), out var number)
            ? number
            : throw new JsonException("a clause number such as 4.2 is expected");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ClauseNumber value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
