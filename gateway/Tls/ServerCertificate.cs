using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tiltas.Gateway.Tls;

/// <summary>
/// The gateway's own certificate with its chain and key, two PEM files that are read again when one of them changes.
/// Files that do not fit together, as while one is written and the other not yet, change nothing.
/// </summary>
internal sealed partial class ServerCertificate
{
    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly ILogger<ServerCertificate> _logger;
    private readonly Lock _reading = new();
    private volatile Kept _kept;

    /// <exception cref="InvalidOperationException">A file is not set or cannot be used.</exception>
    public ServerCertificate(IConfiguration configuration, ILogger<ServerCertificate> logger)
    {
        _certificateFile = configuration["Tls:CertificateFile"] ?? throw new InvalidOperationException("Tls:CertificateFile is not set.");
        _keyFile = configuration["Tls:KeyFile"] ?? throw new InvalidOperationException("Tls:KeyFile is not set.");
        _logger = logger;
        _kept = Read(Stamp());
    }

    /// <summary>As the files are now. They are looked at with each handshake, which costs far more than a look.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            var stamp = Stamp();
            if (stamp == _kept.Stamp) return _kept.Context;
            lock (_reading)
            {
                if (stamp == _kept.Stamp) return _kept.Context;
                try
                {
                    _kept = Read(stamp);
                    Log.Reloaded(_logger);
                }
                catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException or InvalidOperationException)
                {
                    _kept = _kept with { Stamp = stamp };
                    Log.NotReloaded(_logger, e.GetType().Name);
                }
                return _kept.Context;
            }
        }
    }

    private (DateTime, long, DateTime, long) Stamp()
    {
        var (certificate, key) = (new FileInfo(_certificateFile), new FileInfo(_keyFile));
        return (certificate.LastWriteTimeUtc, certificate.Exists ? certificate.Length : -1, key.LastWriteTimeUtc, key.Exists ? key.Length : -1);
    }

    private Kept Read((DateTime, long, DateTime, long) stamp)
    {
        var own = X509Certificate2.CreateFromPemFile(_certificateFile, _keyFile);
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(_certificateFile);
        // The first is our own; whatever follows leads from it to somebody's root.
        all.RemoveAt(0);
        return new Kept(SslStreamCertificateContext.Create(own, all, offline: true), stamp);
    }

    private sealed record Kept(SslStreamCertificateContext Context, (DateTime, long, DateTime, long) Stamp);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "CertificateReloaded", Level = LogLevel.Information, Message = "The certificate was read again")]
        public static partial void Reloaded(ILogger logger);

        [LoggerMessage(EventId = 2, EventName = "CertificateNotReloaded", Level = LogLevel.Warning, Message = "The certificate files cannot be used; the former certificate stays: {ErrorType}")]
        public static partial void NotReloaded(ILogger logger, string errorType);
    }
}
