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
        var covers = Covers(question, agreements);
        var all = offers.Select(offer => Judge(question, offer, covers)).OfType<Match>().ToLookup(match => match.Suitable);
        return ([.. InOrder(all[true])], [.. InOrder(all[false])]);
    }

    private static IEnumerable<Match> InOrder(IEnumerable<Match> matches) => matches.OrderBy(Rank).ThenBy(match => match.Offer.Service.Value, StringComparer.Ordinal);

    /// <summary>The parts of the order in one number, the weightiest first; none of them has more than a hundred values.</summary>
    private static long Rank(Match match)
    {
        ReadOnlySpan<int> parts =
        [
            match.Against.Count(Reasons.Excludes),
            (int)match.Tier,
            match.For.Contains(ReasonCode.OpenNow) ? 0 : 1,
            match.Against.Contains(ReasonCode.LanguageNotOffered) ? 2 : match.For.Contains(ReasonCode.InterpreterOffered) ? 1 : 0,
            match.For.Contains(ReasonCode.PlacesFree) ? 0 : 1,
            match.Against.Count(Reasons.IsUncertain),
            match.For.Contains(ReasonCode.AssuredLately) ? 0 : match.Against.Contains(ReasonCode.AssuranceOverdue) ? 1 : 2,
        ];
        var rank = 0L;
        foreach (var part in parts) rank = rank * 100 + part;
        return rank;
    }

    private static Match? Judge(Question question, Offer offer, Dictionary<AgencyId, (ReasonCode Code, MemorandumId? Memorandum)> covers)
    {
        if (offer.Need != question.Need || Array.FindIndex(question.Around, area => offer.Areas.Contains(area)) is not (>= 0 and var step)) return null;
        var tier = (Tier)((int)Tier.Country + 1 - question.Around.Length + step);
        var (cover, memorandum) = offer.Agency == question.Asker ? (ReasonCode.OwnService, null) : covers.GetValueOrDefault(offer.Agency, (ReasonCode.NoMemorandum, null));
        var said = new Said(stackalloc ReasonCode[Said.Most]);
        said.Add(tier switch { Tier.Municipality => ReasonCode.InMunicipality, Tier.County => ReasonCode.InCounty, _ => ReasonCode.InCountry });
        Hours(offer, ref said);
        said.Add(Vacancy(offer.Places));
        Eligibility(question.Traits, offer.Terms, ref said);
        if (question.Traits.Languages.Length > 0) said.Add(Language(question.Traits.Languages, offer));
        said.Add(cover);
        said.Add(Assurance(offer.AssuredOn, question.OldestAssurance));
        if (offer.Standing != AgencyStanding.Active) said.Add(ReasonCode.AgencyNotActive);
        if (question.AskersStanding != AgencyStanding.Active) said.Add(ReasonCode.AskerNotActive);
        return new Match { Offer = offer, Tier = tier, Memorandum = memorandum, For = said.Where(speaksFor: true), Against = said.Where(speaksFor: false) };
    }

    private static void Hours(Offer offer, ref Said said)
    {
        if (offer.Open)
        {
            said.Add(ReasonCode.OpenNow);
        }
        else if (offer.OnCall)
        {
            said.Add(ReasonCode.OnCallNow);
            said.Add(ReasonCode.OutsideHours);
        }
        else
        {
            said.Add(ReasonCode.Closed);
        }
    }

    private static ReasonCode Vacancy(Places? places) => places switch
    {
        null => ReasonCode.CapacityUnknown,
        { Available: <= 0 } => ReasonCode.Full,
        { } known when known.Kept >= known.Available => ReasonCode.AllPlacesKept,
        _ => ReasonCode.PlacesFree,
    };

    private static void Eligibility(Traits traits, Terms terms, ref Said said)
    {
        if (traits.Sex is { } sex)
            said.Add(terms.Sexes is null ? ReasonCode.SexNotStated : terms.Sexes.Contains(sex) ? ReasonCode.SexServed : ReasonCode.SexNotServed);
        if (traits.AgeBand is { } band && Ages.Of(band) is { } age)
            said.Add(Age(age.First, age.Last, terms));
        if (traits.WithChildren is true)
            said.Add(terms.WithChildren switch { null => ReasonCode.ChildrenNotStated, true => ReasonCode.ChildrenTaken, false => ReasonCode.ChildrenNotTaken });
        if (traits.Status is { } status)
            said.Add(terms.Statuses is null ? ReasonCode.StatusNotStated : terms.Statuses.Contains(status) ? ReasonCode.StatusAccepted : ReasonCode.StatusNotAccepted);
        if (traits.Accessibility.Length > 0)
            said.Add(terms.Accessibility is null ? ReasonCode.AccessNotStated
                : traits.Accessibility.All(terms.Accessibility.Contains) ? ReasonCode.AccessOffered : ReasonCode.AccessNotOffered);
    }

    private static ReasonCode Age(int first, int last, Terms terms)
    {
        if (terms is { MinimumAge: null, MaximumAge: null }) return ReasonCode.AgeNotStated;
        var (least, most) = (terms.MinimumAge ?? 0, terms.MaximumAge ?? int.MaxValue);
        return last < least || first > most ? ReasonCode.AgeNotServed : first >= least && last <= most ? ReasonCode.AgeServed : ReasonCode.AgeToCheck;
    }

    private static ReasonCode Language(string[] languages, Offer offer) =>
        languages.Any(offer.Languages.Contains) ? ReasonCode.LanguageSpoken
        : offer.Terms.InterpreterLanguages is { } interpreted && languages.Any(interpreted.Contains) ? ReasonCode.InterpreterOffered
        : ReasonCode.LanguageNotOffered;

    private static ReasonCode Assurance(DateOnly? assuredOn, DateOnly oldest) =>
        assuredOn is not { } day ? ReasonCode.NeverAssured : day < oldest ? ReasonCode.AssuranceOverdue : ReasonCode.AssuredLately;

    /// <summary>
    /// For each agency that has a memorandum with the asker the first by identifier that covers, else the nearest reason why none does. Worked out once
    /// for all offers: an agency may have thousands of memoranda.
    /// </summary>
    private static Dictionary<AgencyId, (ReasonCode Code, MemorandumId? Memorandum)> Covers(Question question, IEnumerable<Agreement> agreements)
    {
        var covers = new Dictionary<AgencyId, (ReasonCode Code, MemorandumId? Memorandum)>();
        foreach (var agreement in agreements.Where(agreement => agreement.Parties.Contains(question.Asker)))
        {
            foreach (var party in agreement.Parties)
            {
                var (nearest, covering) = covers.GetValueOrDefault(party, (ReasonCode.NoMemorandum, null));
                if (party == question.Asker || covering is { } first && string.CompareOrdinal(first.Value, agreement.Memorandum.Value) < 0) continue;
                var code = Cover(question, party, agreement);
                if (code == ReasonCode.MemorandumCovers) covers[party] = (code, agreement.Memorandum);
                else if (covering is null) covers[party] = (code > nearest ? code : nearest, null);
            }
        }
        return covers;
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

    /// <summary>Reasons in the order in which they are found.</summary>
    private ref struct Said(Span<ReasonCode> room)
    {
        /// <summary>How many there can be of one offer.</summary>
        public const int Most = 16;

        private readonly Span<ReasonCode> _room = room;
        private int _count;

        public void Add(ReasonCode code) => _room[_count++] = code;

        public readonly ReasonCode[] Where(bool speaksFor)
        {
            Span<ReasonCode> chosen = stackalloc ReasonCode[Most];
            var count = 0;
            foreach (var code in _room[.._count])
                if (Reasons.SpeaksFor(code) == speaksFor) chosen[count++] = code;
            return chosen[..count].ToArray();
        }
    }
}
