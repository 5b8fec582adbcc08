using System.Globalization;

namespace Tiltas.Bench;

/// <summary>What is measured and for how long.</summary>
internal sealed record Plan
{
    public required int Rounds { get; init; }
    public required TimeSpan WarmUp { get; init; }
    public required TimeSpan Load { get; init; }
    public required TimeSpan Limit { get; init; }
    public required TimeSpan Latency { get; init; }
    public required TimeSpan Idle { get; init; }
    public required int Subjects { get; init; }

    /// <summary>How long the broker is away.</summary>
    public required TimeSpan Outage { get; init; }

    /// <summary>How many referrals the stores are filled with; a tenth as many subjects.</summary>
    public required int Growth { get; init; }

    public int[] Connections { get; init; } = [32];
    public int[] Rates { get; init; } = [20];

    /// <summary>Clients of the two-row limit; the best of them counts. Two cores commit most with about eight.</summary>
    public int[] LimitClients { get; init; } = [8, 32];

    /// <summary>Also the stricter form of the limit.</summary>
    public bool Statements { get; init; } = true;

    /// <summary>What is measured when nothing is named.</summary>
    public string[] Usual { get; init; } = ["P1", "P2", "P4", "P5", "P7", "P8"];

    public IReadOnlySet<string> Only { get; init; } = new HashSet<string>();
    public string? JsonFile { get; init; }

    /// <summary>Where every answer of the directory is written, so that two versions can be compared.</summary>
    public string? AnswersFile { get; init; }

    private static readonly Plan Default = new()
    {
        Rounds = 3, WarmUp = TimeSpan.FromSeconds(8), Load = TimeSpan.FromSeconds(5), Limit = TimeSpan.FromSeconds(4), Latency = TimeSpan.FromSeconds(10),
        Idle = TimeSpan.FromSeconds(10), Subjects = 500, Outage = TimeSpan.FromSeconds(60), Growth = 1_000_000,
    };

    private static readonly Plan Quick = Default with
    {
        Load = TimeSpan.FromSeconds(1), Limit = TimeSpan.FromSeconds(1), Latency = TimeSpan.FromSeconds(1.5), Idle = TimeSpan.FromSeconds(4), Subjects = 100,
        LimitClients = [8], Statements = false, Outage = TimeSpan.FromSeconds(15), Growth = 100_000,
        Usual = ["P1", "P2", "P4", "P5", "P8"],
    };

    public const string Usage = """
        usage: tiltas bench [grpc | directory] [--quick | --full] [--only P1,P2,P4,P5,P6,P7,P8,P9] [--rounds N] [--json FILE] [--answers FILE]

          grpc        P5 alone, which needs neither network nor servers: gRPC beside a plain HTTP/2 POST
          directory   P9 alone: finding providers, searching and reading a directory of 5 000 agencies and 20 000 services
          (default)   32 connections, 20 requests a second; about seven minutes
          --quick     the same in short rounds and without P7, under 90 seconds; for a first look, not for a claim
          --full      also 1, 8 and 64 connections, 70 requests a second, P6 and P9
          --only      some of the measurements: P1 referrals end to end, P2 the messaging path, P4 the gateway's cost, P5 gRPC,
                      P6 a million referrals in the stores (with --quick a tenth), P7 the broker away for 60 s (with --quick 15 s), P8 idle,
                      P9 the directory at full size
          --json      the same figures as a file
          --answers   with P9: each question with its answer, to be compared with those of another version
        """;

    public static Plan? Parse(IReadOnlyList<string> arguments)
    {
        var plan = Default;
        if (arguments.Contains("--quick")) plan = Quick;
        if (arguments.Contains("--full")) plan = plan with { Connections = [32, 1, 8, 64], Rates = [20, 70], Usual = [.. plan.Usual, "P6", "P9"] };
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--quick" or "--full": break;
                case "grpc" when i == 0: plan = plan with { Only = new HashSet<string>(["P5"]) }; break;
                case "directory" when i == 0: plan = plan with { Only = new HashSet<string>(["P9"]) }; break;
                case "--only" when i + 1 < arguments.Count: plan = plan with { Only = arguments[++i].Split(',').ToHashSet(StringComparer.OrdinalIgnoreCase) }; break;
                case "--json" when i + 1 < arguments.Count: plan = plan with { JsonFile = arguments[++i] }; break;
                case "--answers" when i + 1 < arguments.Count: plan = plan with { AnswersFile = Path.GetFullPath(arguments[++i]) }; break;
                case "--rounds" when i + 1 < arguments.Count && int.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out var rounds) && rounds > 0:
                    (plan, i) = (plan with { Rounds = rounds }, i + 1);
                    break;
                default: return null;
            }
        }
        return plan;
    }

    /// <summary>Whether anything is wanted that needs a store, a broker or the network.</summary>
    public bool WantsServers => !(Only.Count == 1 && Wants("P5"));

    public bool WantsNetwork => Wants("P1") || Wants("P4") || Wants("P6") || Wants("P7") || Wants("P8") || Wants("P9");

    public bool Wants(string measurement) => Only.Count == 0 ? Usual.Contains(measurement) : Only.Contains(measurement);
}
