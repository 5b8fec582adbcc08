using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tiltas.Local.Network;

namespace Tiltas.Network.Tests;

/// <summary>Tokens that must open nothing, among them passports of the inside, signed with the real key.</summary>
internal static class ForgedTokens
{
    public static IEnumerable<(string Name, string[] Headers)> All(NetworkKeys keys, string genuine)
    {
        var parts = genuine.Split('.');
        var (header, claims) = (Read(parts[0]), Read(parts[1]));
        using var real = ECDsa.Create();
        real.ImportFromPem(File.ReadAllText(keys.SigningKey));
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = (long)claims["exp"]! - 600;

        yield return ("none", []);
        yield return Bearer("empty", "");
        yield return Bearer("no token", "nonsense");
        yield return ("basic", [$"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("registrar:x"))}"]);
        yield return ("two tokens", [$"Authorization: Bearer {genuine}", $"Authorization: Bearer {genuine}"]);
        yield return ("other header", [$"X-Authorization: Bearer {genuine}", $"Proxy-Authorization: Bearer {genuine}"]);
        yield return Bearer("signature cut off", $"{parts[0]}.{parts[1]}.");
        yield return Bearer("signature changed", $"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}");
        yield return Bearer("four parts", genuine + ".x");
        yield return Bearer("claims changed", $"{parts[0]}.{Write(With(claims, "agency", "lt-police"))}.{parts[2]}");
        yield return Bearer("alg none", $"{Write(With(header, "alg", "none"))}.{parts[1]}.");
        yield return Bearer("alg HS256", Hmac(With(header, "alg", "HS256"), claims, File.ReadAllBytes(keys.PublicKeys)));
        yield return Bearer("own key", Sign(header, claims, own));
        yield return Bearer("own key, no kid", Sign(Less(header, "kid"), claims, own));
        yield return Bearer("kid of a file", Sign(With(header, "kid", "../../../dev/null"), claims, own));
        yield return Bearer("key in the header", Sign(With(header, "jwk", Jwk(own)), claims, own));
        yield return Bearer("passport of the inside", Sign(header, With(claims, "aud", "tiltas-inside"), real));
        yield return Bearer("no audience", Sign(header, Less(claims, "aud"), real));
        yield return Bearer("other audience", Sign(header, With(claims, "aud", "tiltas2"), real));
        yield return Bearer("run out", Sign(header, With(claims, "exp", now - 3600), real));
        yield return Bearer("no end", Sign(header, Less(claims, "exp"), real));
        yield return Bearer("not yet", Sign(header, With(With(claims, "nbf", now + 86400), "iat", now + 86400), real));
        yield return Bearer("unknown client", Sign(header, With(claims, "sub", "nobody"), real));
    }

    private static (string, string[]) Bearer(string name, string token) => (name, [$"Authorization: Bearer {token}"]);

    private static JsonObject Read(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();

    private static string Write(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static JsonObject With(JsonObject json, string name, JsonNode value)
    {
        var copy = json.DeepClone().AsObject();
        copy[name] = value;
        return copy;
    }

    private static JsonObject Less(JsonObject json, string name)
    {
        var copy = json.DeepClone().AsObject();
        copy.Remove(name);
        return copy;
    }

    private static JsonObject Jwk(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        return new() { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
    }

    private static string Sign(JsonObject header, JsonObject claims, ECDsa key)
    {
        var text = $"{Write(header)}.{Write(claims)}";
        return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    private static string Hmac(JsonObject header, JsonObject claims, byte[] key)
    {
        var text = $"{Write(header)}.{Write(claims)}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)))}";
    }
}
