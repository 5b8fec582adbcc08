using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Memoranda;
using Tiltas.Directory.Memoranda.Rules;
using Tiltas.Referral.Consents;
using Tiltas.Referral.Routing;

namespace Tiltas.Directory.Tests.Memoranda;

/// <summary>What may go and why not more, over drawn worlds: the answer, what the referral service enforces and a second reading of the policy are one.</summary>
public sealed class PermittedTests
{
    private const int Worlds = 1500;

    [Fact]
    public void Answer_AndEnforcement_AgreeWithTheOracle()
    {
        var seen = new Dictionary<string, int>();
        for (var seed = 0; seed < Worlds; seed++)
        {
            var world = new RandomAgreements(seed).Play(60);
            Agreement[] agreements = [.. world.Memoranda.Values.Select(memorandum => memorandum.Agreement)];
            for (var n = 0; n < 12; n++)
            {
                var (from, to, purpose, need) = (world.One(RandomAgreements.Agencies), world.One(RandomAgreements.Agencies), world.One(RandomAgreements.Purposes), world.One(RandomAgreements.Needs));
                if (from == to) continue;
                var day = RandomAgreements.Today.AddDays(world.Next(12) - 4);
                var expected = AgreementOracle.Permitted(agreements, world.Standings, from, to, purpose, need, day, day);

                var rulings = Ask(world, from, to, purpose, need, day);
                Assert.Equal(Enum.GetValues<DataClass>(), rulings.Select(ruling => ruling.DataClass));
                Assert.Equal(expected.Order(), rulings.Where(ruling => ruling.Allowed).Select(ruling => ruling.DataClass).Order());
                Assert.Equal(expected.Order(), Enforced(world, agreements, from, to, purpose, need, day, day));
                Count(seen, $"{expected.Count} classes");

                var whatever = Ask(world, from, to, purpose, null, day).Where(ruling => ruling.Allowed).Select(ruling => ruling.DataClass);
                Assert.Equal(AgreementOracle.Permitted(agreements, world.Standings, from, to, purpose, null, day, day).Order(), whatever.Order());

                // A referral that runs, on a day after it was submitted.
                var submitted = day.AddDays(-world.Next(6));
                var running = AgreementOracle.Permitted(agreements, world.Standings, from, to, purpose, need, day, submitted);
                Assert.Equal(running.Order(), Enforced(world, agreements, from, to, purpose, need, day, submitted));
                if (running.Count > expected.Count) Count(seen, "finished only");
            }
        }
        foreach (var what in (string[])["0 classes", "1 classes", "2 classes", "3 classes", "finished only"])
            Assert.True(seen.GetValueOrDefault(what) > 100, $"{what}: {seen.GetValueOrDefault(what)}");
    }

    /// <summary>What is said to be missing is missing; and once all of it is there, the class may go by that very clause.</summary>
    [Fact]
    public void Nearest_IsTrueAndIsAllThatIsMissing()
    {
        var seen = new Dictionary<string, int>();
        for (var seed = 0; seed < Worlds; seed++)
        {
            var world = new RandomAgreements(seed).Play(60);
            for (var n = 0; n < 6; n++)
            {
                var (from, to) = (world.One(RandomAgreements.Agencies), world.One(RandomAgreements.Agencies));
                if (from == to) continue;
                var question = new PermissionQuestion
                {
                    From = from, To = to, Purpose = world.One(RandomAgreements.Purposes), Need = world.One(RandomAgreements.Needs), On = RandomAgreements.Today.AddDays(world.Next(12) - 4),
                };
                foreach (var ruling in Ask(world, from, to, question.Purpose, question.Need, question.On).Where(ruling => RandomAgreements.Classes.Contains(ruling.DataClass)))
                {
                    Assert.Equal(ruling.Allowed, ruling.Nearest.Count == 0);
                    if (ruling.Allowed) continue;
                    Assert.Single(ruling.Nearest.Select(miss => miss.Lacks.Count).Distinct());
                    foreach (var miss in ruling.Nearest)
                    {
                        foreach (var lack in miss.Lacks) Count(seen, lack.Code.ToString());
                        Assert.Equal(miss.Lacks.Count, miss.Lacks.Select(lack => lack.Code).Distinct().Count());
                        Mended(world, question, ruling.DataClass, miss);
                    }
                }
            }
        }
        foreach (var code in Enum.GetNames<LackCode>()) Assert.True(seen.GetValueOrDefault(code) > 20, $"{code}: {seen.GetValueOrDefault(code)}");
    }

    /// <summary>Mends exactly what the clause is said to lack, and asks again.</summary>
    private static void Mended(RandomAgreements world, PermissionQuestion question, DataClass dataClass, NearMiss miss)
    {
        AgencyId[] both = [question.From, question.To];
        var lacks = miss.Lacks.ToDictionary(lack => lack.Code);
        Assert.Equal(lacks.ContainsKey(LackCode.AgencyNotActive) ? both.Where(agency => world.Standings[agency] != AgencyStanding.Active) : [], lacks.GetValueOrDefault(LackCode.AgencyNotActive)?.Agencies ?? []);
        Assert.Equal(lacks.ContainsKey(LackCode.AgencyNotActive), both.Any(agency => world.Standings[agency] != AgencyStanding.Active));
        if (miss.Memorandum is not { } id)
        {
            Assert.DoesNotContain(world.Memoranda.Values.Select(m => m.Parties).Concat(world.Drafts.Values.Select(d => d.Parties)), parties => parties.Contains(question.From) && parties.Contains(question.To));
            return;
        }
        var agreement = miss.Version is { } version
            ? world.Memoranda[id].Agreement is var kept && kept.Version == version ? kept : throw new InvalidOperationException("another version")
            : Signed(world.Drafts[id], miss.Revision);
        if (lacks.GetValueOrDefault(LackCode.NotSigned) is { } unsigned) Assert.Equal(world.Drafts[id].Awaited, unsigned.Agencies);
        if (lacks.GetValueOrDefault(LackCode.NotYetInForce) is { } early) Assert.Equal(agreement.ValidFrom, early.Day);
        if (lacks.GetValueOrDefault(LackCode.Ended) is { } late) Assert.Equal(agreement.ValidTo, late.Day);
        if (lacks.GetValueOrDefault(LackCode.Suspended) is { } suspended)
            Assert.Equal((agreement.Suspensions.Min(s => s.From), agreement.Suspensions.Count(s => s.From <= question.On)), (suspended.Day, suspended.Agencies!.Length));

        var clause = agreement.Clauses.Single(one => one.Number == miss.Clause);
        if (lacks.ContainsKey(LackCode.Direction)) clause = clause with { From = null, To = null };
        if (lacks.ContainsKey(LackCode.DataClass)) clause = clause with { DataClasses = [dataClass] };
        if (lacks.ContainsKey(LackCode.Purpose)) clause = clause with { Purposes = [question.Purpose] };
        if (lacks.ContainsKey(LackCode.Need)) clause = clause with { Needs = [] };
        var mended = agreement with
        {
            Clauses = [clause],
            ValidFrom = lacks.ContainsKey(LackCode.NotYetInForce) ? question.On : agreement.ValidFrom,
            ValidTo = lacks.ContainsKey(LackCode.Ended) ? question.On : agreement.ValidTo,
            Suspensions = lacks.ContainsKey(LackCode.Suspended) ? [] : agreement.Suspensions,
        };
        var active = both.ToDictionary(agency => agency, _ => AgencyStanding.Active);
        var permitted = AgreementOracle.Permitted([mended], active, question.From, question.To, question.Purpose, question.Need, question.On, question.On);
        Assert.True(permitted.Contains(dataClass), string.Join(',', lacks.Keys));
        // And each of them matters: the clause as it is does not do.
        if (miss.Version is not null && !lacks.ContainsKey(LackCode.AgencyNotActive))
            Assert.DoesNotContain(dataClass, AgreementOracle.Permitted([agreement], active, question.From, question.To, question.Purpose, question.Need, question.On, question.On));
    }

    private static Agreement Signed(Draft draft, int? revision)
    {
        Assert.Equal(draft.Revision, revision);
        return new() { Memorandum = draft.Id, Version = 1, Parties = draft.Parties, Clauses = draft.Clauses, ValidFrom = draft.ValidFrom, ValidTo = draft.ValidTo, Suspensions = [] };
    }

    internal static IReadOnlyList<Ruling> Ask(RandomAgreements world, AgencyId from, AgencyId to, Purpose purpose, Need? need, DateOnly day) => Permitted.Of(
        new PermissionQuestion { From = from, To = to, Purpose = purpose, Need = need, On = day }, world.Standings, world.Shuffled(world.Memoranda.Values).Select(memorandum => memorandum.Agreement),
        world.Drafts.Values.Select(draft => new Proposal
        {
            Memorandum = draft.Id, Revision = draft.Revision, Parties = draft.Parties, Clauses = draft.Clauses, ValidFrom = draft.ValidFrom, ValidTo = draft.ValidTo, Awaited = draft.Awaited,
        }));

    /// <summary>What the referral service lets the recipient read of a dossier that holds everything, of a person who agreed to everything.</summary>
    internal static IEnumerable<DataClass> Enforced(
        RandomAgreements world, IReadOnlyCollection<Agreement> agreements, AgencyId from, AgencyId to, Purpose purpose, Need need, DateOnly day, DateOnly submitted)
    {
        var facts = new Facts(Known(from), Known(to), [Everything(to, purpose, day)], agreements, day, submitted);
        return Enforced(facts, from, to, purpose, need);

        KnownAgency Known(AgencyId agency) => new() { Agency = agency, Version = 1, Type = AgencyType.Ngo, Standing = world.Standings[agency] };
    }

    internal static IEnumerable<DataClass> Enforced(Facts facts, AgencyId from, AgencyId to, Purpose purpose, Need need) =>
        Permission.ToRefer(from, to, purpose, need, facts) is null ? Permission.ToRead(from, to, purpose, need, Enum.GetValues<DataClass>(), facts).Given.Order() : [];

    internal static Consent Everything(AgencyId to, Purpose purpose, DateOnly day) => new()
    {
        Id = new(Guid.CreateVersion7(DateTimeOffset.UnixEpoch)), Subject = new(Guid.CreateVersion7(DateTimeOffset.UnixEpoch)), RecordedBy = RandomAgreements.Registrar, Purposes = [purpose],
        DataClasses = Enum.GetValues<DataClass>(), Recipients = [to], RecipientTypes = [], Form = ConsentForm.Written, Language = "lt", Interpreter = false,
        GivenOn = day, ExpiresOn = null, RecordedAt = default,
    };

    private static void Count(Dictionary<string, int> seen, string what) => seen[what] = seen.GetValueOrDefault(what) + 1;
}
