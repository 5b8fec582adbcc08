using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.Information;

/// <summary>What can stop the record that a person was told.</summary>
public static class InformationErrors
{
    public static readonly Error Nothing = new Error.Invalid("TLT-IDN-0102", "At least one right is named, and none twice.", "$.entitlements");

    public static readonly Error Language = new Error.Invalid("TLT-IDN-0103", "A language is named by a two-letter code of ISO 639-1.", "$.language");

    public static readonly Error NoSuchVersion = new Error.Invalid("TLT-IDN-0104", "The version is that of the standing that was told of: from 1 to the present one.", "$.version");

    public static readonly Error NeverHeld = new Error.Invalid("TLT-IDN-0105", "A person is told of rights that came or went with a status, and one of these never did.", "$.entitlements");
}
