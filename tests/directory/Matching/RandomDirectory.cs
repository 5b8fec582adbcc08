using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Matching.Rules;

namespace Tiltas.Directory.Tests.Matching;

/// <summary>Small directories in which everything that can happen happens often.</summary>
internal sealed class RandomDirectory(int seed)
{
    public static readonly string[] Municipalities = ["LT-15", "LT-57", "LT-58"];
    private static readonly string[] Areas = ["LT", "LT-VL", "LT-KU", .. Municipalities];
    private static readonly string[] Languages = ["lt", "en", "ru", "uk"];
    private static readonly Need[] Needs = [Need.Shelter, Need.LegalAid];
    private static readonly Purpose[] Purposes = [Purpose.Assistance, Purpose.Return];
    private static readonly DateOnly Today = new(2026, 5, 1);
    private readonly Random _random = new(seed);

    public Question Question()
    {
        string[][] places = [["LT-57", "LT-VL", "LT"], ["LT-15", "LT-KU", "LT"], ["LT-VL", "LT"], ["LT"]];
        return new Question
        {
            Asker = Agency(), AskersStanding = _random.Next(24) == 0 ? AnyCode<AgencyStanding>() : AgencyStanding.Active, Need = One(Needs), Purpose = One(Purposes), Around = One(places), Day = Today, OldestAssurance = Today.AddDays(-30),
            Traits = new Traits
            {
                Sex = Maybe(() => AnyCode<Sex>()), AgeBand = Maybe(() => AnyCode<AgeBand>()), WithChildren = Maybe(Coin), Status = Maybe(() => AnyCode<VictimStatus>()),
                Accessibility = Coin() ? [] : Some(Enum.GetValues<AccessNeed>(), 2), Languages = Coin() ? [] : Some(Languages, 2),
            },
        };
    }

    public Offer Offer(int number)
    {
        var least = Maybe(() => _random.Next(30));
        return new Offer
        {
            Service = ServiceId.From($"s{(char)('a' + number % 26)}-{number}"), Agency = Agency(), Need = One(Needs),
            Standing = _random.Next(8) == 0 ? AnyCode<AgencyStanding>() : AgencyStanding.Active,
            Areas = Some(Areas, 3), Languages = Some(Languages, 3),
            Terms = new Terms
            {
                Sexes = Maybe(() => Some(Enum.GetValues<Sex>(), 3)), MinimumAge = least, MaximumAge = Maybe(() => (least ?? 0) + _random.Next(60)), WithChildren = Maybe(Coin),
                Statuses = Maybe(() => Some([VictimStatus.Suspected, VictimStatus.Presumed, VictimStatus.Recognised], 3)),
                Accessibility = Maybe(() => Some(Enum.GetValues<AccessNeed>(), 4)), InterpreterLanguages = Maybe(() => Some(Languages, 2)),
            },
            Open = _random.Next(3) > 0, OnCall = Coin(),
            Places = Coin() ? null : new Places(_random.Next(5), _random.Next(3)),
            AssuredOn = _random.Next(3) == 0 ? null : Today.AddDays(-_random.Next(60)),
        };
    }

    public Agreement Agreement(int number)
    {
        AgencyId[] parties = [.. Enumerable.Range(0, 2 + _random.Next(3)).Select(_ => Agency()).Distinct()];
        return new Agreement
        {
            Memorandum = MemorandumId.From($"m{(char)('a' + number % 26)}-{number}"), Version = 1, Parties = parties,
            Clauses = [.. Enumerable.Range(1, 1 + _random.Next(2)).Select(clause => new Clause
            {
                Number = ClauseNumber.Only, DataClasses = [DataClass.Needs], Purposes = Some(Purposes, 2), Needs = Coin() ? [] : Some(Needs, 2),
                From = _random.Next(4) == 0 ? Some(parties, 2) : null, To = _random.Next(4) == 0 ? Some(parties, 2) : null,
            })],
            ValidFrom = Today.AddDays(_random.Next(20) - 15), ValidTo = Coin() ? null : Today.AddDays(_random.Next(20) - 5),
            // What may be finished may not be begun.
            FinishUntil = Coin() ? null : Today.AddDays(30),
            Suspensions = _random.Next(5) > 0 ? [] : [new() { By = parties[0], Reason = SuspensionReason.UnderReview, From = Today.AddDays(_random.Next(3) - 1), At = default }],
        };
    }

    public T[] Shuffled<T>(IEnumerable<T> items)
    {
        var all = items.ToArray();
        _random.Shuffle(all);
        return all;
    }

    public int Next(int below) => _random.Next(below);

    private AgencyId Agency() => AgencyId.From("agency-" + _random.Next(3));

    private bool Coin() => _random.Next(2) == 0;

    private T One<T>(T[] from) => from[_random.Next(from.Length)];

    private T AnyCode<T>() where T : struct, Enum => One(Enum.GetValues<T>());

    private T? Maybe<T>(Func<T> value) where T : struct => _random.Next(3) == 0 ? value() : null;

    private T[]? Maybe<T>(Func<T[]> value) => _random.Next(3) == 0 ? value() : null;

    private T[] Some<T>(T[] from, int most) => [.. Shuffled(from).Take(1 + _random.Next(most))];
}
