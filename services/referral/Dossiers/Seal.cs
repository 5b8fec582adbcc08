using System.Security.Cryptography;
using System.Text;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;

namespace Tiltas.Referral.Dossiers;

/// <summary>Where an agency's key encryption key comes from: a file on one machine, a key management service in production.</summary>
public interface IAgencyKeys
{
    /// <summary>32 bytes; the same for the same agency.</summary>
    byte[] KeyOf(AgencyId agency);
}

/// <summary>Derives each agency's key from one master key in a file (HKDF-SHA-256). For one machine.</summary>
public sealed class FileAgencyKeys(byte[] master) : IAgencyKeys
{
    public static FileAgencyKeys Read(string path)
    {
        var master = new byte[33];
        return Convert.TryFromBase64String(File.ReadAllText(path).Trim(), master, out var length) && length == 32
            ? new(master[..32])
            : throw new InvalidDataException("Sealing:MasterKeyFile must hold 32 bytes as base64.");
    }

    public byte[] KeyOf(AgencyId agency) => HKDF.DeriveKey(HashAlgorithmName.SHA256, master, 32, info: Encoding.UTF8.GetBytes("tiltas agency key v1 " + agency.Value));
}

/// <summary>
/// Seals a dossier part with AES-256-GCM under a data key of its own, itself sealed under the owning agency's key. What a part
/// belongs to is bound in, so a part moved to another subject, class or owner does not open.
/// </summary>
public sealed class Seal(IAgencyKeys keys)
{
    private const int Nonce = 12, Tag = 16;

    /// <summary>A new data key, sealed under the owner's key.</summary>
    public byte[] NewKey(SubjectRef subject, DataClass dataClass, AgencyId owner)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        try
        {
            return Close(keys.KeyOf(owner), key, Context("key", subject, dataClass, owner, 0));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Seals content as the given version of the part.</summary>
    public byte[] Close(byte[] wrappedKey, ReadOnlySpan<byte> content, SubjectRef subject, DataClass dataClass, AgencyId owner, int version) =>
        WithKey(wrappedKey, subject, dataClass, owner, content.ToArray(), (key, plain) => Close(key, plain, Context("part", subject, dataClass, owner, version)));

    /// <summary>Opens a part.</summary>
    /// <exception cref="CryptographicException">It was changed, moved, or the key is another.</exception>
    public byte[] Open(byte[] wrappedKey, byte[] sealedPart, SubjectRef subject, DataClass dataClass, AgencyId owner, int version) =>
        WithKey(wrappedKey, subject, dataClass, owner, sealedPart, (key, part) => Open(key, part, Context("part", subject, dataClass, owner, version)));

    private byte[] WithKey(byte[] wrappedKey, SubjectRef subject, DataClass dataClass, AgencyId owner, byte[] data, Func<byte[], byte[], byte[]> use)
    {
        var key = Open(keys.KeyOf(owner), wrappedKey, Context("key", subject, dataClass, owner, 0));
        try
        {
            return use(key, data);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] Close(byte[] key, ReadOnlySpan<byte> plain, byte[] context)
    {
        var sealedBytes = new byte[Nonce + plain.Length + Tag];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, Nonce));
        using var aes = new AesGcm(key, Tag);
        aes.Encrypt(sealedBytes.AsSpan(0, Nonce), plain, sealedBytes.AsSpan(Nonce, plain.Length), sealedBytes.AsSpan(Nonce + plain.Length), context);
        return sealedBytes;
    }

    private static byte[] Open(byte[] key, ReadOnlySpan<byte> sealedBytes, byte[] context)
    {
        if (sealedBytes.Length < Nonce + Tag) throw new CryptographicException("A sealed part is too short.");
        var plain = new byte[sealedBytes.Length - Nonce - Tag];
        using var aes = new AesGcm(key, Tag);
        aes.Decrypt(sealedBytes[..Nonce], sealedBytes[Nonce..^Tag], sealedBytes[^Tag..], plain, context);
        return plain;
    }

    private static byte[] Context(string what, SubjectRef subject, DataClass dataClass, AgencyId owner, int version) =>
        Encoding.UTF8.GetBytes($"tiltas {what} v1|{subject}|{dataClass}|{owner}|{version}");
}
