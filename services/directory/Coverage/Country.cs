using System.Collections.Frozen;

namespace Tiltas.Directory.Coverage;

/// <summary>A municipality as country data names it.</summary>
public sealed record Municipality
{
    /// <summary>ISO 3166-2 code.</summary>
    public required string Code { get; init; }
    /// <summary>Name in the country's language.</summary>
    public required string Name { get; init; }
    /// <summary>Kind of municipality.</summary>
    public required string Type { get; init; }
    /// <summary>ISO 3166-2 code of its county.</summary>
    public required string County { get; init; }
}

/// <summary>The places of one country: itself, its counties, its municipalities. Read once at start.</summary>
public sealed class Country
{
    private readonly FrozenSet<string> _counties;
    private readonly FrozenDictionary<string, Municipality> _byCode;

    private Country(string code, FrozenSet<string> counties, IReadOnlyList<Municipality> municipalities)
    {
        (Code, _counties, Municipalities) = (code, counties, municipalities);
        _byCode = municipalities.ToFrozenDictionary(m => m.Code, StringComparer.Ordinal);
    }

    /// <summary>ISO 3166-1 code, two letters.</summary>
    public string Code { get; }

    /// <summary>In the order of their codes.</summary>
    public IReadOnlyList<Municipality> Municipalities { get; }

    /// <summary>True for a municipality's code.</summary>
    public bool IsMunicipality(string code) => _byCode.ContainsKey(code);

    /// <summary>True for the code of a municipality, a county or the country.</summary>
    public bool IsArea(string code) => code == Code || _counties.Contains(code) || _byCode.ContainsKey(code);

    /// <summary>The areas that hold all of the given one: itself and what it lies in.</summary>
    public string[] Around(string area) =>
        area == Code ? [Code]
        : _byCode.TryGetValue(area, out var municipality) ? [area, municipality.County, Code]
        : [area, Code];

    /// <summary>Reads <c>counties.csv</c> and <c>municipalities.csv</c> of the folder.</summary>
    /// <exception cref="InvalidDataException">A file is not what it should be; the service must not start on it.</exception>
    public static Country Load(string folder)
    {
        var counties = CsvFile.Read(Path.Combine(folder, "counties.csv"), "iso_3166_2", "name");
        var municipalities = CsvFile.Read(Path.Combine(folder, "municipalities.csv"), "iso_3166_2", "name", "type", "county");
        return Create([.. counties.Select(row => row[0])],
            [.. municipalities.Select(row => new Municipality { Code = row[0], Name = row[1], Type = row[2], County = row[3] })]);
    }

    /// <summary>Puts a country together and checks that its parts fit.</summary>
    /// <exception cref="InvalidDataException">They do not.</exception>
    public static Country Create(IReadOnlyList<string> counties, IReadOnlyList<Municipality> municipalities)
    {
        var codes = counties.Concat(municipalities.Select(m => m.Code)).ToList();
        if (counties.Count == 0 || municipalities.Count == 0) throw new InvalidDataException("A country needs counties and municipalities.");
        var prefixes = codes.Select(code => code.Split('-')).Select(parts => parts is [{ Length: 2 } country, { Length: >= 1 and <= 3 }] ? country : "").Distinct().ToList();
        if (prefixes is not [{ Length: 2 } code2]) throw new InvalidDataException("Every code must be an ISO 3166-2 code of one country.");
        if (codes.Distinct(StringComparer.Ordinal).Count() != codes.Count) throw new InvalidDataException("A code is used twice.");
        var known = counties.ToFrozenSet(StringComparer.Ordinal);
        if (!municipalities.All(m => known.Contains(m.County))) throw new InvalidDataException("A municipality lies in a county that is not in counties.csv.");
        return new Country(code2, known, [.. municipalities.OrderBy(m => m.Code, StringComparer.Ordinal)]);
    }
}
