using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Hosting.Passports;

namespace Tiltas.Gateway.Clients;

/// <summary>Clients as a file or the directory lists them: an object with <c>clients</c>, each with clientId, agency, roles, secretHash and certificates.</summary>
internal static class ClientList
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads the list.</summary>
    /// <exception cref="JsonException">It is no such list.</exception>
    /// <exception cref="InvalidOperationException">An entry is no client, or repeats another's id or certificate; says which, never what is in it.</exception>
    public static IReadOnlyList<Client> Read(ReadOnlySpan<byte> json, string source)
    {
        var lines = JsonSerializer.Deserialize<Lines>(json, Strict)?.Clients ?? [];
        var clients = new List<Client>(lines.Length);
        var (ids, certificates) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < lines.Length; i++)
        {
            var client = lines[i].ToClient() ?? throw new InvalidOperationException($"{source}: entry {i} is not a client.");
            if (!ids.Add(client.Caller.Client)) throw new InvalidOperationException($"{source}: entry {i} repeats an id.");
            if (!client.Certificates.All(certificates.Add)) throw new InvalidOperationException($"{source}: entry {i} repeats a certificate.");
            clients.Add(client);
        }
        return clients;
    }

    private sealed record Lines(Line[] Clients);

    private sealed record Line(string? ClientId, string? Agency, string[]? Roles, string? SecretHash, string[]? Certificates)
    {
        public Client? ToClient()
        {
            if (ClientId is not { Length: >= 2 and <= 64 } || !ClientId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) return null;
            if (!Slug.TryParse<AgencyId>(Agency, out var agency)) return null;
            if (Roles is not { Length: > 0 } || !Roles.All(Hosting.Passports.Roles.IsForClients)) return null;
            var secret = Hosting.Passports.SecretHash.TryParse(SecretHash);
            if (SecretHash is not null && secret is null) return null;
            string[] certificates = [.. (Certificates ?? []).Select(one => one?.ToLowerInvariant() ?? "")];
            if (!certificates.All(one => one.Length == 64 && one.All(char.IsAsciiHexDigit))) return null;
            if (secret is null && certificates.Length == 0) return null;

            return new Client(new Caller { Agency = agency, Client = ClientId, Roles = [.. Roles] }, secret, certificates);
        }
    }
}
