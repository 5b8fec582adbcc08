using System.Globalization;
using System.Text.RegularExpressions;
using Tiltas.TestKit;

namespace Tiltas.Docs.Tests;

/// <summary>The table of error codes and the code say the same codes.</summary>
public sealed partial class CodeTableTests
{
    private static readonly string[] Rooms = ["contracts", "gateway", "platform", "services"];

    [Fact]
    public void EveryCodeInTheCode_StandsInTheTable() => Assert.Empty(InCode().Except(InTable()));

    [Fact]
    public void EveryCodeInTheTable_IsGivenByTheCode() => Assert.Empty(InTable().Except(InCode()));

    [Fact]
    public void NoCode_StandsInTheTableTwice() => Assert.Empty(InTable().GroupBy(code => code).Where(group => group.Count() > 1).Select(group => group.Key));

    private static List<string> InCode()
    {
        var codes = Rooms.Select(room => Repository.In(room))
            .SelectMany(room => Directory.EnumerateFiles(room, "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Quoted().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value)).Distinct().ToList();
        Assert.True(codes.Count > 60, $"{codes.Count} codes were found");
        return codes;
    }

    /// <summary>First cells: full codes, "-0302" for another of the same prefix, "… -0206" for all up to it.</summary>
    private static List<string> InTable()
    {
        var codes = new List<string>();
        foreach (var line in File.ReadLines(Repository.In("docs", "integrating.md")).Where(line => line.StartsWith("| TLT-", StringComparison.Ordinal)))
        {
            var (prefix, last) = ("", 0);
            foreach (Match part in Part().Matches(line.Split('|')[1]))
            {
                if (part.Groups["prefix"].Success) prefix = part.Groups["prefix"].Value;
                var number = int.Parse(part.Groups["number"].Value, CultureInfo.InvariantCulture);
                for (var n = part.Groups["to"].Success ? last + 1 : number; n <= number; n++) codes.Add(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{n:0000}"));
                last = number;
            }
        }
        return codes;
    }

    [GeneratedRegex("\"(?<code>TLT-[A-Z]+-[0-9]{4})\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("(?<to>… )?((?<prefix>TLT-[A-Z]+)-|-)(?<number>[0-9]{4})")]
    private static partial Regex Part();
}
