using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;
using Tiltas.Identification.Htcds;
using Tiltas.TestKit;

namespace Tiltas.Identification.Tests;

public sealed class HtcdsTableTests
{
    private static readonly HtcdsTable Table = HtcdsFile.Read(HtcdsFile.Shipped);
    private static readonly Dictionary<string, string[]> Standard = StandardValues(Repository.In("data", "htcds", "fields.csv"));

    [Fact]
    public void EachCode_OfEachList_HasExactlyOneRowForEachField()
    {
        foreach (var (list, codes) in HtcdsFile.Lists)
        {
            var fields = Table.Rows.Where(row => row.List == list).Select(row => row.Field).Distinct().ToList();
            Assert.True(fields.Count == 0 == Table.Absent.ContainsKey(list), list);
            foreach (var field in fields) Assert.Equal(codes.Order(), Table.Rows.Where(row => row.List == list && row.Field == field).Select(row => row.Code).Order());
        }
        Assert.Equal(30, HtcdsFile.Lists.Count);
    }

    [Fact]
    public void Fields_AreThoseOfTheStandard_ValueForValue()
    {
        Assert.Equal(20, Standard.Count(field => field.Value.Length > 0) - Table.Fields.Count(field => field.Same is not null));
        Assert.All(Table.Fields, field =>
        {
            Assert.Equal(Standard[field.Name], field.Values);
            if (field.Same is { } same) Assert.Equal(Standard[same], field.Values);
        });
        var spoken = Table.Fields.Select(field => field.Name).Concat(Table.Fields.Select(field => field.Same).OfType<string>()).Concat(Table.NotHeld.Keys);
        Assert.Equal(Standard.Where(field => field.Value.Length > 0).Select(field => field.Key).Order(), spoken.Order());
    }

    [Fact]
    public void EachValue_OfTheStandard_IsWrittenOrSaidToBeUnused()
    {
        foreach (var pair in Table.Rows.GroupBy(row => (row.List, row.Field)))
            Assert.Equal(Standard[pair.Key.Field].Order(), pair.Select(row => row.Value).OfType<string>()
                .Concat(Table.Unused.Where(value => (value.List, value.Field) == pair.Key).Select(value => value.Value)).Distinct().Order());
    }

    [Fact]
    public void ThereAndBack_IsLossless_ExactlyWhereTheTableSaysExact()
    {
        var lossless = 0;
        foreach (var row in Table.Rows)
        {
            var there = Table.Write(row.List, row.Code, row.Field);
            var back = there is null ? null : Table.Read(row.List, row.Field, there);
            var andThere = Standard[row.Field].Where(value => Table.Read(row.List, row.Field, value) == row.Code).All(value => Table.Write(row.List, row.Code, row.Field) == value);
            var isLossless = back == row.Code && andThere;
            Assert.True(isLossless == (row.Match == HtcdsMatch.Exact), $"{row.List} {row.Code} {row.Field}");
            if (isLossless) lossless++;
            else Assert.False(string.IsNullOrWhiteSpace(row.Note));
        }
        Assert.Equal(Table.Rows.Count(row => row.Match == HtcdsMatch.Exact), lossless);
    }

    [Fact]
    public void Traps_OfTheStandard_AreAsWritten()
    {
        var criminality = Table.Rows.Single(row => row.Code == nameof(ExploitationType.ForcedCriminality));
        Assert.Equal((HtcdsTable.Other, HtcdsMatch.None), (criminality.Value, criminality.Match));
        Assert.Contains("lost", criminality.Note, StringComparison.Ordinal);
        Assert.Equal(Table.Write(VictimStatus.Suspected, HtcdsTable.TraffickingStatus), Table.Write(VictimStatus.Presumed, HtcdsTable.TraffickingStatus));
        Assert.Null(Table.Write(VictimStatus.Ended, HtcdsTable.TraffickingStatus));
        Assert.Null(Table.Read("VictimStatus", HtcdsTable.TraffickingStatus, "ActualVictimOfTrafficking"));
        Assert.Equal("Female", Table.Read("Sex", "prs_Gender", "TransgenderFeminine"));
    }

    [Fact]
    public void Definitions_AreSeventeen_AgainstSixteenValues()
    {
        Assert.Equal((17, 16), (Table.Definitions.Count, Standard[HtcdsTable.MethodsOfControl].Length));
        Assert.Equal(["RestrictsMovement", "UsesChildren"], Table.Definitions.Where(one => one.Match == HtcdsMatch.None).Select(one => one.Defined));
        Assert.Equal(["ThreatensChildrenFamily"], Standard[HtcdsTable.MethodsOfControl].Except(Table.Definitions.Select(one => one.Value)));
        Assert.Equal(5, Table.Definitions.Count(one => one.Defined != one.Value));
    }

    [Fact]
    public void Languages_EachHasItsCodeOfThreeLetters()
    {
        Assert.Equal(Languages.All.Order(StringComparer.Ordinal), Table.Languages.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("lit", "deu", "ukr"), (Table.Languages["lt"], Table.Languages["de"], Table.Languages["uk"]));
    }

    [Theory]
    [InlineData("code: Suspected, ", "code: Susspected, ", "is not known in VictimStatus")]
    [InlineData("list: VictimStatus, code: Suspected", "list: Victims, code: Suspected", "is not known in code lists")]
    [InlineData("code: Recognised, field: vic_TraffickingStatus, value: ActualVictimOfTrafficking", "code: Recognised, field: vic_TraffickingStatus, value: Actual", "is not known in vic_TraffickingStatus")]
    [InlineData("code: Presumed, field", "code: Suspected, field", "VictimStatus Suspected stands twice for vic_TraffickingStatus")]
    [InlineData("  - {list: ControlMethod, code: TakesEarnings, field: vic_MethodsOfControl, value: TakesEarnings, match: Exact}\n", "", "ControlMethod TakesEarnings has no row for vic_MethodsOfControl")]
    [InlineData("code: TakesEarnings, field: vic_MethodsOfControl, value: TakesEarnings", "code: TakesEarnings, field: vic_MethodsOfControl, value: DebtBondage", "no code of ControlMethod becomes TakesEarnings")]
    [InlineData("value: Other, match: None, note: \"Missing in", "value: Surrogacy, match: None, note: \"Missing in", "only Other may stand")]
    [InlineData("value: PossibleVictimOfTrafficking, match: Narrower, note: \"First", "value: PossibleVictimOfTrafficking, match: Exact, note: \"First", "is written by other codes, too")]
    [InlineData("  Urgency: The referral block has no urgency.\n", "", "Urgency stands neither here nor under absent")]
    [InlineData("  Urgency:", "  Urgent:", "field absent.Urgent: is no code list")]
    [InlineData("value: SchoolOrCollege, why", "value: NGO, why", "a code of AgencyType becomes NGO")]
    [InlineData("value: NonConforming, reads: Other", "value: NonConforming, reads: Others", "is not known in Sex")]
    [InlineData("value: TransgenderFeminine, reads: Female", "value: TransgenderFeminine", "what is Broader has other values")]
    [InlineData("match: Narrower, note: \"First", "match: Narrower, reason: \"First", "is not known here")]
    [InlineData("\"lt\": lit", "\"lt\": lith", "three small letters are expected")]
    [InlineData("\"lt\": lit", "\"lt\": lub", "stands twice in this list")]
    [InlineData("\"lt\": lit, ", "", "\"lt\" is missing")]
    [InlineData("version: \"2.0\"", "version: \"1.0\"", "version 2.0 is expected")]
    public void Read_WrongTable_SaysFileLineAndWhat(string what, string instead, string message)
    {
        using var folder = new TempFolder();
        var right = File.ReadAllText(HtcdsFile.Shipped);
        Assert.Contains(what, right, StringComparison.Ordinal);

        var wrong = Assert.Throws<CountryDataException>(() => HtcdsFile.Read(folder.Write("codes.yaml", right.Replace(what, instead, StringComparison.Ordinal))));

        Assert.Matches("^codes\\.yaml, line [0-9]+, field ", wrong.Message);
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>Fields of the standard's own list with their values; a field without a picklist has none.</summary>
    private static Dictionary<string, string[]> StandardValues(string path)
    {
        const int Name = 6, Type = 7, Values = 9;
        return Rows(File.ReadAllText(path)).Skip(1).Where(row => row.Count > Type && row[Name].Contains('_', StringComparison.Ordinal)).ToDictionary(row => row[Name], row =>
            row[Type].Contains("icklist", StringComparison.Ordinal) && row.Count > Values && row[Values].Contains('\n', StringComparison.Ordinal)
                ? row[Values].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                : [], StringComparer.Ordinal);
    }

    /// <summary>RFC 4180 with line breaks inside quotations, slowly.</summary>
    internal static List<List<string>> Rows(string text)
    {
        var (rows, row, cell, quoted) = (new List<List<string>>(), new List<string>(), new System.Text.StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted) End();
            else if (c == '\n' && !quoted)
            {
                End();
                rows.Add(row);
                row = [];
            }
            else if (c != '\r' || quoted) cell.Append(c);
        }
        return rows;

        void End()
        {
            row.Add(cell.ToString());
            cell.Clear();
        }
    }
}
