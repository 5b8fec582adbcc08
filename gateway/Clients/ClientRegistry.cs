using System.Collections.Frozen;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Hosting.Passports;

namespace Tiltas.Gateway.Clients;

/// <summary>
/// Who may sign in, from <c>Gateway:ClientsFile</c>. A change of the file counts at once: it is watched, and its time
/// and length are compared once a second besides, because a watch can be lost. A file that cannot be read changes nothing.
/// </summary>
public sealed partial class ClientRegistry : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    // For streams that stay open while nobody asks anything.
    private static readonly TimeSpan BetweenUnaskedLooks = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly ILogger<ClientRegistry> _logger;
    private readonly Lock _reading = new();
    private readonly FileSystemWatcher _watcher;
    private readonly ITimer _looking;
    private volatile Snapshot _now;
    private long _lookedAt;

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidOperationException">The file is not set or cannot be used; says which entry, never what is in it.</exception>
    public ClientRegistry(IConfiguration configuration, TimeProvider time, ILogger<ClientRegistry> logger)
    {
        _file = Path.GetFullPath(configuration["Gateway:ClientsFile"] ?? throw new InvalidOperationException("Gateway:ClientsFile is not set."));
        (_time, _logger, _lookedAt) = (time, logger, time.GetTimestamp());
        _now = Read(FrozenDictionary<string, Client>.Empty);
        _watcher = new FileSystemWatcher(Path.GetDirectoryName(_file)!, Path.GetFileName(_file));
        _watcher.Changed += (_, _) => Reload();
        _watcher.Created += (_, _) => Reload();
        _watcher.Renamed += (_, _) => Reload();
        _watcher.EnableRaisingEvents = true;
        _looking = time.CreateTimer(_ => Reload(), null, BetweenUnaskedLooks, BetweenUnaskedLooks);
    }

    /// <summary>The iterations of the costliest secret; a made-up client costs the same.</summary>
    public int Cost => _now.Cost;

    /// <summary>The client of that id as of now, or null.</summary>
    public Client? Find(string clientId) => Fresh().ById.GetValueOrDefault(clientId);

    /// <summary>The client that may come with the certificate of that SHA-256, as of now, or null.</summary>
    public Client? FindByCertificate(string fingerprint) => Fresh().ByCertificate.GetValueOrDefault(fingerprint);

    /// <inheritdoc/>
    public void Dispose()
    {
        _looking.Dispose();
        _watcher.Dispose();
    }

    private Snapshot Fresh()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= BetweenLooks) Reload();
        return _now;
    }

    private void Reload()
    {
        lock (_reading)
        {
            var lookedAt = _time.GetTimestamp();
            try
            {
                if (Stamp() == _now.Stamp) return;

                var before = _now.ById;
                _now = Read(before);
                foreach (var (id, old) in before)
                    if (!ReferenceEquals(_now.ById.GetValueOrDefault(id), old)) old.Dispose();
                Log.Reloaded(_logger, _now.ById.Count);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
            {
                Log.NotReloaded(_logger, e.GetType().Name);
            }
            // Last: who asks meanwhile waits for this look instead of taking the former clients for fresh.
            Volatile.Write(ref _lookedAt, lookedAt);
        }
    }

    private (DateTime, long) Stamp()
    {
        var file = new FileInfo(_file);
        return (file.LastWriteTimeUtc, file.Length);
    }

    private Snapshot Read(FrozenDictionary<string, Client> before)
    {
        var stamp = Stamp();
        var lines = JsonSerializer.Deserialize<Lines>(File.ReadAllBytes(_file), Strict)?.Clients ?? [];
        var clients = new Dictionary<string, Client>(StringComparer.Ordinal);
        var certificates = new Dictionary<string, Client>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Length; i++)
        {
            var client = lines[i].ToClient() ?? throw new InvalidOperationException($"Gateway:ClientsFile: entry {i} is not a client.");
            // An unchanged client stays the same object, with the secret it has proven and the streams it holds.
            if (before.TryGetValue(client.Caller.Client, out var old) && old.IsSameAs(client)) client = old;
            if (!clients.TryAdd(client.Caller.Client, client)) throw new InvalidOperationException($"Gateway:ClientsFile: entry {i} repeats an id.");
            foreach (var certificate in client.Certificates)
                if (!certificates.TryAdd(certificate, client)) throw new InvalidOperationException($"Gateway:ClientsFile: entry {i} repeats a certificate.");
        }
        var cost = clients.Values.Select(c => c.Secret?.Cost ?? SecretHash.Iterations).DefaultIfEmpty(SecretHash.Iterations).Max();
        return new Snapshot(clients.ToFrozenDictionary(StringComparer.Ordinal), certificates.ToFrozenDictionary(StringComparer.Ordinal), cost, stamp);
    }

    private sealed record Snapshot(FrozenDictionary<string, Client> ById, FrozenDictionary<string, Client> ByCertificate, int Cost, (DateTime, long) Stamp);

    private sealed record Lines(Line[] Clients);

    private sealed record Line(string? ClientId, string? Agency, string[]? Roles, string? SecretHash, string[]? Certificates)
    {
        public Client? ToClient()
        {
            if (ClientId is not { Length: >= 2 and <= 64 } || !ClientId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')) return null;
            if (!Slug.TryParse<AgencyId>(Agency, out var agency)) return null;
            if (Roles is not { Length: > 0 } || !Roles.All(Hosting.Passports.Roles.IsKnown)) return null;
            var secret = Clients.SecretHash.TryParse(SecretHash);
            if (SecretHash is not null && secret is null) return null;
            string[] certificates = [.. (Certificates ?? []).Select(one => one?.ToLowerInvariant() ?? "")];
            if (!certificates.All(one => one.Length == 64 && one.All(char.IsAsciiHexDigit))) return null;
            if (secret is null && certificates.Length == 0) return null;

            return new Client(new Caller { Agency = agency, Client = ClientId, Roles = [.. Roles] }, secret, certificates);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ClientsReloaded", Level = LogLevel.Information, Message = "Clients were read again: {Count}")]
        public static partial void Reloaded(ILogger logger, int count);

        [LoggerMessage(EventId = 2, EventName = "ClientsNotReloaded", Level = LogLevel.Warning, Message = "The clients file cannot be used; the former clients stay: {ErrorType}")]
        public static partial void NotReloaded(ILogger logger, string errorType);
    }
}
