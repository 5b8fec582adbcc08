using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Referral.Dossiers;

/// <summary>The key of one part, sealed under the owner's key; without it the part is noise.</summary>
public sealed class DossierKey
{
    public SubjectRef Subject { get; init; }
    public DataClass DataClass { get; init; }
    public AgencyId Owner { get; init; }
    public byte[] WrappedKey { get; init; } = [];
}

/// <summary>One data class of one subject's dossier, sealed.</summary>
public sealed class DossierPart
{
    public SubjectRef Subject { get; init; }
    public DataClass DataClass { get; init; }
    public byte[] Sealed { get; set; } = [];
    public int Version { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>What a part says: HTCDS field names with their values. Prints a mask.</summary>
public sealed class PartFields : Dictionary<string, string>
{
    public override string ToString() => "▇▇▇";
}

internal static class ClassName
{
    /// <summary>A data class in a path, by its exact name: a number that names nothing is parsed too, and prints as itself.</summary>
    public static bool TryParse(string text, out DataClass dataClass) =>
        Enum.TryParse(text, out dataClass) && Enum.IsDefined(dataClass) && dataClass.ToString() == text;
}

internal static class DossierErrors
{
    public static readonly Error Empty = new Error.Invalid("TLT-REF-0501", "A part holds 1 to 64 fields.", "$.fields");

    public static readonly Error FieldName = new Error.Invalid("TLT-REF-0502", "A field name is 1 to 64 letters, digits and underscores, as in HTCDS.", "$.fields");

    public static readonly Error FieldValue = new Error.Invalid("TLT-REF-0503", "The value of a field is text, never null.", "$.fields");

    public static readonly Error UnknownClass = new Error.NotFound("TLT-REF-0504", "There is no such data class.");

    public static readonly Error NoPart = new Error.NotFound("TLT-REF-0505", "The dossier holds nothing of this data class.");
}
