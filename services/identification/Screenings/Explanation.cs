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
        DefinitionElement.Means when Ages.IsChild(age) => All(
            "Priemonės: asmuo yra vaikas, todėl jų nustatyti nereikia.",
            "The means: the person is a child, so this part is not required.",
            "Засоби: особа є дитиною, тому цю частину встановлювати не потрібно.",
            "Средства: лицо является ребёнком, поэтому эту часть устанавливать не требуется."),
        DefinitionElement.Means when age is AgeBand.Unknown => All(
            "Priemonės: kuo palaužiama valia – smurtas, grasinimas, apgaulė ar pažeidžiamumas. Amžius nežinomas: vaiko atveju jų nustatyti nereikia.",
            "The means: how the will is overcome – force, threat, deceit or vulnerability. The age is not known: for a child this part is not required.",
            "Засоби: чим зламано волю – насильство, погроза, обман чи вразливий стан. Вік невідомий: для дитини цю частину встановлювати не потрібно.",
            "Средства: чем сломлена воля – насилие, угроза, обман или уязвимое положение. Возраст неизвестен: для ребёнка эту часть устанавливать не требуется."),
        _ => Words(element),
    };

    /// <summary>A part of the definition in words, whoever the person is.</summary>
    public static SortedDictionary<string, string> Words(DefinitionElement element) => element switch
    {
        DefinitionElement.Act => All(
            "Veika: kas su asmeniu daroma – verbavimas, gabenimas, perdavimas, laikymas ar priėmimas.",
            "The act: what is done with the person – recruiting, transporting, handing over, harbouring or receiving.",
            "Діяння: що роблять з особою – вербування, перевезення, передача, переховування чи одержання.",
            "Деяние: что делают с человеком – вербовка, перевозка, передача, укрывательство или получение."),
        DefinitionElement.Means => All(
            "Priemonės: kuo palaužiama valia – smurtas, grasinimas, apgaulė ar pažeidžiamumas.",
            "The means: how the will is overcome – force, threat, deceit or vulnerability.",
            "Засоби: чим зламано волю – насильство, погроза, обман чи вразливий стан.",
            "Средства: чем сломлена воля – насилие, угроза, обман или уязвимое положение."),
        DefinitionElement.Purpose => All(
            "Tikslas: koks išnaudojimas vyksta ar numatomas. Asmens sutikimas neturi reikšmės.",
            "The purpose: which exploitation happens or is intended. Whether the person agreed does not matter.",
            "Мета: яка експлуатація відбувається або планується. Згода особи не має значення.",
            "Цель: какая эксплуатация происходит или планируется. Согласие человека не имеет значения."),
        DefinitionElement.Sign => All(
            "Požymiai: patys savaime nesusiję su jokia apibrėžimo dalimi, bet yra pagrindas klausti toliau.",
            "Signs: by themselves they speak to no part of the definition, but they are a reason to ask further.",
            "Ознаки: самі собою не стосуються жодної частини визначення, але є підставою розпитати далі.",
            "Признаки: сами по себе не относятся ни к одной части определения, но служат поводом расспросить дальше."),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static SortedDictionary<string, string> All(string lt, string en, string uk, string ru) =>
        new(StringComparer.Ordinal) { ["en"] = en, ["lt"] = lt, ["ru"] = ru, ["uk"] = uk };
}
