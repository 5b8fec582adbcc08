using System.Globalization;
using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.Statuses;

/// <summary>A formal decision, by its reference in the deciding authority's own books, and its day. Stays in this service; prints a mask.</summary>
public sealed record Decision
{
    private Decision(string reference, DateOnly decidedOn) => (Reference, DecidedOn) = (reference, decidedOn);

    /// <summary>Up to 64 letters, digits, spaces and - . /, with a digit among them.</summary>
    public string Reference { get; }

    /// <summary>The day, in the country's calendar.</summary>
    public DateOnly DecidedOn { get; }

    /// <summary>The decision a request names: none, a good one, or what is wrong with it.</summary>
    public static Result<Decision?> Parse(string? reference, DateOnly? decidedOn, DateOnly today)
    {
        if (reference is null && decidedOn is null) return (Decision?)null;
        if (reference is null) return StatusErrors.DecisionMissing;
        if (!HasForm(reference)) return StatusErrors.ReferenceForm;
        if (decidedOn is not { } day) return StatusErrors.DateMissing;
        if (day > today) return StatusErrors.InTheFuture;
        return new Decision(reference, day);
    }

    /// <summary>A decision that was checked when it was stored.</summary>
    public static Decision Stored(string reference, DateOnly decidedOn) => new(reference, decidedOn);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Decision ({Reference.Length} characters)");

    // A reference without any digit is more likely a person's name.
    private static bool HasForm(string text) =>
        text is { Length: >= 1 and <= 64 } && text[0] != ' ' && text[^1] != ' '
        && text.All(c => char.IsLetter(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '/' or ' ') && text.Any(char.IsAsciiDigit);
}
