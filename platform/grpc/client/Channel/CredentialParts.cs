using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Channel credentials taken apart: whether TLS, with what, and what goes with every call.</summary>
internal sealed class CredentialParts : ChannelCredentialsConfiguratorBase
{
    private readonly List<AsyncAuthInterceptor> _forCalls = [];

    public bool? Tls { get; private set; }
    public string? RootCertificates { get; private set; }
    public KeyCertificatePair? KeyPair { get; private set; }
    public VerifyPeerCallback? Verify { get; private set; }
    public AsyncAuthInterceptor[] ForCalls => [.. _forCalls];
    public bool OwnTlsSettings => RootCertificates is not null || KeyPair is not null || Verify is not null;

    public static CredentialParts Of(ChannelCredentials? credentials)
    {
        var parts = new CredentialParts();
        credentials?.InternalPopulateConfiguration(parts, parts);
        return parts;
    }

    public override void SetInsecureCredentials(object state) => Tls = false;

    public override void SetSslCredentials(object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback) =>
        (Tls, RootCertificates, KeyPair, Verify) = (true, rootCertificates, keyCertificatePair, verifyPeerCallback);

    public override void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        channelCredentials.InternalPopulateConfiguration(this, state);
        _forCalls.AddRange(CallCredentialParts.Of(callCredentials));
    }

    public SslClientAuthenticationOptions TlsSettings()
    {
        var settings = new SslClientAuthenticationOptions();
        if (RootCertificates is { } pem)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPem(pem);
            settings.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            settings.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        if (KeyPair is { } pair)
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(pair.CertificateChain);
            var leaf = X509Certificate2.CreateFromPem(pair.CertificateChain, pair.PrivateKey);
            settings.ClientCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }

        if (Verify is { } verify)
        {
            settings.RemoteCertificateValidationCallback = (_, certificate, _, errors) => errors == SslPolicyErrors.None
                && certificate is X509Certificate2 peer && verify(new(peer.GetNameInfo(X509NameType.DnsName, false), peer.ExportCertificatePem()));
        }

        return settings;
    }
}

/// <summary>Call credentials taken apart into the functions that add metadata.</summary>
internal sealed class CallCredentialParts : CallCredentialsConfiguratorBase
{
    private readonly List<AsyncAuthInterceptor> _parts = [];

    public static IReadOnlyList<AsyncAuthInterceptor> Of(CallCredentials credentials)
    {
        var parts = new CallCredentialParts();
        credentials.InternalPopulateConfiguration(parts, parts);
        return parts._parts;
    }

    public override void SetAsyncAuthInterceptorCredentials(object state, AsyncAuthInterceptor interceptor) => _parts.Add(interceptor);

    public override void SetCompositeCredentials(object state, IReadOnlyList<CallCredentials> credentials)
    {
        foreach (var one in credentials) one.InternalPopulateConfiguration(this, state);
    }
}
