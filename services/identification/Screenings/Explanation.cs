using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;
using Tiltas.Identification.Entitlements;

namespace Tiltas.Identification.Screenings;

/// <summary>An indicator that was observed, and what it speaks to.</summary>
public sealed record Fired
{
    public required string Indicator { get; init; }
    public required DefinitionElement Element { get; init; }
    public required ExploitationType[] Exploitation { get; init; }
    public required SortedDictionary<string, string> Text { get; init; }
}

/// <summary>What was covered of one part of the definition. Says what was seen and what was not asked, and concludes nothing.</summary>
public sealed record CoveredElement
{
    /// <summary>False for the means when the person is a child.</summary>
    public required bool Required { get; init; }
    public required string[] Observed { get; init; }
    public required string[] NotObserved { get; init; }
    public required string[] NotAsked { get; init; }
    public required SortedDictionary<string, string> Text { get; init; }
}

/// <summary>Each part of the definition, and signs, which speak to none by themselves.</summary>
public sealed record Covered
{
    public required CoveredElement Act { get; init; }
    public required CoveredElement Means { get; init; }
    public required CoveredElement Purpose { get; init; }
    public required CoveredElement Sign { get; init; }
}

/// <summary>Puts a screening into words: which indicators fired and which part of the definition each speaks to. Never a score, never a verdict.</summary>
public static class Explanation
{
    public static Fired[] Of(IndicatorSet set, IReadOnlySet<string> observed) =>
    [
        .. set.Indicators.Where(indicator => observed.Contains(indicator.Code)).Select(indicator => new Fired
        {
            Indicator = indicator.Code, Element = indicator.Element, Exploitation = indicator.Exploitation, Text = indicator.Text,
        }),
    ];

    public static Covered Coverage(IndicatorSet set, AgeBand age, IReadOnlySet<string> observed, IReadOnlySet<string> notObserved)
    {
        return new Covered
        {
            Act = Element(DefinitionElement.Act), Means = Element(DefinitionElement.Means),
            Purpose = Element(DefinitionElement.Purpose), Sign = Element(DefinitionElement.Sign),
        };

        CoveredElement Element(DefinitionElement element)
        {
            var codes = set.Indicators.Where(indicator => indicator.Element == element).Select(indicator => indicator.Code).ToArray();
            return new CoveredElement
            {
                Required = element is not DefinitionElement.Sign && !(element is DefinitionElement.Means && Ages.IsChild(age)),
                Observed = [.. codes.Where(observed.Contains)],
                NotObserved = [.. codes.Where(notObserved.Contains)],
                NotAsked = [.. codes.Where(code => !observed.Contains(code) && !notObserved.Contains(code))],
                Text = Words(element, age),
            };
        }
    }

    private static SortedDictionary<string, string> Words(DefinitionElement element, AgeBand age) => element switch
    {
        DefinitionElement.Act => Both(
            "Veika: kas su asmeniu daroma – verbavimas, gabenimas, perdavimas, laikymas ar priėmimas.",
            "The act: what is done with the person – recruiting, transporting, handing over, harbouring or receiving."),
        DefinitionElement.Means when Ages.IsChild(age) => Both(
            "Priemonės: asmuo yra vaikas, todėl jų nustatyti nereikia.",
            "The means: the person is a child, so this part is not required."),
        DefinitionElement.Means when age is AgeBand.Unknown => Both(
            "Priemonės: kuo palaužiama valia – smurtas, grasinimas, apgaulė ar pažeidžiamumas. Amžius nežinomas: vaiko atveju jų nustatyti nereikia.",
            "The means: how the will is overcome – force, threat, deceit or vulnerability. The age is not known: for a child this part is not required."),
        DefinitionElement.Means => Both(
            "Priemonės: kuo palaužiama valia – smurtas, grasinimas, apgaulė ar pažeidžiamumas.",
            "The means: how the will is overcome – force, threat, deceit or vulnerability."),
        DefinitionElement.Purpose => Both(
            "Tikslas: koks išnaudojimas vyksta ar numatomas. Asmens sutikimas neturi reikšmės.",
            "The purpose: which exploitation happens or is intended. Whether the person agreed does not matter."),
        DefinitionElement.Sign => Both(
            "Požymiai: patys savaime nesusiję su jokia apibrėžimo dalimi, bet yra pagrindas klausti toliau.",
            "Signs: by themselves they speak to no part of the definition, but they are a reason to ask further."),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static SortedDictionary<string, string> Both(string lt, string en) => new(StringComparer.Ordinal) { ["en"] = en, ["lt"] = lt };
}
