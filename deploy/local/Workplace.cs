using Tiltas.Local.Network;

namespace Tiltas.Local;

/// <summary>The clone this runs from and the folder where its network keeps what it keeps.</summary>
public sealed record Workplace
{
    /// <summary>The repository's root.</summary>
    public required string Repository { get; init; }

    /// <summary>Usually <c>.tiltas</c> in the root.</summary>
    public required string Folder { get; init; }

    /// <summary>The services that are started are of the build that this program is of.</summary>
    internal string Configuration { get; init; } = new DirectoryInfo(AppContext.BaseDirectory).Name;

    internal RunFile Run => new(In("run.json"));

    internal string LockFile => In("lock");

    /// <summary>Found from where this program lies; TILTAS_FOLDER puts the data elsewhere.</summary>
    public static Workplace Find()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Tiltas.slnx"))) root = root.Parent;
        if (root is null) throw new LocalException("Tiltas.slnx is not above this program: run ./tiltas in a clone.");
        var folder = Environment.GetEnvironmentVariable("TILTAS_FOLDER") is { Length: > 0 } other ? other : Path.Combine(root.FullName, ".tiltas");
        return new Workplace { Repository = root.FullName, Folder = Path.GetFullPath(folder) };
    }

    internal string In(string name) => Path.Combine(Folder, name);
}
