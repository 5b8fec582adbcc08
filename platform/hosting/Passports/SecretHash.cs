using System.Globalization;
using System.Security.Cryptography;
using System.Text;

#if TILTAS_LOCAL
namespace Tiltas.Local.Network;
#else
namespace Tiltas.Hosting.Passports;
#endif

/// <summary>A client secret as it is kept: <c>pbkdf2-sha256$iterations$salt$hash</c>. Never the secret.</summary>
#if TILTAS_LOCAL
// Also compiled into the local network, which makes the clients file.
internal
#else
public
#endif
sealed record SecretHash
{
    /// <summary>What a new hash costs.</summary>
    public const int Iterations = 600_000;

    private const string Scheme = "pbkdf2-sha256";
    private const int FewestIterations = 100_000;
    private const int MostIterations = 10_000_000;
    private const int HashLength = 32;

    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private SecretHash(int cost, byte[] salt, byte[] hash)
    {
        (Cost, _salt, _hash) = (cost, salt, hash);
        Mark = Convert.ToHexStringLower(SHA256.HashData([.. salt, .. hash]).AsSpan(0, 8));
    }

    /// <summary>How many iterations it takes.</summary>
    public int Cost { get; }

    /// <summary>Tells one secret of a client from the next without saying anything about it.</summary>
    public string Mark { get; }

    /// <summary>Hashes a new secret.</summary>
    public static SecretHash Of(string secret, int iterations = Iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return new SecretHash(iterations, salt, Derive(secret, salt, iterations));
    }

    /// <summary>A hash that no secret has; verifying against it costs what a real one costs.</summary>
    public static SecretHash Nobodys(int iterations) =>
        new(iterations, RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(HashLength));

    /// <summary>Reads the kept form.</summary>
    public static SecretHash? TryParse(string? text)
    {
        var parts = (text ?? "").Split('$');
        if (parts.Length != 4 || parts[0] != Scheme) return null;
        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var cost) || cost is < FewestIterations or > MostIterations) return null;

        var salt = FromBase64(parts[2]);
        var hash = FromBase64(parts[3]);
        return salt is { Length: >= 16 } && hash is { Length: HashLength } ? new SecretHash(cost, salt, hash) : null;
    }

    /// <summary>Compares in constant time; slow by design.</summary>
    public bool Matches(string secret) => CryptographicOperations.FixedTimeEquals(Derive(secret, _salt, Cost), _hash);

    /// <summary>The kept form, for a clients file.</summary>
    public string ToKeptForm() =>
        string.Create(CultureInfo.InvariantCulture, $"{Scheme}${Cost}${Convert.ToBase64String(_salt)}${Convert.ToBase64String(_hash)}");

    /// <inheritdoc/>
    public override string ToString() => Scheme + "$***";

    private static byte[] Derive(string secret, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(secret), salt, iterations, HashAlgorithmName.SHA256, HashLength);

    private static byte[]? FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
