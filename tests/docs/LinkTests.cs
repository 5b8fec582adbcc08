using System.Text.RegularExpressions;
using Tiltas.TestKit;

namespace Tiltas.Docs.Tests;

/// <summary>Pages lead where they say.</summary>
public sealed partial class LinkTests
{
    [GeneratedRegex(@"\]\((?!https?:|#)([^)#]+)")]
    private static partial Regex Link();

    public static TheoryData<string> Pages =>
        [.. Directory.EnumerateFiles(Repository.In("docs"), "*.md", SearchOption.AllDirectories).Where(file => !file.Contains("node_modules", StringComparison.Ordinal)).Append(Repository.In("README.md")).Select(file => Path.GetRelativePath(Repository.Root, file))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_LinksToFilesThatExist(string page)
    {
        var folder = Path.GetDirectoryName(Repository.In(page))!;
        foreach (Match link in Link().Matches(File.ReadAllText(Repository.In(page))))
            Assert.True(Path.Exists(Path.Combine(folder, link.Groups[1].Value)), link.Groups[1].Value);
    }

    [Fact]
    public void Readme_IsOneScreen() => Assert.InRange(File.ReadLines(Repository.In("README.md")).Count(), 20, 70);
}
