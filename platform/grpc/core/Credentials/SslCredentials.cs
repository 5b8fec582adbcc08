namespace Grpc.Core;

/// <summary>Decides about the server's certificate besides the usual checks; false refuses it.</summary>
public delegate bool VerifyPeerCallback(VerifyPeerContext context);

/// <summary>The server as its certificate names it.</summary>
public class VerifyPeerContext(string targetName, string peerPem)
{
    /// <summary>The name that was asked for.</summary>
    public string TargetName { get; } = targetName;

    /// <summary>The certificate, PEM.</summary>
    public string PeerPem { get; } = peerPem;
}

/// <summary>A certificate with its key, both PEM.</summary>
public sealed class KeyCertificatePair(string certificateChain, string privateKey)
{
    /// <summary>The certificate and those that vouch for it.</summary>
    public string CertificateChain { get; } = certificateChain;

    /// <summary>The key; secret.</summary>
    public string PrivateKey { get; } = privateKey;
}

/// <summary>TLS.</summary>
public sealed class SslCredentials(string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback) : ChannelCredentials
{
    /// <summary>With this machine's roots.</summary>
    public SslCredentials() : this(null, null, null)
    {
    }

    /// <summary>With own roots, PEM.</summary>
    public SslCredentials(string? rootCertificates) : this(rootCertificates, null, null)
    {
    }

    /// <summary>With own roots and a certificate of the client.</summary>
    public SslCredentials(string? rootCertificates, KeyCertificatePair? keyCertificatePair) : this(rootCertificates, keyCertificatePair, null)
    {
    }

    /// <summary>Own roots, PEM, or null.</summary>
    public string? RootCertificates => rootCertificates;

    /// <summary>The client's certificate, or null.</summary>
    public KeyCertificatePair? KeyCertificatePair => keyCertificatePair;

    /// <inheritdoc />
    public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object state) =>
        configurator.SetSslCredentials(state, rootCertificates, keyCertificatePair, verifyPeerCallback);
}
