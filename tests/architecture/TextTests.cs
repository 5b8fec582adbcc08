using System.Text.RegularExpressions;
using Tiltas.TestKit;

namespace Tiltas.Architecture.Tests;

/// <summary>What stands in the files, and what does not.</summary>
public sealed partial class TextTests
{
    private const int LongestFile = 350;

    // Each is written in two halves, so that this file is not found by its own search.
    private static readonly (string Word, string Because)[] Forbidden =
    [
        ("/work" + "/", "a path of one machine means nothing on another"),
        ("/ro" + "ot/", "a path of one machine means nothing on another"),
        ("/home" + "/", "a path of one person's machine"),
        ("/Us" + "ers/", "a path of one person's machine"),
        ("C:" + "\\Users", "a path of one person's machine"),
        ("api.nu" + "get.org", "where packages come from is for each builder to say"),
        ("regis" + "try.npmjs.org", "where packages come from is for each builder to say"),
        ("arti" + "factory", "where packages come from is for each builder to say"),
        ("pypi" + ".org", "where packages come from is for each builder to say"),
        ("<<<<<<" + "< ", "a merge was not finished"),
        ("BEGIN " + "PRIVATE KEY", "keys are made, not kept"),
        ("BEGIN EC " + "PRIVATE KEY", "keys are made, not kept"),
        ("TO" + "DO", "what is not done is in the tracker, not in the code"),
        ("FIX" + "ME", "what is not done is in the tracker, not in the code"),
        ("NotImplemented" + "Exception", "a stub that compiles is a lie"),
        ("pragma warning disable " + "RS0030", "the banned clock stays banned"),
    ];

    /// <summary>Because a file that does not fit the mind is two files.</summary>
    [Fact]
    public void NoFile_IsTooLong() =>
        Assert.DoesNotContain(House.Files(".cs").Select(file => (Name: House.Short(file), Lines: File.ReadLines(file).Count())), file => file.Lines > LongestFile);

    [Fact]
    public void NoFile_HoldsForbiddenWords()
    {
        List<string> found = [];
        var searched = 0;
        foreach (var file in House.Files(".cs", ".csproj", ".props", ".slnx", ".json", ".yaml", ".yml", ".md", ".csv", ".sh", ".txt", ".editorconfig", "tiltas", ".ci/run"))
        {
            var text = File.ReadAllText(file);
            searched++;
            foreach (var (word, because) in Forbidden)
                if (text.Contains(word, StringComparison.Ordinal)) found.Add($"{House.Short(file)} holds '{word}': {because}");
        }
        Assert.True(searched > 300, $"{searched} files were searched");
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    /// <summary>Because callers act on a code: each has one meaning, given in one place, and is never used again for another.</summary>
    [Fact]
    public void ErrorCodes_AreGivenOnce()
    {
        var given = House.Files(".cs").Where(file => !House.Short(file).StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(match => (Code: match.Value, File: House.Short(file)))).ToList();
        Assert.True(given.Count > 60);
        Assert.Empty(given.GroupBy(one => one.Code).Where(one => one.Count() > 1).Select(one => $"{one.Key}: {string.Join(", ", one.Select(o => o.File))}"));
    }

    /// <summary>Because a project that the solution does not know is built by nobody and fails for everybody.</summary>
    [Fact]
    public void Solution_KnowsEveryProject()
    {
        var known = File.ReadAllText(Repository.In("Tiltas.slnx"));
        Assert.DoesNotContain(House.Files(".csproj").Select(House.Short), project => !known.Contains($"\"{project}\"", StringComparison.Ordinal));
    }

    /// <summary>Because a version given beside the central list is one that nobody updates.</summary>
    [Fact]
    public void Packages_AreVersionedInOnePlace() =>
        Assert.Empty(House.Files(".csproj").Where(file => PackageVersion().IsMatch(File.ReadAllText(file))).Select(House.Short));

    [GeneratedRegex("\"TLT-[A-Z]+-[0-9]{4}\"")]
    private static partial Regex Code();

    [GeneratedRegex("<PackageReference[^>]*(Version|VersionOverride)=")]
    private static partial Regex PackageVersion();
}
