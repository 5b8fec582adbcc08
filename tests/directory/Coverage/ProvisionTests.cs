using Tiltas.Directory.Coverage;
using Tiltas.TestKit;

namespace Tiltas.Directory.Tests.Coverage;

public sealed class ProvisionTests
{
    private const string Right = "assurance: P10D\nhold: PT5M\ntimesOfWeek:\n  Day: Mo-Fr 09:00-16:00\n  Night: Mo-Su 22:00-06:00\n";

    [Fact]
    public void Load_File_IsRead()
    {
        var provision = Read(Right);
        Assert.Equal((10, TimeSpan.FromMinutes(5)), (provision.AssuranceDays, provision.Hold));
        Assert.Equal(["Day Mo-Fr 09:00-16:00", "Night Mo-Su 22:00-06:00"], provision.TimesOfWeek.Select(time => $"{time.Name} {time.Hours}"));
        Assert.NotEmpty(Provision.Load(Repository.In("data", "lt")).TimesOfWeek);
    }

    [Theory]
    [InlineData("P10D", "P10DT1H")]
    [InlineData("P10D", "ten days")]
    [InlineData("P10D", "-P10D")]
    [InlineData("assurance: P10D\n", "")]
    [InlineData("PT5M", "PT0S")]
    [InlineData("hold", "holds")]
    [InlineData("Mo-Fr 09:00-16:00", "sometimes")]
    [InlineData("Day", "\"Day, night\"")]
    public void Load_WrongFile_IsRefused(string what, string instead) =>
        Assert.Contains("provision.yaml", Assert.Throws<InvalidDataException>(() => Read(Right.Replace(what, instead, StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    private static Provision Read(string text)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("tiltas-provision-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "provision.yaml"), text);
            return Provision.Load(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
