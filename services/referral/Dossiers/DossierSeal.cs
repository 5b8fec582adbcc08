using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Sealing;

namespace Tiltas.Referral.Dossiers;

/// <summary>
/// Seals a dossier part under a data key of its own. What a part belongs to is bound in, so a part moved to another subject, class,
/// owner or version does not open.
/// </summary>
public static class DossierSeal
{
    /// <summary>A new data key, sealed under the owner's key.</summary>
    public static byte[] NewKey(this Seal seal, SubjectRef subject, DataClass dataClass, AgencyId owner) => seal.NewKey(Place(subject, dataClass, owner, 0));

    /// <summary>Seals content as the given version of the part.</summary>
    public static byte[] Close(this Seal seal, byte[] wrappedKey, ReadOnlySpan<byte> content, SubjectRef subject, DataClass dataClass, AgencyId owner, int version) =>
        seal.Close(wrappedKey, content, Place(subject, dataClass, owner, version));

    /// <summary>Opens a part.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was changed, moved, or the key is another.</exception>
    public static byte[] Open(this Seal seal, byte[] wrappedKey, byte[] sealedPart, SubjectRef subject, DataClass dataClass, AgencyId owner, int version) =>
        seal.Open(wrappedKey, sealedPart, Place(subject, dataClass, owner, version));

    // What was sealed before must open for ever, so these texts never change.
    private static SealedPlace Place(SubjectRef subject, DataClass dataClass, AgencyId owner, int version) =>
        new(owner, $"tiltas key v1|{subject}|{dataClass}|{owner}|0", $"tiltas part v1|{subject}|{dataClass}|{owner}|{version}");
}
