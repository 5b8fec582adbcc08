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

    /// <summary>Reads the operators' list: with one bad entry it is none.</summary>
    /// <exception cref="JsonException">It is no such list.</exception>
    /// <exception cref="InvalidOperationException">An entry is no client, or repeats another's id or certificate; says which, never what is in it.</exception>
    public static IReadOnlyList<Client> Read(ReadOnlySpan<byte> json, string source) =>
        Read(json, (entry, what) => throw new InvalidOperationException($"{source}: entry {entry} {what}."));

    /// <summary>Reads the directory's list, which many hands write: a bad entry must not keep the changes of all the others out. It is passed over and told.</summary>
    /// <exception cref="JsonException">It is no such list.</exception>
    public static IReadOnlyList<Client> Read(ReadOnlySpan<byte> json, Action<int, string> bad)
    {
        var lines = JsonSerializer.Deserialize<Lines>(json, Strict)?.Clients ?? [];
        var clients = new List<Client>(lines.Length);
        var (ids, certificates) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].ToClient() is not { } client) bad(i, "is not a client");
            else if (ids.Contains(client.Caller.Client)) bad(i, "repeats an id");
            else if (client.Certificates.Distinct().Count() < client.Certificates.Count || client.Certificates.Any(certificates.Contains)) bad(i, "repeats a certificate");
            else
            {
                ids.Add(client.Caller.Client);
                certificates.UnionWith(client.Certificates);
                clients.Add(client);
            }
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
