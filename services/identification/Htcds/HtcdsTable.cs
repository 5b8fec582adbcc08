using System.Collections.Frozen;

namespace Tiltas.Identification.Htcds;

/// <summary>How a code of ours and a value of the standard relate, seen from ours; see data/htcds/codes.yaml.</summary>
public enum HtcdsMatch { Exact, Narrower, Broader, None }

/// <summary>A field of the standard whose values a list of ours speaks of.</summary>
public sealed record HtcdsField
{
    public required string Name { get; init; }
    public required string[] Values { get; init; }

    /// <summary>Another field with the very same values.</summary>
    public required string? Same { get; init; }

    /// <summary>True when the field takes several values at once.</summary>
    public required bool Many { get; init; }
}

/// <summary>What a code of ours becomes in a field.</summary>
public sealed record HtcdsRow
{
    public required string List { get; init; }
    public required string Code { get; init; }
    public required string Field { get; init; }

    /// <summary>None when nothing is written.</summary>
    public required string? Value { get; init; }
    public required HtcdsMatch Match { get; init; }
    public required string? Note { get; init; }
}

/// <summary>A value of the standard that no code of ours becomes, and why.</summary>
public sealed record HtcdsUnused
{
    public required string List { get; init; }
    public required string Field { get; init; }
    public required string Value { get; init; }

    /// <summary>The code that the value is read as, if any.</summary>
    public required string? Reads { get; init; }
    public required string Why { get; init; }
}

/// <summary>A method of control as the standard defines it in words, against the values of its field.</summary>
public sealed record HtcdsDefinition
{
    public required string Defined { get; init; }
    public required string Value { get; init; }
    public required HtcdsMatch Match { get; init; }
    public required string? Note { get; init; }
}

/// <summary>Our code lists against HTCDS 2.0. Pure; made by <see cref="HtcdsFile"/> alone, which leaves no code and no value out.</summary>
public sealed class HtcdsTable
{
    public const string Version = "2.0";
    public const string MethodsOfControl = "vic_MethodsOfControl", TypeOfExploitation = "vic_TypeOfExploitation",
        TraffickingStatus = "vic_TraffickingStatus", DecisionMakingOrg = "vic_TraffickingStatusDecisionMakingOrg", OrganisationType = "org_Type";

    /// <summary>What the standard calls everything that it has no value for.</summary>
    public const string Other = "Other";

    private readonly FrozenDictionary<(string List, string Code, string Field), HtcdsRow> _rows;
    private readonly FrozenDictionary<(string List, string Field, string Value), string> _read;

    internal HtcdsTable(IReadOnlyList<HtcdsRow> rows, IReadOnlyList<HtcdsUnused> unused)
    {
        (Rows, Unused) = (rows, unused);
        _rows = rows.ToFrozenDictionary(row => (row.List, row.Code, row.Field));
        _read = rows.Where(row => row.Match is HtcdsMatch.Exact or HtcdsMatch.Broader).Select(row => ((row.List, row.Field, row.Value!), row.Code))
            .Concat(unused.Where(value => value.Reads is not null).Select(value => ((value.List, value.Field, value.Value), value.Reads!)))
            .ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2);
    }

    public IReadOnlyList<HtcdsRow> Rows { get; }
    public IReadOnlyList<HtcdsUnused> Unused { get; }
    public required IReadOnlyList<HtcdsField> Fields { get; init; }

    /// <summary>Lists of values of the standard that nothing of ours speaks of, with the reason.</summary>
    public required IReadOnlyDictionary<string, string> NotHeld { get; init; }

    /// <summary>Lists of ours that no field of the standard speaks of, with the reason.</summary>
    public required IReadOnlyDictionary<string, string> Absent { get; init; }
    public required IReadOnlyList<HtcdsDefinition> Definitions { get; init; }

    /// <summary>ISO 639-2 by ISO 639-1.</summary>
    public required IReadOnlyDictionary<string, string> Languages { get; init; }

    /// <summary>The value that a code becomes in a field; none when nothing is to be written.</summary>
    public string? Write<T>(T code, string field) where T : struct, Enum => Write(typeof(T).Name, code.ToString(), field);

    /// <summary>As <see cref="Write{T}"/>, by name.</summary>
    public string? Write(string list, string code, string field) => _rows[(list, code, field)].Value;

    /// <summary>The code that a value is read as; none when it says less than any code of ours, or something else.</summary>
    public string? Read(string list, string field, string value) => _read.GetValueOrDefault((list, field, value));
}
