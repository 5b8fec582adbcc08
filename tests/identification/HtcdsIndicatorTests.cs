using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;
using Tiltas.Identification.Htcds;

namespace Tiltas.Identification.Tests;

public sealed class HtcdsIndicatorTests
{
    private static readonly IReadOnlyList<IndicatorSet> Sets = IndicatorFiles.ReadAll(Path.Combine(Kit.CountryFolder, "indicators"));
    private static readonly HtcdsIndicators Indicators = HtcdsIndicators.Read(Path.Combine(Kit.CountryFolder, "htcds.yaml"), Sets);

    [Fact]
    public void Rows_AreThereForTheChildsSetAndForTheMeansOfEverySet()
    {
        Assert.NotEmpty(Sets);
        Assert.All(Sets, set => Assert.All(set.Indicators.Where(indicator => set.Id == "LT-CHILD-S0" || indicator.Element == DefinitionElement.Means),
            indicator => Assert.True(Indicators.Rows.ContainsKey((set.Id, indicator.Code)), $"{set.Id}/{set.Version} {indicator.Code}")));
    }

    [Fact]
    public void MethodsOf_WhatWasObserved_NeverSaysMoreThanThat()
    {
        var adult = Sets.Single(set => set is { Id: "LT-ADULT-LABOUR", Version: 1 });
        Assert.Equal([ControlMethod.DebtBondage, ControlMethod.WithholdsDocuments], Indicators.MethodsOf(adult, new HashSet<string> { "M10", "M09", "P01", "S04" }));
        // Two methods joined with "or" are neither of the two for certain.
        Assert.Equal([ControlMethod.Other], Indicators.MethodsOf(adult, new HashSet<string> { "M11", "M12", "M13" }));
        Assert.Equal([ControlMethod.ExcessiveWorkingHours], Indicators.MethodsOf(adult, new HashSet<string> { "P02" }));
        // Another version of the set is read by the same rows; what nobody mapped is still a means.
        var later = adult with { Version = 9, Indicators = [.. adult.Indicators, new Indicator { Code = "M99", Element = DefinitionElement.Means, Exploitation = [], Text = [] }] };
        Assert.Equal([ControlMethod.PhysicalAbuse, ControlMethod.Other], Indicators.MethodsOf(later, new HashSet<string> { "M99", "M06" }));
        Assert.Empty(Indicators.MethodsOf(Sets.First(set => set.Id == "LT-CHILD-S0"), new HashSet<string> { "C05", "C12" }));
    }

    [Fact]
    public void ExploitationOf_SignsAndMeans_SayNone_AndSeveralAreOther()
    {
        var adult = Sets.Single(set => set is { Id: "LT-ADULT-LABOUR", Version: 1 });
        Assert.Equal([ExploitationType.ForcedLabour, ExploitationType.Servitude], HtcdsIndicators.ExploitationOf(adult, new HashSet<string> { "P01", "P02", "P05", "M07" }));
        Assert.Equal([ExploitationType.Other], HtcdsIndicators.ExploitationOf(adult, new HashSet<string> { "P06" }));
        Assert.Empty(HtcdsIndicators.ExploitationOf(Sets.First(set => set.Id == "LT-CHILD-S0"), new HashSet<string> { "C04" }));
    }

    [Theory]
    [InlineData("LT-MIGRANT", "P05", "S07", ExploitationType.OrganRemoval)]
    [InlineData("LT-REFUGEE-UA", "P03", "S07", ExploitationType.SexualExploitation)]
    [InlineData("LT-REFUGEE-UA", "P04", "S08", ExploitationType.ForcedAdoption)]
    [InlineData("LT-REFUGEE-UA", "P05", "S09", ExploitationType.Surrogacy)]
    public void ExploitationOf_WhatWasOnlyProposedOrDemanded_SaysNone(string id, string made, string proposed, ExploitationType exploitation)
    {
        var set = Sets.Single(set => set.Id == id);
        Assert.Equal([exploitation], HtcdsIndicators.ExploitationOf(set, new HashSet<string> { made, proposed }));
        Assert.Contains(set.Indicators, indicator => indicator.Code == proposed && indicator.Exploitation.Length == 0);
        Assert.Empty(HtcdsIndicators.ExploitationOf(set, new HashSet<string> { proposed }));
    }

    [Theory]
    [InlineData("indicator: M03", "indicator: M77", "no version of LT-ADULT-LABOUR has this indicator")]
    [InlineData("indicator: M03", "indicator: M04", "LT-ADULT-LABOUR M04 stands twice")]
    [InlineData("method: PhysicalThreats", "method: Threats", "a code of ControlMethod is expected")]
    [InlineData("method: PhysicalThreats, match: Exact", "method: PhysicalThreats, match: Narrower", "needs a note")]
    [InlineData("method: PhysicalThreats, match: Exact", "method: PhysicalThreats, match: Broader, note: more", "is not written; Other is")]
    [InlineData("method: PhysicalThreats, match: Exact", "method: PhysicalThreats", "method and match stand together")]
    [InlineData("method: PhysicalThreats, match: Exact", "method: Other, match: Exact", "the match is None")]
    public void Read_WrongRow_SaysFileLineAndWhat(string what, string instead, string message)
    {
        using var folder = new TempFolder();
        var right = File.ReadAllText(Path.Combine(Kit.CountryFolder, "htcds.yaml"));
        Assert.Contains(what, right, StringComparison.Ordinal);

        var wrong = Assert.Throws<CountryDataException>(() => HtcdsIndicators.Read(folder.Write("htcds.yaml", right.Replace(what, instead, StringComparison.Ordinal)), Sets));

        Assert.Matches("^htcds\\.yaml, line [0-9]+, field ", wrong.Message);
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithoutTheFile_HasNoRows() => Assert.Empty(HtcdsIndicators.Read(Path.Combine(Kit.CountryFolder, "none.yaml"), Sets).Rows);

    [Theory]
    [InlineData("=1+1", "'=1+1"), InlineData("@SUM(A1)", "'@SUM(A1)"), InlineData("-1", "'-1"), InlineData("+1", "'+1"), InlineData("'=1", "''=1"), InlineData("\t=1", "'\t=1")]
    [InlineData("a,b", "\"a,b\""), InlineData("a;b", "\"a;b\""), InlineData("say \"a\"", "\"say \"\"a\"\"\""), InlineData("=\"a\"\r\n", "\"'=\"\"a\"\"\r\n\""), InlineData("", ""), InlineData("NGO", "NGO")]
    public void Cell_WhatASpreadsheetWouldRun_IsText(string text, string cell) => Assert.Equal(cell, HtcdsForms.Cell(text));
}
