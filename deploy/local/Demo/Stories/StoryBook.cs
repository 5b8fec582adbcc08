namespace Tiltas.Local.Demo.Stories;

/// <summary>The stories by name.</summary>
internal static class StoryBook
{
    private static readonly Dictionary<string, Func<Stage, Story>> Stories = new(StringComparer.Ordinal)
    {
        ["child"] = stage => new ChildStory(stage),
        ["labour"] = stage => new LabourStory(stage),
        ["refugee"] = stage => new RefugeeStory(stage),
        ["border"] = stage => new BorderStory(stage),
    };

    internal static IEnumerable<string> Names => Stories.Keys;

    /// <summary>Null when there is none of that name.</summary>
    internal static Func<Stage, Story>? Find(string name) => Stories.GetValueOrDefault(name);
}
