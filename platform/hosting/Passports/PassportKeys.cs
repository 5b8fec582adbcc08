using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.Tokens;

namespace Tiltas.Hosting.Passports;

/// <summary>
/// The public keys that tokens may be signed with, read from <c>Passport:JwksFile</c>. When a token names a key that is
/// not known, the file is looked at again (at most once in five seconds), so that a new key needs no restart.
/// </summary>
public sealed class PassportKeys
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly Lock _reading = new();
    private volatile Snapshot _now;
    private long _lookedAt;

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidOperationException">The key is not set, or the file holds no P-256 key with a kid.</exception>
    public PassportKeys(IConfiguration configuration, TimeProvider time)
    {
        _file = configuration["Passport:JwksFile"] ?? throw new InvalidOperationException("Passport:JwksFile is not set.");
        _time = time;
        _lookedAt = time.GetTimestamp();
        _now = Read();
    }

    /// <summary>The key set as it may be shown to anybody: public members only, whatever the file holds.</summary>
    public ReadOnlyMemory<byte> PublicJson => _now.PublicJson;

    /// <summary>The key of that id, or null.</summary>
    public ECDsaSecurityKey? Find(string? kid)
    {
        if (kid is null) return null;
        if (_now.ByKid.TryGetValue(kid, out var key)) return key;
        LookAgain();
        return _now.ByKid.GetValueOrDefault(kid);
    }

    /// <summary>The id of a public key, or null when the set does not hold it.</summary>
    public string? KidOf(ECDsa key)
    {
        var wanted = key.ExportSubjectPublicKeyInfo();
        foreach (var (kid, known) in _now.ByKid)
            if (known.ECDsa.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(wanted)) return kid;
        return null;
    }

    private void LookAgain()
    {
        lock (_reading)
        {
            if (_time.GetElapsedTime(_lookedAt) < BetweenLooks) return;
            _lookedAt = _time.GetTimestamp();
            if (File.GetLastWriteTimeUtc(_file) == _now.Written) return;
            try
            {
                _now = Read();
            }
            catch (Exception e) when (e is IOException or JsonException or InvalidOperationException or CryptographicException)
            {
                // Half-written or broken: the keys already known stay in force, and the next unknown kid looks again.
            }
        }
    }

    private Snapshot Read()
    {
        var written = File.GetLastWriteTimeUtc(_file);
        using var json = JsonDocument.Parse(File.ReadAllBytes(_file));
        var keys = new Dictionary<string, ECDsaSecurityKey>(StringComparer.Ordinal);
        using var shown = new MemoryStream();
        using (var writer = new Utf8JsonWriter(shown))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            foreach (var key in json.RootElement.GetProperty("keys").EnumerateArray())
            {
                if (Text(key, "kty") != "EC" || Text(key, "crv") != "P-256") continue;
                if (Text(key, "kid") is not { Length: > 0 } kid || Text(key, "x") is not { } x || Text(key, "y") is not { } y) continue;

                keys.Add(kid, Import(kid, x, y));
                writer.WriteStartObject();
                writer.WriteString("kty", "EC");
                writer.WriteString("crv", "P-256");
                writer.WriteString("use", "sig");
                writer.WriteString("alg", SecurityAlgorithms.EcdsaSha256);
                writer.WriteString("kid", kid);
                writer.WriteString("x", x);
                writer.WriteString("y", y);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return keys.Count > 0
            ? new Snapshot(keys.ToFrozenDictionary(StringComparer.Ordinal), shown.ToArray(), written)
            : throw new InvalidOperationException("Passport:JwksFile holds no EC P-256 key with a kid.");
    }

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ECDsaSecurityKey Import(string kid, string x, string y)
    {
        var point = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) };
        var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        return new ECDsaSecurityKey(key) { KeyId = kid };
    }

    private sealed record Snapshot(FrozenDictionary<string, ECDsaSecurityKey> ByKid, byte[] PublicJson, DateTime Written);
}
