namespace Tiltas.TestKit;

/// <summary>Where the repository lies that these tests were built from.</summary>
public static class Repository
{
    /// <summary>Its root folder.</summary>
    public static string Root { get; } = Find();

    /// <summary>A path inside it.</summary>
    public static string In(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Tiltas.slnx"))) return folder.FullName;
        throw new InvalidOperationException("These tests run from within the repository.");
    }
}
