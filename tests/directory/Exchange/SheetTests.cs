using Tiltas.Directory.Exchange;

namespace Tiltas.Directory.Tests.Exchange;

public sealed class SheetTests
{
    private const int Tables = 2_000;
    private const string Letters = "abcžė,;\"'=+-@|\\ \t\r\n0";

    /// <summary>Whatever stands in the cells comes back.</summary>
    [Fact]
    public void Write_AnyCells_AreReadAsTheyWere()
    {
        for (var seed = 0; seed < Tables; seed++)
        {
            var random = new Random(seed);
            var (width, height) = (random.Next(1, 5), random.Next(1, 5));
            // An empty row says nothing, so each has a first cell.
            var rows = Enumerable.Range(0, height).Select(_ => Enumerable.Range(0, width).Select(n => (n == 0 ? "x" : "") + Text(random)).ToArray()).ToList();
            rows[0] = [.. rows[0].Select((_, n) => "column" + n)];
            var text = Sheet.Write(rows);
            var (read, fault) = Sheet.Read(text);
            Assert.Null(fault);
            Assert.Equal(rows, read.Select(row => row.Select(cell => cell.Text).ToArray()));
        }
    }

    [Theory]
    [InlineData("a;b\n1;2,5\n", "1", "2,5"), InlineData("a,b\r\n1,\"2;5\"\r\n", "1", "2;5"), InlineData("\uFEFFa;b\r\n1;\"x\r\ny\"", "1", "x\r\ny"), InlineData("a,b\n'=1+1,'+370", "=1+1", "+370"), InlineData("a,b\n'tis,\"say \"\"no\"\"\"", "'tis", "say \"no\"")]
    public void Read_AsSpreadsheetsWrite_IsTheTable(string text, string first, string second)
    {
        var (rows, fault) = Sheet.Read(text);
        Assert.Null(fault);
        Assert.Equal(["a", "b"], rows[0].Select(cell => cell.Text));
        Assert.Equal([first, second], rows[1].Select(cell => cell.Text));
    }

    [Theory]
    [InlineData("a,b\n1,\"2", 2, 2), InlineData("a,b\n1,\"2\"3", 2, 2), InlineData("a,b\n\"x\ny\",1\n1,2\"3", 4, 2)]
    public void Read_WhatIsNoTable_SaysWhere(string text, int line, int column)
    {
        var (_, fault) = Sheet.Read(text);
        Assert.Equal((line, column), (fault!.Line, fault.Column));
    }

    [Theory]
    [InlineData("=cmd"), InlineData("+370 600"), InlineData("-1"), InlineData("@x"), InlineData("\t1"), InlineData("\r1"), InlineData("'=1")]
    public void Write_AFormula_IsGuarded(string cell) => Assert.StartsWith("'", Sheet.Write([[cell]]).TrimStart('\uFEFF', '"'), StringComparison.Ordinal);

    private static string Text(Random random) => new([.. Enumerable.Range(0, random.Next(6)).Select(_ => Letters[random.Next(Letters.Length)])]);
}
