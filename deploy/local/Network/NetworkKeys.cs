using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tiltas.Local.Servers;

namespace Tiltas.Local.Network;

/// <summary>The key files of one network; made once, then kept.</summary>
public sealed class NetworkKeys
{
    /// <summary>Keys in this folder.</summary>
    public NetworkKeys(string folder) =>
        (SigningKey, PublicKeys, MasterKey, FormsKey, Clients, ClientsCopy) =
        (Path.Combine(folder, "passport.pem"), Path.Combine(folder, "jwks.json"), Path.Combine(folder, "master.key"), Path.Combine(folder, "forms.key"), Path.Combine(folder, "clients.json"), Path.Combine(folder, "clients.directory.json"));

    /// <summary>For <c>Passport__SigningKeyFile</c>.</summary>
    public string SigningKey { get; }

    /// <summary>For <c>Passport__JwksFile</c>.</summary>
    public string PublicKeys { get; }

    /// <summary>For <c>Sealing__MasterKeyFile</c> of referral.</summary>
    public string MasterKey { get; }

    /// <summary>For <c>Sealing__MasterKeyFile</c> of identification: one service cannot open what another sealed.</summary>
    public string FormsKey { get; }

    /// <summary>For <c>Gateway__ClientsFile</c>.</summary>
    public string Clients { get; }

    /// <summary>For <c>Gateway__ClientsCopyFile</c>, which the gateway writes.</summary>
    public string ClientsCopy { get; }

    /// <summary>The name under which a client's secret is kept.</summary>
    public static string SecretName(string clientId) => "client:" + clientId;

    /// <summary>Makes what is missing: keys, and a client with a hashed secret for every agency and for the registrar. What is there stays.</summary>
    public void Make(IEnumerable<string> agencies, Secrets secrets)
    {
        if (!File.Exists(SigningKey) || !File.Exists(PublicKeys)) MakeSigningKey();
        foreach (var key in (string[])[MasterKey, FormsKey])
            if (!File.Exists(key)) Json.WriteText(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n", secret: true);

        var before = ReadClients();
        var wanted = agencies.Select(agency => (Id: $"{agency}-system", Agency: agency, Role: "agency")).Append(("registrar", "registrar", "registrar"))
            .Where(want => !secrets.Knows(SecretName(want.Item1)) || !before.ContainsKey(want.Item1));
        // A hash takes as long as it takes a thief to try one secret: made once, on all processors.
        var made = wanted.AsParallel().AsOrdered().Select(want =>
        {
            var (id, agency, role) = want;
            return new Client { ClientId = id, Agency = agency, Roles = [role], SecretHash = SecretHash.Of(secrets.Of(SecretName(id))).ToKeptForm() };
        }).ToList();
        if (made.Count == 0) return;
        // Whoever else is in the file was let in by a person and stays.
        foreach (var client in made) before[client.ClientId] = client;
        Json.WriteFile(Clients, new ClientsFile { Clients = [.. before.Values] }, secret: true);
    }

    private OrderedDictionary<string, Client> ReadClients()
    {
        var clients = new OrderedDictionary<string, Client>(StringComparer.Ordinal);
        try
        {
            foreach (var client in Json.ReadFile<ClientsFile>(Clients)?.Clients ?? [])
                if (!clients.TryAdd(client.ClientId, client)) throw new LocalException($"{Clients}: the client {client.ClientId} stands there twice.");
        }
        catch (JsonException e)
        {
            throw new LocalException($"{Clients}, line {e.LineNumber + 1}: no list of clients, each with clientId, agency, roles and secretHash.");
        }
        return clients;
    }

    private void MakeSigningKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        // The key's name is its RFC 7638 thumbprint.
        var thumbprint = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}"""));
        var jwk = new Jwk { KeyId = Base64Url.EncodeToString(thumbprint), X = x, Y = y };
        Json.WriteText(SigningKey, key.ExportPkcs8PrivateKeyPem() + "\n", secret: true);
        Json.WriteFile(PublicKeys, new Jwks { Keys = [jwk] });
    }

    private sealed record ClientsFile
    {
        public required IReadOnlyList<Client> Clients { get; init; }
    }

    private sealed record Client
    {
        public required string ClientId { get; init; }

        public required string Agency { get; init; }

        public required IReadOnlyList<string> Roles { get; init; }

        public required string SecretHash { get; init; }
    }

    private sealed record Jwks
    {
        public required IReadOnlyList<Jwk> Keys { get; init; }
    }

    private sealed record Jwk
    {
        [JsonPropertyName("kty")] public string KeyType { get; } = "EC";

        [JsonPropertyName("crv")] public string Curve { get; } = "P-256";

        [JsonPropertyName("use")] public string Use { get; } = "sig";

        [JsonPropertyName("alg")] public string Algorithm { get; } = "ES256";

        [JsonPropertyName("kid")] public required string KeyId { get; init; }

        public required string X { get; init; }

        public required string Y { get; init; }
    }
}
