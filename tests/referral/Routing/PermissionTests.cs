using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Referral.Consents;
using Tiltas.Referral.Routing;

namespace Tiltas.Referral.Tests;

/// <summary>
/// Who may send what to whom, against a second reading of the policy: a class is given when, on this day, a memorandum and a
/// consent both give it for this purpose. The oracle lists all that each paper gives and intersects the lists.
/// </summary>
public sealed class PermissionTests
{
    private static readonly DateOnly Today = new(2026, 3, 29);
    private static readonly AgencyId[] Agencies = [Fixed.Sender, Fixed.Recipient, Fixed.Stranger];
    private static readonly AgencyType[] Types = [AgencyType.Ngo, AgencyType.Police];
    private static readonly Purpose[] Purposes = [Purpose.Assistance, Purpose.CriminalProceedings];
    private static readonly Need[] Needs = [Need.Shelter, Need.LegalAid];
    private static readonly DataClass[] Classes = [DataClass.Identity, DataClass.Health, DataClass.SafeContact];

    private sealed record Grant(AgencyId To, Purpose Purpose, DataClass Class);

    /// <summary>What is told of consent to other services: on each later day it comes to what the papers of today then give.</summary>
    [Fact]
    public void Coverage_OfRandomConsents_SaysEachClassUntilItsLastDay()
    {
        var random = new Random(23112026);
        var (lasting, ending) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var facts = RandomFacts(random);
            var (type, purpose) = (Pick(random, Types), Pick(random, Purposes));
            var (covered, until, classes) = Coverage.Of(facts.Consents, Fixed.Recipient, type, purpose, Today);
            var papers = facts.Consents.Where(c => c.Covers(Fixed.Recipient, type, purpose, Today)).ToList();
            Assert.Equal(papers.Count > 0, covered);
            Assert.Equal(classes.Length, classes.Select(one => one.DataClass).Distinct().Count());
            foreach (var later in (int[])[0, 1, 2, 3, 7, 400])
            {
                var day = Today.AddDays(later);
                var valid = papers.Where(c => c.Covers(Fixed.Recipient, type, purpose, day)).ToList();
                Assert.Equal(valid.SelectMany(c => c.DataClasses).Distinct().Order(), classes.Where(one => one.Until is null || day <= one.Until).Select(one => one.DataClass));
                Assert.Equal(valid.Count > 0, covered && (until is null || day <= until));
            }
            lasting += classes.Count(one => one.Until is null);
            ending += classes.Count(one => one.Until < until || until is null && one.Until is not null);
        }
        Assert.True(lasting > 1_000 && ending > 100, $"{lasting} last, {ending} end before the rest");
    }

    [Fact]
    public void ToReferAndToRead_OnRandomPapers_AgreeWithTheOracle()
    {
        var random = new Random(29032026);
        var seen = new Dictionary<string, int>();
        for (var i = 0; i < 40_000; i++)
        {
            var facts = RandomFacts(random);
            var (purpose, need) = (Pick(random, Purposes), Pick(random, Needs));

            var expected = Refusal(facts, purpose, need);
            var error = Permission.ToRefer(Fixed.Sender, Fixed.Recipient, purpose, need, facts);
            Assert.Equal(expected, (error as Error.Forbidden)?.Rule);
            Assert.True(error is null or Error.Forbidden { Missing.Length: > 0 });
            Count(expected is null ? "may refer" : expected.StartsWith("memorandum:memo", StringComparison.Ordinal) ? error!.Code : expected);

            var held = Some(random, Classes, least: 0);
            var (given, withheld) = Permission.ToRead(Fixed.Sender, Fixed.Recipient, purpose, need, held, facts);
            Assert.Equal(held.Where(c => Given(facts, purpose, need).Contains(c)).Order(), given);
            // Nothing that is held goes unmentioned, and nothing is mentioned twice.
            Assert.Equal(held.Order(), given.Concat(withheld.Select(w => w.DataClass)).Order());
            Assert.All(withheld, w => Assert.True(w.Rule.Length > 0 && w.Missing.Length > 0));
            if (error is not null && given.Length > 0) Assert.Fail("what may not be referred may not be read");
            Count($"{given.Length} of {held.Length}");
        }
        foreach (var outcome in (string[])["may refer", "standing:sender", "standing:recipient", "memorandum:in-force", "TLT-REF-0406", "TLT-REF-0407", "consent:recipient-and-purpose", "0 of 3", "1 of 3", "2 of 3", "3 of 3"])
            Assert.True(seen.GetValueOrDefault(outcome) > 50, $"'{outcome}' was tried {seen.GetValueOrDefault(outcome)} times");

        void Count(string outcome) => seen[outcome] = seen.GetValueOrDefault(outcome) + 1;
    }

    /// <summary>First and last day count, for both papers; the day before and the day after do not.</summary>
    [Fact]
    public void Dates_OnTheirEdges_AreInclusive()
    {
        foreach (var (from, to, covers) in (IEnumerable<(int, int?, bool)>)[(0, 0, true), (0, null, true), (-1, 1, true), (-1, 0, true), (0, 1, true), (1, null, false), (1, 2, false), (-2, -1, false)])
        {
            var memorandum = Memorandum() with { ValidFrom = Today.AddDays(from), ValidTo = to is { } m ? Today.AddDays(m) : null };
            var consent = Consent() with { GivenOn = Today.AddDays(from), ExpiresOn = to is { } c ? Today.AddDays(c) : null };
            Assert.Equal(covers, Allowed(new Facts(Agency(Fixed.Sender), Agency(Fixed.Recipient), [Consent()], [memorandum], Today, Today)));
            Assert.Equal(covers, Allowed(new Facts(Agency(Fixed.Sender), Agency(Fixed.Recipient), [consent], [Memorandum()], Today, Today)));
        }
    }

    /// <summary>Two papers never add up to what neither gives: a class from one purpose, the purpose from another.</summary>
    [Fact]
    public void Consents_AreNotMixed()
    {
        Consent[] consents =
        [
            Consent() with { DataClasses = [DataClass.Identity], Purposes = [Purpose.Assistance] },
            Consent() with { DataClasses = [DataClass.Health], Purposes = [Purpose.CriminalProceedings] },
            Consent() with { DataClasses = [DataClass.SafeContact], Recipients = [Fixed.Stranger], RecipientTypes = [] },
        ];
        var facts = new Facts(Agency(Fixed.Sender), Agency(Fixed.Recipient), consents, [Memorandum()], Today, Today);
        var (given, withheld) = Permission.ToRead(Fixed.Sender, Fixed.Recipient, Purpose.Assistance, Need.Shelter, Classes, facts);
        Assert.Equal([DataClass.Identity], given);
        Assert.Equal([DataClass.SafeContact, DataClass.Health], withheld.Select(w => w.DataClass));
        Assert.All(withheld, w => Assert.Equal("consent:covers-class", w.Rule));
    }

    private static bool Allowed(Facts facts) => Permission.ToRefer(Fixed.Sender, Fixed.Recipient, Purpose.Assistance, Need.Shelter, facts) is null;

    private static string? Refusal(Facts facts, Purpose purpose, Need need)
    {
        if (facts.Sender?.Standing != AgencyStanding.Active) return "standing:sender";
        if (facts.Recipient?.Standing != AgencyStanding.Active) return "standing:recipient";
        if (!facts.Memoranda.Any(m => OfMemorandum(m, need, facts, everyClass: true).Contains(new(Fixed.Recipient, purpose, default)))) return Uncovered(facts, purpose, need);
        if (!facts.Consents.Any(c => OfConsent(c, facts, everyClass: true).Contains(new(Fixed.Recipient, purpose, default)))) return "consent:recipient-and-purpose";
        return null;
    }

    private static HashSet<DataClass> Given(Facts facts, Purpose purpose, Need need)
    {
        if (facts.Sender?.Standing != AgencyStanding.Active || facts.Recipient?.Standing != AgencyStanding.Active) return [];
        var byMemoranda = facts.Memoranda.SelectMany(m => OfMemorandum(m, need, facts)).ToHashSet();
        byMemoranda.IntersectWith(facts.Consents.SelectMany(c => OfConsent(c, facts)));
        return [.. byMemoranda.Where(grant => grant.To == Fixed.Recipient && grant.Purpose == purpose).Select(grant => grant.Class)];
    }

    /// <summary>One that would cover it if it were not suspended, then one that did once, then none.</summary>
    private static string Uncovered(Facts facts, Purpose purpose, Need need)
    {
        string? First(Func<Agreement, bool> would) => facts.Memoranda.Where(would).Select(m => $"memorandum:{m.Memorandum}").Order(StringComparer.Ordinal).FirstOrDefault();
        bool Once(Agreement m, Facts then) => OfMemorandum(m with { Suspensions = [] }, need, then, everyClass: true).Contains(new(Fixed.Recipient, purpose, default));
        return First(m => Once(m, facts))
            ?? First(m => m.ValidTo is { } last && last < facts.Today && m.ValidFrom <= facts.Today && Once(m, facts with { Today = last, Submitted = last }))
            ?? "memorandum:in-force";
    }

    /// <summary>All that a memorandum lets the sender give for a need; with every class as one, whether it covers at all.</summary>
    private static IEnumerable<Grant> OfMemorandum(Agreement memorandum, Need need, Facts facts, bool everyClass = false)
    {
        var days = Days(memorandum.ValidFrom, memorandum.ValidTo).ToHashSet();
        if (facts.Submitted <= memorandum.ValidTo && memorandum.FinishUntil is { } until) days.UnionWith(Days(memorandum.ValidFrom, until));
        if (!days.Contains(facts.Today) || memorandum.Suspensions.Any(s => s.From <= facts.Today)) yield break;
        if (!memorandum.Parties.Any(p => p == Fixed.Sender)) yield break;
        foreach (var clause in memorandum.Clauses)
        {
            if (clause.Needs is not [] && !clause.Needs.Any(n => n == need)) continue;
            if (clause.From?.Contains(Fixed.Sender) == false) continue;
            foreach (var party in memorandum.Parties.Intersect(clause.To ?? memorandum.Parties))
                foreach (var purpose in clause.Purposes)
                    foreach (var dataClass in everyClass ? [default] : clause.DataClasses)
                        yield return new(party, purpose, dataClass);
        }
    }

    private static IEnumerable<Grant> OfConsent(Consent consent, Facts facts, bool everyClass = false)
    {
        if (consent.WithdrawnAt is not null || !Days(consent.GivenOn, consent.ExpiresOn).Contains(facts.Today)) yield break;
        var byType = consent.RecipientTypes.Any(t => t == facts.Recipient?.Type) ? new[] { Fixed.Recipient } : [];
        foreach (var to in consent.Recipients.Concat(byType))
            foreach (var purpose in consent.Purposes)
                foreach (var dataClass in everyClass ? [default] : consent.DataClasses)
                    yield return new(to, purpose, dataClass);
    }

    /// <summary>The days of a term one by one; an open term is followed far enough.</summary>
    private static IEnumerable<DateOnly> Days(DateOnly first, DateOnly? last)
    {
        for (var day = first; day <= (last ?? Today.AddDays(30)); day = day.AddDays(1)) yield return day;
    }

    private static Facts RandomFacts(Random random) => new(
        random.Next(30) == 0 ? null : Agency(Fixed.Sender) with { Standing = Standing(random) },
        random.Next(30) == 0 ? null : Agency(Fixed.Recipient) with { Standing = Standing(random), Type = Pick(random, Types) },
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => new Consent
        {
            Id = new(Guid.CreateVersion7(Fixed.Start)), Subject = Fixed.Subject, RecordedBy = Fixed.Sender, Purposes = Some(random, Purposes), DataClasses = Some(random, Classes),
            Recipients = Some(random, Agencies, least: 0), RecipientTypes = Some(random, Types, least: 0), Form = ConsentForm.Oral, Language = "lt", Interpreter = false,
            GivenOn = Today.AddDays(random.Next(-3, 2)), ExpiresOn = random.Next(3) == 0 ? null : Today.AddDays(random.Next(-2, 4)), RecordedAt = Fixed.Start,
            WithdrawnAt = random.Next(8) == 0 ? Fixed.Start : null,
        })],
        [.. Enumerable.Range(0, random.Next(4)).Select(i => RandomMemorandum(random, i))],
        Today, Today.AddDays(-random.Next(3)));

    private static Agreement RandomMemorandum(Random random, int number)
    {
        var parties = Some(random, Agencies, least: 2);
        var from = Today.AddDays(random.Next(-4, 2));
        DateOnly? to = random.Next(3) == 0 ? null : from.AddDays(random.Next(5));
        return new()
        {
            Memorandum = MemorandumId.From("memo-" + number), Version = 1, Parties = parties, ValidFrom = from, ValidTo = to,
            FinishUntil = random.Next(2) == 0 ? null : to?.AddDays(random.Next(1, 4)),
            Suspensions = random.Next(4) > 0 ? [] : [new() { By = parties[0], Reason = SuspensionReason.DataBreach, From = Today.AddDays(random.Next(-1, 2)), At = Fixed.Start }],
            Clauses = [.. Enumerable.Range(1, random.Next(1, 3)).Select(_ => new Clause
            {
                Number = ClauseNumber.Only, DataClasses = Some(random, Classes), Purposes = Some(random, Purposes), Needs = Some(random, Needs, least: 0),
                From = random.Next(4) == 0 ? Some(random, parties) : null, To = random.Next(4) == 0 ? Some(random, parties) : null,
            })],
        };
    }

    private static KnownAgency Agency(AgencyId id) => new() { Agency = id, Version = 1, Type = AgencyType.Ngo, Standing = AgencyStanding.Active };

    private static Agreement Memorandum() => new()
    {
        Memorandum = MemorandumId.From("memo"), Version = 1, Parties = [Fixed.Recipient, Fixed.Sender], Clauses = Agreement.Whole(Classes, Purposes, []),
        ValidFrom = Today, ValidTo = null, Suspensions = [],
    };

    private static Consent Consent() => new()
    {
        Id = new(Guid.CreateVersion7(Fixed.Start)), Subject = Fixed.Subject, RecordedBy = Fixed.Sender, Purposes = [Purpose.Assistance], DataClasses = Classes,
        Recipients = [Fixed.Recipient], RecipientTypes = [], Form = ConsentForm.Oral, Language = "lt", Interpreter = false, GivenOn = Today, ExpiresOn = null, RecordedAt = Fixed.Start,
    };

    private static AgencyStanding Standing(Random random) => random.Next(12) == 0 ? Pick(random, Enum.GetValues<AgencyStanding>()) : AgencyStanding.Active;

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    private static T[] Some<T>(Random random, T[] from, int least = 1)
    {
        var mixed = from.ToArray();
        random.Shuffle(mixed);
        return mixed[..random.Next(least, from.Length + 1)];
    }
}
