using System.Globalization;
using System.Security.Cryptography;
using Tiltas.Contracts.Codes;

namespace Tiltas.Identification.Tests;

/// <summary>One person's history as the oracle has it, and the next thing somebody tries.</summary>
internal sealed class OracleWalk
{
    private static readonly string[] Types = Enum.GetNames<AgencyType>(), Ages = Enum.GetNames<AgeBand>(), Rights = Enum.GetNames<ResidenceStatus>();

    private readonly Random _random;
    private readonly bool _residence;

    /// <param name="random">Decides.</param>
    /// <param name="residence">Whether rights to stay are told; those who may not know of them would be answered otherwise.</param>
    public OracleWalk(Random random, bool residence)
    {
        (_random, _residence) = (random, residence);
        Agencies = [.. Enumerable.Range(0, random.Next(2, 7)).Select(i => new Actor(i, Pick(Types)))];
    }

    /// <summary>One agency, by its number in this history.</summary>
    internal sealed record Actor(int Number, string Type);

    /// <summary>What is tried.</summary>
    internal sealed record Attempt(Actor By, string To, bool Decision, bool Reason, string? Age, string? Residence);

    /// <summary>What came of it.</summary>
    internal sealed record Step(Attempt Attempt, string[] Given, string[] Gained, string[] Lost);

    /// <summary>How often each row of the oracle was met, and with which answer.</summary>
    internal sealed class Tally : Dictionary<string, int>
    {
        public void Met(string what) => this[what] = this.GetValueOrDefault(what) + 1;

        /// <summary>Each row with each answer it can have, and each row that gives something.</summary>
        public static IEnumerable<string> Expected(Oracle oracle) =>
        [
            .. oracle.Illegal.Select(row => $"{row.Name}: illegal"),
            .. oracle.Moves.SelectMany(row => Answers(row).Select(answer => $"{row.Name}: {answer}")),
            .. oracle.Entitlements.Select(Entitling),
        ];

        public static string Entitling(Oracle.Gift gift) => "gives " + string.Join(' ', gift.Gives) + " when " + string.Join(", ", gift.When.Select(c => string.Join('|', c.Value)));

        private static IEnumerable<string> Answers(Oracle.Row row)
        {
            yield return "allowed";
            yield return "agency";
            if (row.OrConferrer) yield return "allowed to the conferrer";
            yield return row.Decision == "needed" ? "decision-missing" : "decision-not-taken";
            yield return row.Reason == "needed" ? "reason-missing" : "reason-not-taken";
        }
    }

    /// <summary>Another one each time, or that of an earlier run by TILTAS_HISTORY_SEED.</summary>
    public static int Seed() =>
        Environment.GetEnvironmentVariable("TILTAS_HISTORY_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : RandomNumberGenerator.GetInt32(int.MaxValue);

    public IReadOnlyList<Actor> Agencies { get; }

    public string State { get; private set; } = "Nothing";

    public Actor? Conferrer { get; private set; }

    public string Age { get; private set; } = nameof(AgeBand.Unknown);

    public string Residence { get; private set; } = nameof(ResidenceStatus.Unknown);

    public List<Step> Steps { get; } = [];

    public string[] Given { get; private set; } = [];

    /// <summary>Half of what is tried is right or nearly so, or most histories would never come far.</summary>
    public Attempt Draw(Oracle oracle)
    {
        var age = _random.Next(3) == 0 ? Pick(Ages) : null;
        var residence = _residence && _random.Next(3) == 0 ? Pick(Rights) : null;
        var (by, to) = (Pick(Agencies), Pick(oracle.States.Skip(1).ToArray()));
        if (_random.Next(2) == 0) return new Attempt(by, to, _random.Next(2) == 0, _random.Next(2) == 0, age, residence);

        var row = Pick(oracle.Moves.Where(row => row.From.Contains(State)).ToArray());
        if (Agencies.FirstOrDefault(agency => row.By!.Contains(agency.Type)) is { } may) by = may;
        if (row.OrConferrer && Conferrer is not null && _random.Next(2) == 0) by = Conferrer;
        return new Attempt(by, row.To, Near(row.Decision == "needed"), Near(row.Reason == "needed"), age, residence);
    }

    public (Oracle.Row Row, Oracle.Refusal? Refusal) Judge(Oracle oracle, Attempt attempt, Tally tally)
    {
        var conferrer = attempt.By == Conferrer;
        var (row, refusal) = oracle.Asked(State, attempt.To, attempt.By.Type, conferrer, attempt.Decision, attempt.Reason);
        var only = row.OrConferrer && conferrer && !row.By!.Contains(attempt.By.Type);
        tally.Met($"{row.Name}: {refusal?.Kind ?? (only ? "allowed to the conferrer" : "allowed")}");
        return (row, refusal);
    }

    /// <summary>The attempt was allowed by that row.</summary>
    public void Take(Oracle oracle, Attempt attempt, Oracle.Row row, Tally tally)
    {
        Conferrer = row.Conferrer switch
        {
            "mover" => attempt.By,
            "kept" => Conferrer,
            "kept-or-mover" => Conferrer ?? attempt.By,
            "nobody" => null,
            _ => throw new InvalidDataException(row.Conferrer),
        };
        State = row.To;
        if (attempt.Age is not null and not nameof(AgeBand.Unknown)) Age = attempt.Age;
        if (attempt.Residence is not null and not nameof(ResidenceStatus.Unknown)) Residence = attempt.Residence;
        var giving = oracle.Giving(new() { ["status"] = State, ["age"] = Age, ["residence"] = Residence }).ToArray();
        foreach (var gift in giving) tally.Met(Tally.Entitling(gift));
        var given = giving.SelectMany(gift => gift.Gives).Distinct().Order(StringComparer.Ordinal).ToArray();
        Steps.Add(new Step(attempt, given, [.. given.Except(Given)], [.. Given.Except(given)]));
        Given = given;
    }

    public override string ToString() => string.Join(", ", Steps.Select(step => $"{step.Attempt.To} by {step.Attempt.By.Type} {step.Attempt.By.Number}"));

    private bool Near(bool right) => _random.Next(8) == 0 ? !right : right;

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
