using System.Security.Cryptography;
using System.Text;

namespace Tiltas.Directory.OpenReferral;

/// <summary>
/// Identifiers of Open Referral are UUIDs and ours are slugs: each is made from kind and slug by name (RFC 9562, version 5), so
/// it is the same on every server and after every reload. It is no secret, and knowing one opens nothing.
/// </summary>
internal static class HsdsId
{
    // Drawn at random once; another one would give every record another identifier.
    private static readonly Guid Namespace = new("4f3c1d0a-7c55-4b0e-9a53-2f1e6d8b9c47");

    public static Guid Organization(string slug) => Of("organization", slug);
    public static Guid Service(string slug) => Of("service", slug);
    public static Guid Location(string slug) => Of("location", slug);
    public static Guid ServiceAtLocation(string service, string location) => Of("service_at_location", service + "/" + location);

    /// <summary>Of any kind; the name tells it from all others of the kind.</summary>
    public static Guid Of(string kind, string name) => NameBased(Namespace, kind + ":" + name);

    /// <summary>RFC 9562, section 5.5.</summary>
    public static Guid NameBased(Guid space, string name)
    {
        var length = 16 + Encoding.UTF8.GetByteCount(name);
        var input = length <= 512 ? stackalloc byte[length] : new byte[length];
        space.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input[16..]);
#pragma warning disable CA5350 // The RFC names SHA-1 for this version; nothing is protected by it.
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
