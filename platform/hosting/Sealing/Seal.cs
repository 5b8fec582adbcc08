using System.Security.Cryptography;
using System.Text;
using Tiltas.Contracts;

namespace Tiltas.Hosting.Sealing;

/// <summary>What a sealed part belongs to. It is bound in: moved to another place, a key or a part does not open.</summary>
/// <param name="Owner">Whose key seals the part's key.</param>
/// <param name="Key">What the key belongs to.</param>
/// <param name="Part">What the part belongs to.</param>
public sealed record SealedPlace(AgencyId Owner, string Key, string Part);

/// <summary>Seals parts with AES-256-GCM, each under a data key that is itself sealed under the owning agency's key. Without the data key a part is noise.</summary>
public sealed class Seal(IAgencyKeys keys)
{
    private const int Nonce = 12, Tag = 16;

    /// <summary>A new data key, sealed under the owner's key.</summary>
    public byte[] NewKey(SealedPlace place)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        try
        {
            return Close(keys.KeyOf(place.Owner), key, place.Key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Seals content for its place.</summary>
    public byte[] Close(byte[] wrappedKey, ReadOnlySpan<byte> content, SealedPlace place) => WithKey(wrappedKey, place, content.ToArray(), Close);

    /// <summary>Opens a part.</summary>
    /// <exception cref="CryptographicException">It was changed, moved, or the key is another.</exception>
    public byte[] Open(byte[] wrappedKey, byte[] sealedPart, SealedPlace place) => WithKey(wrappedKey, place, sealedPart, Open);

    /// <summary>
    /// Fingerprint of a content that only who has the owner's key can make: from a plain hash, what was chosen from a short list is guessed.
    /// </summary>
    public byte[] Fingerprint(AgencyId owner, ReadOnlySpan<byte> content) =>
        HMACSHA256.HashData(HKDF.DeriveKey(HashAlgorithmName.SHA256, keys.KeyOf(owner), 32, info: "tiltas fingerprint v1"u8.ToArray()), content);

    private byte[] WithKey(byte[] wrappedKey, SealedPlace place, byte[] data, Func<byte[], byte[], string, byte[]> use)
    {
        var key = Open(keys.KeyOf(place.Owner), wrappedKey, place.Key);
        try
        {
            return use(key, data, place.Part);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] Close(byte[] key, byte[] plain, string context)
    {
        var sealedBytes = new byte[Nonce + plain.Length + Tag];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, Nonce));
        using var aes = new AesGcm(key, Tag);
        aes.Encrypt(sealedBytes.AsSpan(0, Nonce), plain, sealedBytes.AsSpan(Nonce, plain.Length), sealedBytes.AsSpan(Nonce + plain.Length), Encoding.UTF8.GetBytes(context));
        return sealedBytes;
    }

    private static byte[] Open(byte[] key, byte[] sealedBytes, string context)
    {
        if (sealedBytes.Length < Nonce + Tag) throw new CryptographicException("A sealed part is too short.");
        var plain = new byte[sealedBytes.Length - Nonce - Tag];
        using var aes = new AesGcm(key, Tag);
        aes.Decrypt(sealedBytes.AsSpan(0, Nonce), sealedBytes.AsSpan(Nonce..^Tag), sealedBytes.AsSpan(^Tag..), plain, Encoding.UTF8.GetBytes(context));
        return plain;
    }
}
