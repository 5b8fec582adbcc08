using Tiltas.Local.Network;

namespace Tiltas.TestKit;

/// <summary>A certificate authority of one test and its certificate for this machine, made as <c>./tiltas up</c> makes them.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tiltas-authority-");
    private readonly DevelopmentAuthority _made;

    /// <summary>Makes both, valid by the machine's clock, since clients of others know no other.</summary>
    public TestAuthority()
    {
        _made = new DevelopmentAuthority(_folder.FullName);
        _made.Make(TimeProvider.System);
    }

    /// <summary>What clients need to trust; PEM.</summary>
    public string CaFile => _made.Authority;

    /// <summary>The server's certificate; PEM.</summary>
    public string CertificateFile => _made.Certificate;

    /// <summary>The server's key; PEM.</summary>
    public string KeyFile => _made.Key;

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}
