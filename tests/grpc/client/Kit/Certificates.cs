using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tiltas.Grpc.Client.Tests.Kit;

/// <summary>A certificate authority of a test, and what it issues.</summary>
internal sealed class Certificates : IDisposable
{
    private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddDays(-1);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private byte _serial;

    public Certificates()
    {
        var request = new CertificateRequest("CN=Test root", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(From, From.AddYears(1));
    }

    public string RootPem => _root.ExportCertificatePem();

    public X509Certificate2 Issue(string name)
    {
        var (request, key) = Request(name);
        using var issued = request.Create(_root, From, From.AddDays(30), [++_serial]);
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }

    public (string Certificate, string Key) IssuePem(string name)
    {
        var (request, key) = Request(name);
        using var issued = request.Create(_root, From, From.AddDays(30), [++_serial]);
        return (issued.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
    }

    private static (CertificateRequest Request, ECDsa Key) Request(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return (request, key);
    }
}
