using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Matching.Rules;

namespace Tiltas.Directory.Tests.Matching;

/// <summary>Matching against the same rules written down a second time, slowly and one at a time, over many small directories.</summary>
public sealed class FindProvidersTests
{
    private const int Directories = 10_000;
    private const int Fewer = 1_000;

    /// <summary>
    /// That no provider who is not eligible, closed, full or not covered by a memorandum is given without being told apart, with each of the
    /// reasons, in 10 000 directories.
    /// </summary>
    [Fact]
    public void Find_ManyDirectories_AnswersWhatTheSlowRulesAnswer()
    {
        var (suitable, notSuitable) = (0, 0);
        for (var seed = 0; seed < Directories; seed++)
        {
            var (question, offers, agreements) = Any(seed);
            var found = FindProviders.Of(question, offers, agreements);
            var around = offers.Where(offer => offer.Need == question.Need && Distance(question, offer) is not null).ToList();
            var good = around.Where(offer => Faults(question, offer, agreements).Count == 0).ToList();
            good.Sort((a, b) => Better(question, a, b));
            Assert.Equal(good.Select(offer => offer.Service), found.Suitable.Select(match => match.Offer.Service));
            Assert.Equal(around.Except(good).Select(offer => offer.Service).Order(BySlug), found.NotSuitable.Select(match => match.Offer.Service).Order(BySlug));
            foreach (var match in found.NotSuitable)
                Assert.Equal(Faults(question, match.Offer, agreements).Order(), match.Against.Where(Reasons.Excludes).Order());
            Assert.Equal(found.NotSuitable.Select(match => match.Against.Count(Reasons.Excludes)).Order(), found.NotSuitable.Select(match => match.Against.Count(Reasons.Excludes)));
            foreach (var match in found.Suitable.Where(match => match.Memorandum is not null))
                Assert.True(Covers(question, match.Offer.Agency, agreements.Single(agreement => agreement.Memorandum == match.Memorandum)));
            (suitable, notSuitable) = (suitable + found.Suitable.Count, notSuitable + found.NotSuitable.Count);
        }
        Assert.True(suitable > Directories && notSuitable > Directories, $"{suitable} and {notSuitable}");
    }

    [Fact]
    public void Find_InAnyOrder_AnswersTheSame()
    {
        for (var seed = 0; seed < Fewer; seed++)
        {
            var (question, offers, agreements) = Any(seed);
            var random = new RandomDirectory(seed + 1);
            var (first, second) = (FindProviders.Of(question, offers, agreements), FindProviders.Of(question, random.Shuffled(offers), random.Shuffled(agreements)));
            Assert.Equal(Told(first.Suitable), Told(second.Suitable));
            Assert.Equal(Told(first.NotSuitable), Told(second.NotSuitable));
        }
    }

    [Fact]
    public void Find_OneOfferMoreOrLess_LeavesTheOthersInTheirOrder()
    {
        for (var seed = 0; seed < Fewer; seed++)
        {
            var (question, offers, agreements) = Any(seed);
            var whole = FindProviders.Of(question, offers, agreements);
            foreach (var left in offers)
            {
                var less = FindProviders.Of(question, offers.Where(offer => offer != left), agreements);
                Assert.Equal(Told(whole.Suitable.Where(match => match.Offer != left)), Told(less.Suitable));
                Assert.Equal(Told(whole.NotSuitable.Where(match => match.Offer != left)), Told(less.NotSuitable));
            }
        }
    }

    [Fact]
    public void Find_EachReasonCode_IsGivenSomewhere()
    {
        HashSet<ReasonCode> given = [];
        for (var seed = 0; seed < Fewer; seed++)
        {
            var (question, offers, agreements) = Any(seed);
            var found = FindProviders.Of(question, offers, agreements);
            given.UnionWith(found.Suitable.Concat(found.NotSuitable).SelectMany(match => match.For.Concat(match.Against)));
        }
        Assert.Equal(Enum.GetValues<ReasonCode>(), given.Order());
    }

    [Fact]
    public void Reasons_EachCode_HasWordsOfItsOwnInBothLanguages()
    {
        var codes = Enum.GetValues<ReasonCode>();
        Assert.Equal(codes.Length, codes.Select(code => Reasons.Words(code).Lt).Distinct().Count(words => words.Length > 5));
        Assert.Equal(codes.Length, codes.Select(code => Reasons.Words(code).En).Distinct().Count(words => words.Length > 5));
    }

    /// <summary>So that whoever keeps a projection of the directory can compile the same files.</summary>
    [Fact]
    public void Rules_KnowContractsOnly()
    {
        var folder = TestKit.Repository.In("services", "directory", "Matching", "Rules");
        var used = System.IO.Directory.EnumerateFiles(folder, "*.cs").SelectMany(File.ReadLines).Where(line => line.StartsWith("using ", StringComparison.Ordinal)).Distinct().Order();
        Assert.Equal(["using System.Collections.Frozen;", "using Tiltas.Contracts.Codes;", "using Tiltas.Contracts;"], used);
    }

    private static readonly IComparer<ServiceId> BySlug = Comparer<ServiceId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value));

    private static (Question Question, List<Offer> Offers, List<Agreement> Agreements) Any(int seed)
    {
        var random = new RandomDirectory(seed);
        return (random.Question(), [.. Enumerable.Range(0, random.Next(24)).Select(random.Offer)], [.. Enumerable.Range(0, random.Next(12)).Select(random.Agreement)]);
    }

    private static IEnumerable<string> Told(IEnumerable<Match> matches) =>
        matches.Select(match => $"{match.Offer.Service} {match.Tier} {match.Memorandum} {string.Join(',', match.For)} {string.Join(',', match.Against)}");

    // ---- the slow rules ----

    private static int? Distance(Question question, Offer offer)
    {
        var level = 3 - question.Around.Length;
        foreach (var area in question.Around)
        {
            if (offer.Areas.Contains(area)) return level;
            level++;
        }
        return null;
    }

    private static List<ReasonCode> Faults(Question question, Offer offer, List<Agreement> agreements)
    {
        var faults = new List<ReasonCode>();
        var traits = question.Traits;
        if (offer.Standing != AgencyStanding.Active) faults.Add(ReasonCode.AgencyNotActive);
        if (question.AskersStanding is AgencyStanding.Suspended or AgencyStanding.Removed) faults.Add(ReasonCode.AskerNotActive);
        if (!offer.Open && !offer.OnCall) faults.Add(ReasonCode.Closed);
        if (offer.Places is { } places)
        {
            if (places.Available == 0) faults.Add(ReasonCode.Full);
            else if (places.Available - places.Kept < 1) faults.Add(ReasonCode.AllPlacesKept);
        }
        if (traits.Sex is not null && offer.Terms.Sexes is not null && !offer.Terms.Sexes.Any(sex => sex == traits.Sex)) faults.Add(ReasonCode.SexNotServed);
        if (YearsOf(traits.AgeBand) is { Count: > 0 } years && years.TrueForAll(year => year < (offer.Terms.MinimumAge ?? -1) || year > (offer.Terms.MaximumAge ?? 999))) faults.Add(ReasonCode.AgeNotServed);
        if (traits.WithChildren == true && offer.Terms.WithChildren == false) faults.Add(ReasonCode.ChildrenNotTaken);
        if (traits.Status is not null && offer.Terms.Statuses is not null && !offer.Terms.Statuses.Any(status => status == traits.Status)) faults.Add(ReasonCode.StatusNotAccepted);
        if (offer.Terms.Accessibility is not null && traits.Accessibility.Except(offer.Terms.Accessibility).Any()) faults.Add(ReasonCode.AccessNotOffered);
        if (offer.Agency != question.Asker && !agreements.Exists(agreement => Covers(question, offer.Agency, agreement))) faults.Add(WhyNot(question, offer.Agency, agreements));
        return faults;
    }

    private static List<int> YearsOf(AgeBand? band) => band switch
    {
        AgeBand.Under9 => Years(0, 8),
        AgeBand.From9To17 => Years(9, 17),
        AgeBand.From18To20 => Years(18, 20),
        AgeBand.From21To23 => Years(21, 23),
        AgeBand.From24To26 => Years(24, 26),
        AgeBand.From27To29 => Years(27, 29),
        AgeBand.From30To38 => Years(30, 38),
        AgeBand.From39To47 => Years(39, 47),
        AgeBand.From48 => Years(48, 130),
        _ => [],
    };

    private static List<int> Years(int first, int last) => [.. Enumerable.Range(first, last - first + 1)];

    private static bool Binds(Question question, AgencyId provider, Agreement agreement) => new[] { question.Asker, provider }.All(agreement.Parties.Contains);

    private static bool InForce(Question question, Agreement agreement) => agreement.ValidFrom <= question.Day && !(agreement.ValidTo < question.Day);

    private static bool Suspended(Question question, Agreement agreement) => agreement.Suspensions.Any(suspension => question.Day >= suspension.From);

    private static IEnumerable<Clause> Ways(Question question, AgencyId provider, Agreement agreement) =>
        agreement.Clauses.Where(clause => (clause.From ?? agreement.Parties).Contains(question.Asker) && (clause.To ?? agreement.Parties).Contains(provider));

    private static bool Names(Question question, Clause clause) => clause.Purposes.Contains(question.Purpose) && (clause.Needs is [] || clause.Needs.Contains(question.Need));

    private static bool Covers(Question question, AgencyId provider, Agreement agreement) => Binds(question, provider, agreement) && InForce(question, agreement)
        && !Suspended(question, agreement) && Ways(question, provider, agreement).Any(clause => Names(question, clause));

    private static ReasonCode WhyNot(Question question, AgencyId provider, List<Agreement> agreements)
    {
        var between = agreements.FindAll(agreement => Binds(question, provider, agreement));
        var inForce = between.FindAll(agreement => InForce(question, agreement));
        var ways = inForce.SelectMany(agreement => Ways(question, provider, agreement)).ToList();
        // None covers, so whoever names it is suspended.
        if (ways.Exists(clause => Names(question, clause))) return ReasonCode.MemorandumSuspended;
        if (ways.Exists(clause => clause.Purposes.Contains(question.Purpose))) return ReasonCode.MemorandumOtherNeed;
        if (ways.Count > 0) return ReasonCode.MemorandumOtherPurpose;
        if (inForce.Count > 0) return ReasonCode.MemorandumOtherDirection;
        if (between.Exists(agreement => agreement.ValidFrom > question.Day)) return ReasonCode.MemorandumNotYet;
        return between.Count > 0 ? ReasonCode.MemorandumEnded : ReasonCode.NoMemorandum;
    }

    private static int Better(Question question, Offer a, Offer b)
    {
        if (Distance(question, a) != Distance(question, b)) return Distance(question, a) < Distance(question, b) ? -1 : 1;
        if (a.Open != b.Open) return a.Open ? -1 : 1;
        if (Speech(question, a) != Speech(question, b)) return Speech(question, a) < Speech(question, b) ? -1 : 1;
        if (a.Places is null != b.Places is null) return a.Places is null ? 1 : -1;
        if (ToAsk(question, a) != ToAsk(question, b)) return ToAsk(question, a) < ToAsk(question, b) ? -1 : 1;
        if (Trust(question, a) != Trust(question, b)) return Trust(question, a) > Trust(question, b) ? -1 : 1;
        return string.CompareOrdinal(a.Service.Value, b.Service.Value);
    }

    private static int Speech(Question question, Offer offer) =>
        question.Traits.Languages.Length == 0 || question.Traits.Languages.Intersect(offer.Languages).Any() ? 0
        : question.Traits.Languages.Intersect(offer.Terms.InterpreterLanguages ?? []).Any() ? 1 : 2;

    private static int ToAsk(Question question, Offer offer)
    {
        var (traits, terms, count) = (question.Traits, offer.Terms, 0);
        if (traits.Sex is not null && terms.Sexes is null) count++;
        if (traits.WithChildren == true && terms.WithChildren is null) count++;
        if (traits.Status is not null && terms.Statuses is null) count++;
        if (traits.Accessibility.Length > 0 && terms.Accessibility is null) count++;
        var years = YearsOf(traits.AgeBand);
        if (years.Count > 0 && (terms is { MinimumAge: null, MaximumAge: null } || years.Exists(year => year < (terms.MinimumAge ?? -1) || year > (terms.MaximumAge ?? 999)))) count++;
        return count;
    }

    private static int Trust(Question question, Offer offer) => offer.AssuredOn is not { } day ? 0 : day >= question.OldestAssurance ? 2 : 1;
}
