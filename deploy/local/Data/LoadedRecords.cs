using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Tiltas.Local.Data;

/// <summary>What a load wrote: the file's content, and which version the directory made of it.</summary>
internal sealed record Loaded(string Content, int Version);

/// <summary>What shall become of one record of the country's files.</summary>
internal enum LoadStep
{
    /// <summary>The directory has none: written.</summary>
    Create,

    /// <summary>The file changed and the directory still has what was last loaded: written.</summary>
    Change,

    /// <summary>The directory's record stays.</summary>
    Keep,

    /// <summary>File and directory both changed: the directory's record stays, and a person is told.</summary>
    KeepAndTell,
}

/// <summary>
/// What the loads so far wrote, kept in a file. The directory belongs to those who work with it: only what nobody has changed
/// since it was loaded may be written again.
/// </summary>
internal sealed class LoadedRecords(string file)
{
    private readonly SortedDictionary<string, Loaded> _known = new(Json.ReadFile<Dictionary<string, Loaded>>(file) ?? [], StringComparer.Ordinal);
    private readonly Lock _lock = new();

    internal LoadStep Next(string path, JsonObject body, int? present)
    {
        lock (_lock) return Decide(_known.GetValueOrDefault(path), Fingerprint(body), present);
    }

    /// <summary>Written down at once: what is forgotten would never follow its file again.</summary>
    internal void Add(string path, JsonObject body, int version)
    {
        lock (_lock)
        {
            _known[path] = new Loaded(Fingerprint(body), version);
            Json.WriteFile(file, _known);
        }
    }

    /// <param name="before">What the last load wrote, if any did.</param>
    /// <param name="content">The file as it is now.</param>
    /// <param name="present">The directory's version, if it has the record.</param>
    internal static LoadStep Decide(Loaded? before, string content, int? present) => (before, present) switch
    {
        (_, null) => LoadStep.Create,
        (null, _) => LoadStep.Keep,
        _ when before.Content == content => LoadStep.Keep,
        _ when before.Version == present => LoadStep.Change,
        _ => LoadStep.KeepAndTell,
    };

    private static string Fingerprint(JsonObject body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body.ToJsonString())));
}
