using System.Globalization;

namespace Tiltas.Local.Demo.Cases;

/// <summary>What <c>tiltas demo --cases</c> was asked for.</summary>
internal sealed record CaseOptions
{
    internal const int OrdinaryParallel = 8;

    internal required string File { get; init; }

    internal required int Parallel { get; init; }

    internal required int Limit { get; init; }
}

/// <summary>One row as the network will see it.</summary>
internal sealed record CasePlan
{
    internal required int Line { get; init; }

    internal required string AgeBand { get; init; }

    internal required bool Child { get; init; }

    internal required string Set { get; init; }

    internal required int SetVersion { get; init; }

    internal required IReadOnlyList<string> Indicators { get; init; }

    internal required string Need { get; init; }

    internal required string Purpose { get; init; }

    internal required string Urgency { get; init; }
}

/// <summary>A row that cannot be used, and why.</summary>
internal sealed record BadRow(int Line, string Why);

/// <summary>A case file, read through the country's mapping.</summary>
internal sealed class CaseWork
{
    private readonly CaseMapping _mapping;
    private readonly string[] _columns;

    private CaseWork(CaseMapping mapping, string[] columns, CaseOptions options) => (_mapping, _columns, Options) = (mapping, columns, options);

    internal CaseOptions Options { get; }

    internal List<CasePlan> Plans { get; } = [];

    internal List<BadRow> BadRows { get; } = [];

    /// <exception cref="LocalException">The file or a column of it cannot be used at all.</exception>
    internal static CaseWork Read(Workplace place, CaseOptions options)
    {
        var mapping = CaseMapping.Read(Path.Combine(place.Repository, "data", "lt", "cases", "mapping.yaml"));
        if (!File.Exists(options.File)) throw new LocalException($"There is no file {options.File}.");
        using var lines = new StreamReader(options.File);
        var columns = lines.ReadLine()?.Split(',') ?? throw new LocalException($"{options.File} is empty.");
        columns = Array.ConvertAll(columns, column => column.Trim().Trim('"'));
        CheckColumns(mapping, columns, options.File);
        var work = new CaseWork(mapping, columns, options);
        for (var line = 2; lines.ReadLine() is { } row && work.Plans.Count + work.BadRows.Count < options.Limit; line++)
            if (!string.IsNullOrWhiteSpace(row)) work.Add(line, row.Split(','));
        if (work.Plans.Count + work.BadRows.Count == 0) throw new LocalException($"{options.File} holds no rows.");
        return work;
    }

    private static void CheckColumns(CaseMapping mapping, string[] columns, string file)
    {
        if (columns.CountBy(column => column, StringComparer.Ordinal).FirstOrDefault(pair => pair.Value > 1).Key is { } twice)
            throw new LocalException($"{file}: the column '{twice}' stands there twice.");
        var wanted = mapping.Signs.Select(sign => sign.Column).Append(mapping.AgeBand.Column).ToList();
        if (wanted.Except(columns).ToList() is { Count: > 0 } missing) throw new LocalException($"{file}: these columns are missing: {string.Join(", ", missing)}");
        if (columns.Except(wanted).Except(mapping.Ignored).ToList() is { Count: > 0 } unknown)
            throw new LocalException($"{file}: the mapping says nothing of these columns: {string.Join(", ", unknown)}. Add a rule or list them under 'ignored'.");
    }

    private void Add(int line, string[] cells)
    {
        if (cells.Length != _columns.Length)
        {
            BadRows.Add(new BadRow(line, string.Create(CultureInfo.InvariantCulture, $"{cells.Length} cells where {_columns.Length} are expected")));
            return;
        }
        var row = _columns.Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second.Trim().Trim('"'), StringComparer.Ordinal);
        if (!_mapping.AgeBand.Values.TryGetValue(row[_mapping.AgeBand.Column], out var ageBand))
        {
            // The cell is not repeated: whatever it is, it is not what belongs there.
            BadRows.Add(new BadRow(line, $"'{_mapping.AgeBand.Column}' holds a value that the mapping does not know"));
            return;
        }
        if (_mapping.Signs.FirstOrDefault(sign => row[sign.Column] is not ("0" or "1")) is { } unreadable)
        {
            BadRows.Add(new BadRow(line, $"'{unreadable.Column}' holds neither 0 nor 1"));
            return;
        }
        Plans.Add(Plan(line, row, ageBand));
    }

    private CasePlan Plan(int line, Dictionary<string, string> row, string ageBand)
    {
        var child = _mapping.ChildAgeBands.Contains(ageBand);
        var present = _mapping.Signs.Where(sign => row[sign.Column] == "1").ToList();
        var indicators = present.SelectMany(sign => sign.Indicators.For(child)).Distinct().Order(StringComparer.Ordinal).ToList();
        var columns = present.Select(sign => sign.Column).ToHashSet(StringComparer.Ordinal);
        var referral = _mapping.Referrals.First(rule => rule.When.Child == child && rule.When.Columns.All(columns.Contains));
        return new CasePlan
        {
            Line = line, AgeBand = ageBand, Child = child,
            Set = _mapping.Screening.For(child).Set, SetVersion = _mapping.Screening.For(child).SetVersion,
            Indicators = indicators.Count > 0 ? indicators : _mapping.Otherwise.Indicators.For(child),
            // One referral a row: the first need counts.
            Need = referral.Needs[0], Purpose = referral.Purpose, Urgency = referral.Urgency,
        };
    }
}
