using System.Text.Json.Nodes;

namespace Tiltas.Local.Demo.Stories;

/// <summary>One thing a person has a right to, why, and where that is written.</summary>
internal sealed record Right(string What, string Because, IReadOnlyList<string> Written)
{
    /// <summary>As a story expects it.</summary>
    internal string Said => $"{What} because {Because}";

    internal static IReadOnlyList<Right> Read(JsonNode answer) =>
    [
        .. answer["entitlements"]!.AsArray().Select(item => new Right(
            item!["entitlement"]!.GetValue<string>(),
            string.Join(", ", item["because"]!.AsArray().Select(reason => reason!.GetValue<string>())),
            [.. item["sources"]!.AsArray().Select(source => $"{source!["title"]} ({source["date"]})")])),
    ];
}
