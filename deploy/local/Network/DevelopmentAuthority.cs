using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tiltas.Local.Network;

/// <summary>
/// A certificate authority for this machine's network alone, and the gateway's certificate from it. Trusted by whoever is given its
/// file and by nobody else; made once, the gateway's certificate again when it is about to run out.
/// </summary>
public sealed class DevelopmentAuthority
{
    private static readonly TimeSpan Renewed = TimeSpan.FromDays(30);
    private readonly string _authorityKey;

    /// <summary>The authority's own certificate lies in the network's folder, all else among its keys.</summary>
    public DevelopmentAuthority(string folder)
    {
        Authority = Path.Combine(folder, "ca.pem");
        _authorityKey = Path.Combine(folder, "keys", "ca.key");
        Certificate = Path.Combine(folder, "keys", "gateway.pem");
        Key = Path.Combine(folder, "keys", "gateway.key");
    }

    /// <summary>What clients need to trust.</summary>
    public string Authority { get; }

    /// <summary>For <c>Tls__CertificateFile</c>.</summary>
    public string Certificate { get; }

    /// <summary>For <c>Tls__KeyFile</c>.</summary>
    public string Key { get; }

    /// <summary>Makes what is missing or about to run out.</summary>
    public void Make(TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (!IsGood(Authority, _authorityKey, now)) MakeAuthority(now);
        if (!IsGood(Certificate, Key, now)) MakeCertificate(now);
    }

    private static bool IsGood(string certificate, string key, DateTimeOffset now)
    {
        if (!File.Exists(certificate) || !File.Exists(key)) return false;
        using var kept = X509CertificateLoader.LoadCertificateFromFile(certificate);
        return kept.NotAfter.ToUniversalTime() > (now + Renewed).UtcDateTime;
    }

    private void MakeAuthority(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Tiltas development authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var made = request.CreateSelfSigned(now.AddHours(-1), now.AddYears(5));
        Json.WriteText(_authorityKey, key.ExportPkcs8PrivateKeyPem() + "\n", secret: true);
        Json.WriteText(Authority, made.ExportCertificatePem() + "\n", secret: false);
        File.Delete(Certificate);
    }

    private void MakeCertificate(DateTimeOffset now)
    {
        using var authority = X509Certificate2.CreateFromPemFile(Authority, _authorityKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var made = request.Create(authority, now.AddHours(-1), now.AddYears(1), RandomNumberGenerator.GetBytes(16));
        Json.WriteText(Key, key.ExportPkcs8PrivateKeyPem() + "\n", secret: true);
        Json.WriteText(Certificate, made.ExportCertificatePem() + "\n", secret: false);
    }
}
