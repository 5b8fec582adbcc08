using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Tiltas.Identification.Tests;

/// <summary>Looks things up in oracle.yaml. What is right stands in that file alone; this knows only its columns.</summary>
internal sealed class Oracle
{
    public static Oracle File { get; } = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithEnforceRequiredMembers().Build()
        .Deserialize<Oracle>(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "oracle.yaml")));

    public required List<string> States { get; init; }
    public required List<Refusal> Refusals { get; init; }
    public required List<Row> Moves { get; init; }
    public required List<Row> Illegal { get; init; }
    public required List<Gift> Entitlements { get; init; }

    /// <summary>The row of such a move, and which refusal of the file answers it, if any.</summary>
    public (Row Row, Refusal? Refusal) Asked(string from, string to, string type, bool byConferrer, bool decision, bool reason)
    {
        var row = Moves.Concat(Illegal).Single(row => row.To == to && row.From.Contains(from));
        return (row, Refusals.Find(refusal => refusal.Kind switch
        {
            "illegal" => row.By is null,
            "agency" => !row.By!.Contains(type) && !(row.OrConferrer && byConferrer),
            "decision-missing" => row.Decision == "needed" && !decision,
            "decision-not-taken" => row.Decision == "none" && decision,
            "reason-missing" => row.Reason == "needed" && !reason,
            "reason-not-taken" => row.Reason == "none" && reason,
            _ => throw new InvalidDataException(refusal.Kind),
        }));
    }

    /// <summary>The rows that give something to a person of whom these facts are true.</summary>
    public IEnumerable<Gift> Giving(Dictionary<string, string> facts) => Entitlements.Where(gift => gift.When.All(condition => condition.Value.Contains(facts[condition.Key])));

    internal sealed class Refusal
    {
        public required string Kind { get; init; }
        public required string Code { get; init; }
    }

    internal sealed class Row
    {
        [YamlMember(Alias = "row")]
        public required string Name { get; init; }

        public required string Rule { get; init; }
        public required List<string> From { get; init; }
        public required string To { get; init; }
        public List<string>? By { get; init; }
        public bool OrConferrer { get; init; }
        public string? Conferrer { get; init; }
        public string? Decision { get; init; }
        public string? Reason { get; init; }
        public required string Source { get; init; }
        public required string Says { get; init; }
    }

    internal sealed class Gift
    {
        public required List<string> Gives { get; init; }
        public required Dictionary<string, List<string>> When { get; init; }
        public required string Source { get; init; }
        public required string Says { get; init; }
    }
}
