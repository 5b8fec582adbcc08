using System.Globalization;
using System.Text;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;
using Tiltas.TestKit;

namespace Tiltas.Identification.Tests;

/// <summary>docs/sources.md says of each right, period, gap and indicator set where it is written, and is what the data say. With TILTAS_WRITE_PAGES=1 it is written anew.</summary>
public sealed class SourcePageTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "sources.md");

    [Fact]
    public async Task Page_IsWhatTheDataSay()
    {
        var wanted = Render(CountryData.Load(Path.Combine(Repository.Root, "data", "lt")));
        if (Environment.GetEnvironmentVariable("TILTAS_WRITE_PAGES") == "1") await File.WriteAllTextAsync(Page, wanted, TestContext.Current.CancellationToken);
        Assert.Equal(wanted, await File.ReadAllTextAsync(Page, TestContext.Current.CancellationToken), ignoreLineEndingDifferences: true);
    }

    private static string Render(CountryData country)
    {
        var page = new StringBuilder("""
            # Where it is written

            Each right, period, gap, form and set of indicators of Lithuania (`data/lt`) with its source; the API shows the same beside each. "Ours" marks what no
            source says, in the words of the data. A test holds this page against the data.

            ## Rights

            | right | given to | source |
            |---|---|---|

            """);
        var table = country.Entitlements;
        foreach (var (tier, lines) in table.Tiers.OrderBy(pair => pair.Key).Select(pair => (pair.Key.ToString(), pair.Value)).Append(("a child of any status", table.Child)))
            foreach (var line in lines)
                page.AppendLine(CultureInfo.InvariantCulture, $"| {line.Entitlement} | {tier}{(line.Residence is { } only ? ", if " + string.Join(" or ", only) : "")} | {Of(line.Source)} |");
        page.AppendLine(CultureInfo.InvariantCulture, $"\nOurs: {table.Illustrative}\n");

        page.AppendLine("## Periods and gaps\n\n| what | time | source | ours |\n|---|---|---|---|");
        var reflection = country.Reflection;
        page.AppendLine(CultureInfo.InvariantCulture, $"| reflection period | {reflection.Length} days, {reflection.Longest} at most | {Of(reflection.Source)} | {reflection.Illustrative} |");
        foreach (var (kind, rule) in country.Gaps.Rules.OrderBy(pair => pair.Key))
            page.AppendLine(CultureInfo.InvariantCulture, $"| {kind} | {Time(rule.After)} | {Of(rule.Source)} | {rule.Illustrative} |");

        page.AppendLine("\n## Forms\n\n| form | fields | source | ours |\n|---|---|---|---|");
        foreach (var form in country.Forms.OrderBy(form => form.Id, StringComparer.Ordinal).ThenBy(form => form.Version))
            page.AppendLine(CultureInfo.InvariantCulture, $"| {form.Id}, version {form.Version} | {form.Fields().Count()} | {Of(form.Source)} | {form.Illustrative} |");

        page.AppendLine("\n## Indicators\n\nThe source of a set is that of each of its indicators.\n\n| set | for | indicators | source |\n|---|---|---|---|");
        foreach (var set in country.IndicatorSets.OrderBy(set => set.Id, StringComparer.Ordinal).ThenBy(set => set.Version))
            page.AppendLine(CultureInfo.InvariantCulture, $"| {set.Id}, version {set.Version} | {set.Population} | {set.Indicators.Length} | {Of(set.Source)} |");
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static string Time(TimeSpan time) => time.TotalDays >= 2 ? $"{time.TotalDays:0} days" : $"{time.TotalHours:0} hours";

    private static string Of(DataSource source) => $"{source.Title}, {source.Date:yyyy-MM-dd}{(source.Url is { } url ? $" ({url})" : "")}";
}
