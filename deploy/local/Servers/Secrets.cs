using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Tiltas.Local.Servers;

/// <summary>Generated passwords by name, kept in a file that its owner alone may read.</summary>
public sealed class Secrets
{
    private readonly SortedDictionary<string, string> _known;
    private readonly Lock _lock = new();

    /// <summary>Secrets kept in this file; it need not exist.</summary>
    public Secrets(string file)
    {
        FilePath = file;
        _known = new SortedDictionary<string, string>(
            File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file))! : [], StringComparer.Ordinal);
    }

    /// <summary>Where they lie.</summary>
    public string FilePath { get; }

    /// <summary>True when a secret of this name was made before.</summary>
    public bool Knows(string name)
    {
        lock (_lock) return _known.ContainsKey(name);
    }

    /// <summary>The secret of this name; made when it is asked for the first time. URL-safe, 192 bits.</summary>
    public string Of(string name)
    {
        lock (_lock)
        {
            if (_known.TryGetValue(name, out var secret)) return secret;
            secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
            _known[name] = secret;
            Json.WriteFile(FilePath, _known, secret: true);
            return secret;
        }
    }
}
