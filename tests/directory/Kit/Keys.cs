using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Tiltas.Contracts;
using Tiltas.Hosting.Passports;

namespace Tiltas.Directory.Tests.Kit;

/// <summary>A signing key of the test's own, and passports made with it.</summary>
internal sealed class Keys
{
    private readonly PassportIssuer _issuer;

    public Keys(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        var pem = Path.Combine(folder, "key.pem");
        JwksFile = Path.Combine(folder, "jwks.json");
        File.WriteAllText(pem, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(JwksFile, JsonSerializer.Serialize(new
        {
            keys = new[] { new { kty = "EC", crv = "P-256", kid = "t1", x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) } },
        }));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Passport:JwksFile", JwksFile), new("Passport:SigningKeyFile", pem)]).Build();
        _issuer = new PassportIssuer(new TokenSigner(configuration, new PassportKeys(configuration, TimeProvider.System), TimeProvider.System), TimeProvider.System);
    }

    public string JwksFile { get; }

    public string Passport(string agency, params string[] roles) =>
        _issuer.HeaderFor(new Caller { Agency = AgencyId.From(agency), Client = agency + "-system", Roles = [.. roles] })!;
}
