using System.Collections.Frozen;
using System.Text.Json;
using Tiltas.Hosting.Passports;

namespace Tiltas.Gateway.Clients;

/// <summary>
/// Who may sign in: from <c>Gateway:ClientsFile</c>, which is the operators', and from the directory, where agencies keep their own. Of two of
/// one name or certificate the file's counts. A change of the file counts at once: it is watched, and its time and length are compared once a
/// second besides, because a watch can be lost. A file that cannot be read changes nothing.
/// </summary>
public sealed partial class ClientRegistry : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    // For streams that stay open while nobody asks anything.
    private static readonly TimeSpan BetweenUnaskedLooks = TimeSpan.FromSeconds(5);
    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly ILogger<ClientRegistry> _logger;
    private readonly Lock _reading = new();
    private readonly FileSystemWatcher _watcher;
    private readonly ITimer _looking;
    private IReadOnlyList<Client> _ofFile;
    private IReadOnlyList<Client> _ofDirectory = [];
    private (DateTime, long) _stamp;
    private volatile Snapshot _now;
    private long _lookedAt;

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidOperationException">The file is not set or cannot be used; says which entry, never what is in it.</exception>
    public ClientRegistry(IConfiguration configuration, TimeProvider time, ILogger<ClientRegistry> logger)
    {
        _file = Path.GetFullPath(configuration["Gateway:ClientsFile"] ?? throw new InvalidOperationException("Gateway:ClientsFile is not set."));
        (_time, _logger, _lookedAt) = (time, logger, time.GetTimestamp());
        (_stamp, _ofFile) = (Stamp(), ReadFile());
        _now = Join(FrozenDictionary<string, Client>.Empty);
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

    /// <summary>Takes over what the directory lists now.</summary>
    internal void Learn(IReadOnlyList<Client> clients)
    {
        lock (_reading)
        {
            _ofDirectory = clients;
            Renew();
        }
    }

    private void Reload()
    {
        lock (_reading)
        {
            var lookedAt = _time.GetTimestamp();
            try
            {
                var stamp = Stamp();
                if (stamp == _stamp) return;

                _ofFile = ReadFile();
                _stamp = stamp;
                Renew();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
            {
                Log.NotReloaded(_logger, e.GetType().Name);
            }
            finally
            {
                // Last: who asks meanwhile waits for this look instead of taking the former clients for fresh.
                Volatile.Write(ref _lookedAt, lookedAt);
            }
        }
    }

    private void Renew()
    {
        var before = _now.ById;
        _now = Join(before);
        foreach (var (id, old) in before)
        {
            if (ReferenceEquals(_now.ById.GetValueOrDefault(id), old)) continue;
            try
            {
                old.Dispose();
            }
            catch (AggregateException e)
            {
                // What one of its calls does at its end must not keep the next client in.
                Log.EndFailed(_logger, e.InnerException?.GetType().Name ?? "");
            }
        }
        Log.Reloaded(_logger, _now.ById.Count);
    }

    private (DateTime, long) Stamp()
    {
        var file = new FileInfo(_file);
        return (file.LastWriteTimeUtc, file.Length);
    }

    private IReadOnlyList<Client> ReadFile() => ClientList.Read(File.ReadAllBytes(_file), "Gateway:ClientsFile");

    private Snapshot Join(FrozenDictionary<string, Client> before)
    {
        var clients = new Dictionary<string, Client>(StringComparer.Ordinal);
        var certificates = new Dictionary<string, Client>(StringComparer.Ordinal);
        foreach (var listed in _ofFile.Concat(_ofDirectory))
        {
            // An unchanged client stays the same object, with the secret it has proven and the streams it holds.
            var client = before.TryGetValue(listed.Caller.Client, out var old) && old.IsSameAs(listed) ? old
                // One that was removed for a while has ended what it held for good.
                : listed.Removed.IsCancellationRequested ? new Client(listed.Caller, listed.Secret, [.. listed.Certificates]) : listed;
            if (!clients.TryAdd(client.Caller.Client, client)) continue;
            foreach (var certificate in client.Certificates) certificates.TryAdd(certificate, client);
        }
        var cost = clients.Values.Select(c => c.Secret?.Cost ?? SecretHash.Iterations).DefaultIfEmpty(SecretHash.Iterations).Max();
        return new Snapshot(clients.ToFrozenDictionary(StringComparer.Ordinal), certificates.ToFrozenDictionary(StringComparer.Ordinal), cost);
    }

    private sealed record Snapshot(FrozenDictionary<string, Client> ById, FrozenDictionary<string, Client> ByCertificate, int Cost);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "ClientsReloaded", Level = LogLevel.Information, Message = "Clients were read again: {Count}")]
        public static partial void Reloaded(ILogger logger, int count);

        [LoggerMessage(EventId = 3, EventName = "ClientEndFailed", Level = LogLevel.Error, Message = "What a removed client held open failed while it was ended: {ErrorType}")]
        public static partial void EndFailed(ILogger logger, string errorType);

        [LoggerMessage(EventId = 2, EventName = "ClientsNotReloaded", Level = LogLevel.Warning, Message = "The clients file cannot be used; the former clients stay: {ErrorType}")]
        public static partial void NotReloaded(ILogger logger, string errorType);
    }
}
