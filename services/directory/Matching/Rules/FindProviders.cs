using Tiltas.Contracts;
using Tiltas.Contracts.Codes;

namespace Tiltas.Directory.Matching.Rules;

/// <summary>How far a service reaches around the place: the municipality itself, its county, the whole country.</summary>
internal enum Tier { Municipality, County, Country }

/// <summary>One service with all that speaks for and against it.</summary>
internal sealed record Match
{
    public required Offer Offer { get; init; }
    public required Tier Tier { get; init; }
    public required IReadOnlyList<ReasonCode> For { get; init; }
    public required IReadOnlyList<ReasonCode> Against { get; init; }
    /// <summary>The memorandum that covers it, if one does.</summary>
    public required MemorandumId? Memorandum { get; init; }
    /// <summary>Nothing excludes it.</summary>
    public bool Suitable => !Against.Any(Reasons.Excludes);
}

/// <summary>
/// Who can help: a pure function, so that whoever has the facts, from a store or from messages, comes to the same answer.
/// Only what is given around the place is an answer at all. Order, each after the one before it: nearest tier; open before on call;
/// the person's language before an interpreter before neither; places known to be free before unknown; fewer traits not stated or to be
/// checked; assured, overdue, never assured; the service's identifier. What is not suitable stands apart, the fewest reasons first.
/// </summary>
internal static class FindProviders
{
    public static (IReadOnlyList<Match> Suitable, IReadOnlyList<Match> NotSuitable) Of(Question question, IEnumerable<Offer> offers, IEnumerable<Agreement> agreements)
    {
        var known = agreements.OrderBy(agreement => agreement.Memorandum.Value, StringComparer.Ordinal).ToList();
        var all = offers.Select(offer => Judge(question, offer, known)).OfType<Match>().ToLookup(match => match.Suitable);
        return ([.. InOrder(all[true])], [.. InOrder(all[false])]);
    }

    private static IEnumerable<Match> InOrder(IEnumerable<Match> matches) => matches
        .OrderBy(match => match.Against.Count(Reasons.Excludes))
        .ThenBy(match => match.Tier)
        .ThenBy(match => match.For.Contains(ReasonCode.OpenNow) ? 0 : 1)
        .ThenBy(match => match.Against.Contains(ReasonCode.LanguageNotOffered) ? 2 : match.For.Contains(ReasonCode.InterpreterOffered) ? 1 : 0)
        .ThenBy(match => match.For.Contains(ReasonCode.PlacesFree) ? 0 : 1)
        .ThenBy(match => match.Against.Count(Reasons.IsUncertain))
        .ThenBy(match => match.For.Contains(ReasonCode.AssuredLately) ? 0 : match.Against.Contains(ReasonCode.AssuranceOverdue) ? 1 : 2)
        .ThenBy(match => match.Offer.Service.Value, StringComparer.Ordinal);

    private static Match? Judge(Question question, Offer offer, List<Agreement> agreements)
    {
        if (offer.Need != question.Need || Array.FindIndex(question.Around, area => offer.Areas.Contains(area)) is not (>= 0 and var step)) return null;
        var tier = (Tier)(Enum.GetValues<Tier>().Length - question.Around.Length + step);
        var (cover, memorandum) = Cover(question, offer.Agency, agreements);
        ReasonCode[] said =
        [
            tier switch { Tier.Municipality => ReasonCode.InMunicipality, Tier.County => ReasonCode.InCounty, _ => ReasonCode.InCountry },
            .. Hours(offer),
            Vacancy(offer.Places),
            .. Eligibility(question.Traits, offer.Terms),
            .. Language(question.Traits.Languages, offer),
            cover,
            Assurance(offer.AssuredOn, question.OldestAssurance),
            .. offer.Standing == AgencyStanding.Active ? (ReadOnlySpan<ReasonCode>)[] : [ReasonCode.AgencyNotActive],
        ];
        return new Match
        {
            Offer = offer, Tier = tier, Memorandum = memorandum,
            For = Array.FindAll(said, Reasons.SpeaksFor), Against = Array.FindAll(said, code => !Reasons.SpeaksFor(code)),
        };
    }

    private static ReasonCode[] Hours(Offer offer) =>
        offer.Open ? [ReasonCode.OpenNow]
        : offer.OnCall ? [ReasonCode.OnCallNow, ReasonCode.OutsideHours]
        : [ReasonCode.Closed];

    private static ReasonCode Vacancy(Places? places) => places switch
    {
        null => ReasonCode.CapacityUnknown,
        { Available: <= 0 } => ReasonCode.Full,
        { } known when known.Kept >= known.Available => ReasonCode.AllPlacesKept,
        _ => ReasonCode.PlacesFree,
    };

    private static IEnumerable<ReasonCode> Eligibility(Traits traits, Terms terms)
    {
        if (traits.Sex is { } sex)
            yield return terms.Sexes is null ? ReasonCode.SexNotStated : terms.Sexes.Contains(sex) ? ReasonCode.SexServed : ReasonCode.SexNotServed;
        if (traits.AgeBand is { } band && Ages.Of(band) is { } age)
            yield return Age(age.First, age.Last, terms);
        if (traits.WithChildren is true)
            yield return terms.WithChildren switch { null => ReasonCode.ChildrenNotStated, true => ReasonCode.ChildrenTaken, false => ReasonCode.ChildrenNotTaken };
        if (traits.Status is { } status)
            yield return terms.Statuses is null ? ReasonCode.StatusNotStated : terms.Statuses.Contains(status) ? ReasonCode.StatusAccepted : ReasonCode.StatusNotAccepted;
        if (traits.Accessibility.Length > 0)
            yield return terms.Accessibility is null ? ReasonCode.AccessNotStated
                : traits.Accessibility.All(terms.Accessibility.Contains) ? ReasonCode.AccessOffered : ReasonCode.AccessNotOffered;
    }

    private static ReasonCode Age(int first, int last, Terms terms)
    {
        if (terms is { MinimumAge: null, MaximumAge: null }) return ReasonCode.AgeNotStated;
        var (least, most) = (terms.MinimumAge ?? 0, terms.MaximumAge ?? int.MaxValue);
        return last < least || first > most ? ReasonCode.AgeNotServed : first >= least && last <= most ? ReasonCode.AgeServed : ReasonCode.AgeToCheck;
    }

    private static ReasonCode[] Language(string[] languages, Offer offer) =>
        languages.Length == 0 ? []
        : languages.Any(offer.Languages.Contains) ? [ReasonCode.LanguageSpoken]
        : offer.Terms.InterpreterLanguages is { } interpreted && languages.Any(interpreted.Contains) ? [ReasonCode.InterpreterOffered]
        : [ReasonCode.LanguageNotOffered];

    private static ReasonCode Assurance(DateOnly? assuredOn, DateOnly oldest) =>
        assuredOn is not { } day ? ReasonCode.NeverAssured : day < oldest ? ReasonCode.AssuranceOverdue : ReasonCode.AssuredLately;

    /// <summary>The first memorandum that covers it; else the nearest reason why none does.</summary>
    private static (ReasonCode Code, MemorandumId? Memorandum) Cover(Question question, AgencyId provider, List<Agreement> agreements)
    {
        if (provider == question.Asker) return (ReasonCode.OwnService, null);
        var nearest = ReasonCode.NoMemorandum;
        foreach (var agreement in agreements)
        {
            if (!agreement.Binds(question.Asker, provider)) continue;
            var code = Cover(question, provider, agreement);
            if (code == ReasonCode.MemorandumCovers) return (code, agreement.Memorandum);
            if (code > nearest) nearest = code;
        }
        return (nearest, null);
    }

    private static ReasonCode Cover(Question question, AgencyId provider, Agreement agreement)
    {
        var state = agreement.On(question.Day, question.Day);
        if (state == AgreementState.Ended) return ReasonCode.MemorandumEnded;
        if (state == AgreementState.NotYet) return ReasonCode.MemorandumNotYet;
        if (agreement.Covering(question.Asker, provider, question.Purpose, question.Need).Any())
            return state == AgreementState.Suspended ? ReasonCode.MemorandumSuspended : ReasonCode.MemorandumCovers;
        var ours = Array.FindAll(agreement.Clauses, clause => clause.Joins(question.Asker, provider));
        return ours is [] ? ReasonCode.MemorandumOtherDirection
            : Array.Exists(ours, clause => clause.Purposes.Contains(question.Purpose)) ? ReasonCode.MemorandumOtherNeed
            : ReasonCode.MemorandumOtherPurpose;
    }
}
