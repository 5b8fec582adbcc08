using Tiltas.Local;
using Tiltas.Local.Demo.Cases;
using Tiltas.TestKit;

namespace Tiltas.Docs.Tests;

/// <summary>Case files: rows that can be used, rows that are told by their line, files that cannot be used at all.</summary>
public sealed class CaseFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly string[] _sample = File.ReadAllLines(Repository.In("data", "lt", "cases", "sample-cases.csv"));

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Rows_ThatCannotBeUsed_AreToldByLineAndTheOthersStay()
    {
        var work = Read(_sample[0], _sample[1], "77" + _sample[2][1..], "1,2,3", "", Cell(_sample[3], "Means Threats", "yes"), _sample[4]);
        Assert.Equal([2, 7], work.Plans.Select(plan => plan.Line));
        Assert.Equal([3, 4, 6], work.BadRows.Select(row => row.Line));
        Assert.DoesNotContain(work.BadRows, row => row.Why.Contains("77", StringComparison.Ordinal) || row.Why.Contains("yes", StringComparison.Ordinal));
    }

    [Fact]
    public void Columns_UnknownOrMissing_StopTheWholeFile()
    {
        var unknown = Assert.Throws<LocalException>(() => Read(_sample[0] + ",Shoe Size", _sample[1] + ",1"));
        Assert.Contains("Shoe Size", unknown.Message, StringComparison.Ordinal);
        var missing = Assert.Throws<LocalException>(() => Read(_sample[0].Replace("Means Threats", "Woman 2", StringComparison.Ordinal), _sample[1]));
        Assert.Contains("Means Threats", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Row_OfAChild_IsScreenedAsAChildAndReferredToChildProtection()
    {
        var plan = Assert.Single(Read(_sample[0], "2" + new string(',', 1) + "0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,1,1").Plans);
        Assert.True(plan.Child);
        Assert.Equal(("From9To17", "LT-CHILD-S0", "ChildProtection", "Urgent"), (plan.AgeBand, plan.Set, plan.Need, plan.Urgency));
        Assert.Equal(["C14"], plan.Indicators);
    }

    [Fact]
    public void Row_WithNoSignAtAll_FallsBackOnOtherwise()
    {
        var plan = Assert.Single(Read(_sample[0], "7" + string.Concat(Enumerable.Repeat(",0", 18))).Plans);
        Assert.Equal(["M02"], plan.Indicators);
        Assert.Equal(("PsychologicalSupport", "Normal"), (plan.Need, plan.Urgency));
    }

    [Fact]
    public void Mapping_WithARuleThatThisProgramDoesNotKnow_IsRefused()
    {
        File.WriteAllText(_file, File.ReadAllText(Repository.In("data", "lt", "cases", "mapping.yaml")) + "\nunheardOf: 1\n");
        Assert.Throws<LocalException>(() => CaseMapping.Read(_file));
    }

    private CaseWork Read(params string[] lines)
    {
        File.WriteAllLines(_file, lines);
        return CaseWork.Read(Workplace.Find(), new CaseOptions { File = _file, Parallel = 1, Limit = int.MaxValue });
    }

    private string Cell(string row, string column, string value)
    {
        var cells = row.Split(',');
        cells[Array.IndexOf(_sample[0].Split(','), column)] = value;
        return string.Join(',', cells);
    }
}
