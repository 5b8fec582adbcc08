using System.Text.Json.Nodes;
using Tiltas.Local.Data;

namespace Tiltas.Local.Tests.Data;

public sealed class LoadedRecordsTests
{
    [Theory]
    // Never loaded: written only where the directory has nothing.
    [InlineData(null, "new", null, "Create")]
    [InlineData(null, "new", 1, "Keep")]
    [InlineData(null, "new", 4, "Keep")]
    // The file is as it was loaded: the directory's word stands, whatever it is.
    [InlineData("old@1", "old", 1, "Keep")]
    [InlineData("old@1", "old", 2, "Keep")]
    [InlineData("old@3", "old", 2, "Keep")]
    // The file changed: it follows only where nobody has been meanwhile.
    [InlineData("old@1", "new", 1, "Change")]
    [InlineData("old@3", "new", 3, "Change")]
    [InlineData("old@1", "new", 2, "KeepAndTell")]
    [InlineData("old@3", "new", 2, "KeepAndTell")]
    // The directory was begun anew.
    [InlineData("old@3", "old", null, "Create")]
    [InlineData("old@3", "new", null, "Create")]
    public void Record_IsWrittenOnlyWhereNobodyElseHasBeen(string? before, string content, int? present, string wanted)
    {
        var loaded = before?.Split('@') is [var text, var version] ? new Loaded(text, int.Parse(version, System.Globalization.CultureInfo.InvariantCulture)) : null;
        Assert.Equal(Enum.Parse<LoadStep>(wanted), LoadedRecords.Decide(loaded, content, present));
    }

    [Fact]
    public void Load_IsRememberedByTheNextRun()
    {
        var folder = Directory.CreateTempSubdirectory("tiltas-loaded-").FullName;
        try
        {
            var (file, first, second) = (Path.Combine(folder, "loaded.json"), new JsonObject { ["hours"] = "24/7" }, new JsonObject { ["hours"] = "Mo-Fr 08:00-17:00" });
            new LoadedRecords(file).Add("/v1/services/one", first, 3);
            var next = new LoadedRecords(file);
            Assert.Equal(LoadStep.Keep, next.Next("/v1/services/one", first, 3));
            Assert.Equal(LoadStep.Change, next.Next("/v1/services/one", second, 3));
            Assert.Equal(LoadStep.KeepAndTell, next.Next("/v1/services/one", second, 4));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
