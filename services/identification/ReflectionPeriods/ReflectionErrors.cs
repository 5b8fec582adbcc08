using System.Collections.Immutable;
using System.Globalization;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.ReflectionPeriods;

/// <summary>What can stop a change of a reflection period.</summary>
public static class ReflectionErrors
{
    public static readonly Error TooFewDays = new Error.Invalid("TLT-IDN-0070", "A reflection period is extended by at least one day.", "$.days");

    public static readonly Error ElapsesByItself = new Error.Invalid("TLT-IDN-0071", "That a reflection period ran out is noticed by itself; another reason is needed to end it.", "$.reason");

    public static readonly Error UnderWay = Illegal("reflection-under-way", "There is a reflection period already.");

    public static readonly Error NoRight = Illegal("reflection-needs-entitlement", "The person's present status gives no right to a reflection period.");

    public static readonly Error Once = Illegal("reflection-once-a-presumption", "There was a reflection period under this status already; a new one needs a new presumption.");

    public static readonly Error NotStarted = Illegal("reflection-not-started", "There is no reflection period.");

    public static readonly Error Over = Illegal("reflection-over", "The reflection period is over.");

    public static readonly Error IsPaused = Illegal("reflection-paused", "The reflection period is paused already.");

    public static readonly Error NotPaused = Illegal("reflection-not-paused", "The reflection period is not paused.");

    public static Error TooLong(int longest) =>
        Illegal("reflection-longest", string.Create(CultureInfo.InvariantCulture, $"A reflection period may be given {longest} days altogether."));

    public static Error NotEntitled(ReflectionMove move, ImmutableArray<AgencyType> may) => new Error.Forbidden("TLT-IDN-0072",
        "This decision on a reflection period is for agencies of other kinds.", "reflection-by-competent-authority:" + move.GetType().Name, [.. may.Select(type => type.ToString())]);

    private static Error.Conflict Illegal(string rule, string sentence) => new("TLT-IDN-0073", sentence, rule);
}
