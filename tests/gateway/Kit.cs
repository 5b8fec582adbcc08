using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tiltas.Gateway.Clients;
using Tiltas.Hosting.Passports;

namespace Tiltas.Gateway.Tests;

/// <summary>A clock that moves only when told.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero).Ticks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);
    public override long GetTimestamp() => Interlocked.Read(ref _ticks);
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}

/// <summary>Keys and clients in a folder of their own.</summary>
internal sealed class Room : IDisposable
{
    public const string Secret = "correct horse battery staple";
    public const string Kid = "k1";
    private static readonly string Hash = SecretHash.Of(Secret, 100_000).ToKeptForm();

    private readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("tiltas-gateway-");

    public Room(params (string Client, string Agency, string Role)[] clients)
    {
        var point = Key.ExportParameters(false).Q;
        File.WriteAllText(KeyFile, Key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(JwksFile, JsonSerializer.Serialize(new
        {
            keys = new[] { new { kty = "EC", crv = "P-256", kid = Kid, x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) } },
        }));
        WriteClients(clients);
    }

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public string KeyFile => Path.Combine(_folder.FullName, "key.pem");
    public string JwksFile => Path.Combine(_folder.FullName, "jwks.json");
    public string ClientsFile => Path.Combine(_folder.FullName, "clients.json");

    public void WriteClients(params (string Client, string Agency, string Role)[] clients) => Replace(ClientsFile, JsonSerializer.Serialize(new
    {
        clients = clients.Select(c => new { clientId = c.Client, agency = c.Agency, roles = new[] { c.Role }, secretHash = Hash }),
    }));

    public string In(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>One client that comes by certificate, with a secret or without, and those that come with a secret.</summary>
    public void WriteClientsWith(string client, string agency, string[] certificates, bool alsoSecret, params (string Client, string Agency)[] others) => Replace(ClientsFile, JsonSerializer.Serialize(new
    {
        clients = others.Select(c => (object)new { clientId = c.Client, agency = c.Agency, roles = new[] { "agency" }, secretHash = Hash })
            .Append(new { clientId = client, agency, roles = new[] { "agency" }, certificates, secretHash = alsoSecret ? Hash : null }),
    }));

    // As a tool would that cares: nobody reads half of it.
    private static void Replace(string file, string text)
    {
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }

    public void Dispose()
    {
        Key.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>Writes tokens by hand, right ones and wrong ones.</summary>
internal sealed class Forge(Room room, ManualTime time, string type, string audience)
{
    public static readonly string[] Faults =
    [
        "empty", "not a token", "two parts", "five parts", "expired", "not yet valid", "no expiry", "lives too long", "wrong audience", "two audiences",
        "no audience", "wrong issuer", "no issuer", "alg none", "HS256 with the public key", "unknown kid", "no kid", "other key", "jku", "x5u", "jwk",
        "other kind", "no typ", "tampered payload", "tampered signature", "no signature", "no client", "no agency", "bad agency", "no roles",
        "unknown role", "too long",
    ];

    public static TheoryData<string> FaultData => [.. Faults];

    public string Good(string client = "lt-kopzi-system", string agency = "lt-kopzi", string role = "agency") => Make(_ => { }, _ => { }, client, agency, role);

    public string Bad(string fault)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var good = Good().Split('.');
        return fault switch
        {
            "empty" => "",
            "not a token" => "a.!.?",
            "two parts" => good[0] + "." + good[1],
            "five parts" => string.Join('.', [.. good, "AAAA", "AAAA"]),
            "expired" => Make(_ => { }, c => (c["iat"], c["nbf"], c["exp"]) = (now - 200, now - 200, now - 10)),
            "not yet valid" => Make(_ => { }, c => c["nbf"] = now + 30),
            "no expiry" => Make(_ => { }, c => c.Remove("exp")),
            "lives too long" => Make(_ => { }, c => c["exp"] = now + 86400),
            "wrong audience" => Make(_ => { }, c => c["aud"] = "somebody-else"),
            "two audiences" => Make(_ => { }, c => c["aud"] = new[] { audience, "somebody-else" }),
            "no audience" => Make(_ => { }, c => c.Remove("aud")),
            "wrong issuer" => Make(_ => { }, c => c["iss"] = "somebody-else"),
            "no issuer" => Make(_ => { }, c => c.Remove("iss")),
            "alg none" => Make(h => h["alg"] = "none", _ => { }).TrimEnd('=') is var none ? none[..(none.LastIndexOf('.') + 1)] : "",
            "HS256 with the public key" => WithPublicKeyAsSecret(),
            "unknown kid" => Make(h => h["kid"] = "k2", _ => { }),
            "no kid" => Make(h => h.Remove("kid"), _ => { }),
            "other key" => Make(_ => { }, _ => { }, key: ECDsa.Create(ECCurve.NamedCurves.nistP256)),
            "jku" => Make(h => h["jku"] = "http://127.0.0.1/keys", _ => { }),
            "x5u" => Make(h => h["x5u"] = "http://127.0.0.1/cert", _ => { }),
            "jwk" => Make(h => h["jwk"] = new Dictionary<string, string> { ["kty"] = "EC" }, _ => { }),
            "other kind" => Make(h => h["typ"] = type == "at+jwt" ? "passport+jwt" : "at+jwt", _ => { }),
            "no typ" => Make(h => h.Remove("typ"), _ => { }),
            "tampered payload" => good[0] + "." + Make(_ => { }, c => c["agency"] = "lt-other").Split('.')[1] + "." + good[2],
            "tampered signature" => good[0] + "." + good[1] + "." + (good[2][0] == 'A' ? 'B' : 'A') + good[2][1..],
            "no signature" => good[0] + "." + good[1] + ".",
            "no client" => Make(_ => { }, c => c.Remove("sub")),
            "no agency" => Make(_ => { }, c => c.Remove("agency")),
            "bad agency" => Make(_ => { }, c => c["agency"] = "../lt"),
            "no roles" => Make(_ => { }, c => c.Remove("roles")),
            "unknown role" => Make(_ => { }, c => c["roles"] = new[] { "root" }),
            "too long" => Make(_ => { }, c => c["pad"] = new string('x', 5000)),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };
    }

    private string Make(
        Action<Dictionary<string, object>> header, Action<Dictionary<string, object>> claims,
        string client = "lt-kopzi-system", string agency = "lt-kopzi", string role = "agency", ECDsa? key = null)
    {
        var (h, c) = Parts(client, agency, role);
        header(h);
        claims(c);
        var text = Part(h) + "." + Part(c);
        return text + "." + Base64Url.EncodeToString((key ?? room.Key).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256));
    }

    private string WithPublicKeyAsSecret()
    {
        var (h, c) = Parts("lt-kopzi-system", "lt-kopzi", "agency");
        h["alg"] = "HS256";
        var text = Part(h) + "." + Part(c);
        var secret = Encoding.ASCII.GetBytes(room.Key.ExportSubjectPublicKeyInfoPem());
        return text + "." + Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text)));
    }

    private (Dictionary<string, object>, Dictionary<string, object>) Parts(string client, string agency, string role)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return (
            new() { ["alg"] = "ES256", ["typ"] = type, ["kid"] = Room.Kid },
            new()
            {
                ["iss"] = "tiltas-gateway", ["aud"] = audience, ["iat"] = now, ["nbf"] = now, ["exp"] = now + 100, ["jti"] = "1",
                ["sub"] = client, ["agency"] = agency, ["roles"] = new[] { role },
                ["sec"] = SecretHash.TryParse(KeptHash())!.Mark,
            });
    }

    private string KeptHash()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(room.ClientsFile));
        return json.RootElement.GetProperty("clients")[0].GetProperty("secretHash").GetString()!;
    }

    private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
