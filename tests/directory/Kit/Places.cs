using Tiltas.Directory.Coverage;

namespace Tiltas.Directory.Tests.Kit;

/// <summary>A small country that has the shape of a real one.</summary>
internal static class Places
{
    public const string Counties = "iso_3166_2,name\nLT-VL,Vilniaus apskritis\nLT-KU,Kauno apskritis\n";

    public const string Municipalities = """
        iso_3166_2,name,type,county
        LT-57,Vilniaus miestas,City municipality,LT-VL
        LT-58,Vilnius,District municipality,LT-VL
        LT-15,Kauno miestas,City municipality,LT-KU

        """;

    public const string Facts = "code: LT\ntimeZone: Europe/Vilnius\nlanguages: [lt, en]\n";

    public const string Words = "code,name,english\nLT,Lietuva,Lithuania\nShelter,Apgyvendinimas,Shelter\nLegalAid,Teisinė pagalba,Legal aid\n";

    public static Country Country { get; } = Write();

    public static string WriteFiles()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("tiltas-country-").FullName;
        File.WriteAllText(Path.Combine(folder, "counties.csv"), Counties);
        File.WriteAllText(Path.Combine(folder, "municipalities.csv"), Municipalities);
        File.WriteAllText(Path.Combine(folder, "country.yaml"), Facts);
        File.WriteAllText(Path.Combine(folder, "words.csv"), Words);
        return folder;
    }

    private static Country Write()
    {
        var folder = WriteFiles();
        try
        {
            return Country.Load(folder);
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }
}
