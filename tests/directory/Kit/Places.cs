using Tiltas.Directory.Coverage;
using Tiltas.Directory.Values;
using Tiltas.TestKit;

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

    public const string Words = "code,name,english\nLT,Lietuva,Lithuania\nShelter,Apgyvendinimas,Shelter\nLegalAid,Teisinė pagalba,Legal aid\n";

    public static Country Country { get; } = From(Country.Load);

    public static CountryTime Time { get; } = From(CountryYaml.ReadTime);

    public static string WriteFiles()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("tiltas-country-").FullName;
        File.WriteAllText(Path.Combine(folder, "counties.csv"), Counties);
        File.WriteAllText(Path.Combine(folder, "municipalities.csv"), Municipalities);
        // The rules of time are the country's own: what the tests know of them they know without these files.
        foreach (var name in new[] { "country.yaml", "holidays.yaml", "provision.yaml" }) File.Copy(Repository.In("data", "lt", name), Path.Combine(folder, name));
        File.WriteAllText(Path.Combine(folder, "words.csv"), Words);
        return folder;
    }

    private static T From<T>(Func<string, T> load)
    {
        var folder = WriteFiles();
        try
        {
            return load(folder);
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }
}
