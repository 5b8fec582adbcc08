using Tiltas.Grpc.Interop;
using Tiltas.TestKit;

namespace Tiltas.Grpc.Tests;

/// <summary>The public interoperability cases, played by clients that others wrote, without TLS and with it.</summary>
public sealed class InteropTests
{
    private const int Cases = 19;

    [Fact]
    public async Task GrpcJs_PassesAllCases() => await Play(ForeignGrpcClients.GrpcJs);

    [Fact]
    public async Task Grpcio_PassesAllCases() => await Play(ForeignGrpcClients.Grpcio);

    private static async Task Play(Func<string, string[], Task<string[]>> client)
    {
        using var authority = new TestAuthority();
        await using var host = await InteropHost.Start(new() { Port = 0, TlsPort = 0, Certificate = authority.CertificateFile, Key = authority.KeyFile });
        foreach (var address in host.Addresses.Select(address => new Uri(address)))
        {
            string[] options = address.Scheme == Uri.UriSchemeHttps ? ["--tls-ca", authority.CaFile] : [];
            Assert.Equal(Cases, (await client($"localhost:{address.Port}", options)).Distinct().Count());
        }
    }
}
