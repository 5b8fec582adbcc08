using System.Collections.Immutable;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Memoranda;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Tests.Memoranda;

/// <summary>What can become of memoranda between a few agencies, drawn: every step goes through the rules of the use cases, refused ones too.</summary>
internal sealed class RandomAgreements(int seed)
{
    public static readonly DateOnly Today = new(2026, 5, 20);
    public static readonly AgencyId[] Agencies = [AgencyId.From("a-one"), AgencyId.From("a-two"), AgencyId.From("a-three")];
    public static readonly AgencyId Registrar = AgencyId.From("registrar");
    public static readonly Purpose[] Purposes = [Purpose.Assistance, Purpose.Return];
    public static readonly Need[] Needs = [Need.Shelter, Need.LegalAid];
    public static readonly DataClass[] Classes = [DataClass.Identity, DataClass.Health, DataClass.Needs];

    private readonly Random _random = new(seed);
    private readonly Dictionary<AgencyId, int> _agencyVersions = Agencies.ToDictionary(agency => agency, _ => 1);
    private DateTimeOffset _now = new(2026, 5, 20, 8, 0, 0, TimeSpan.Zero);

    public Dictionary<AgencyId, AgencyStanding> Standings { get; } = Agencies.ToDictionary(agency => agency, _ => AgencyStanding.Active);
    public Dictionary<MemorandumId, Memorandum> Memoranda { get; } = [];
    public Dictionary<MemorandumId, Draft> Drafts { get; } = [];

    /// <summary>What was told on the way, in order.</summary>
    public List<object> Messages { get; } = [];

    /// <summary>How often each step was made, and each refused.</summary>
    public Dictionary<string, int> Steps { get; } = [];

    public RandomAgreements Play(int steps)
    {
        foreach (var agency in Agencies) Tell(agency);
        for (var i = 0; i < steps; i++)
        {
            _now = _now.AddMinutes(1);
            var id = MemorandumId.From($"a-one-mou-{_random.Next(3)}");
            switch (_random.Next(12))
            {
                case 0: Enter(id); break;
                case 1 or 2: DraftOne(id); break;
                case 3 or 4 or 5 or 6: Sign(id); break;
                case 7: Suspend(id); break;
                case 8 or 10: Resume(id); break;
                case 9: if (_random.Next(3) == 0) End(id); break;
                default: if (_random.Next(2) == 0) Stand(); break;
            }
        }
        return this;
    }

    public T One<T>(T[] from) => from[_random.Next(from.Length)];

    public int Next(int below) => _random.Next(below);

    public T[] Shuffled<T>(IEnumerable<T> items)
    {
        var all = items.ToArray();
        _random.Shuffle(all);
        return all;
    }

    private void Enter(MemorandumId id)
    {
        var draft = Terms(id, One(Agencies));
        var flat = Flat.Of(draft.Clauses);
        var wanted = new Memorandum
        {
            Id = id, Version = 0, TermsVersion = 0, Parties = draft.Parties, Clauses = draft.Clauses, DataClasses = flat.DataClasses, Purposes = flat.Purposes, Needs = flat.Needs,
            ValidFrom = draft.ValidFrom, ValidTo = draft.ValidTo, AtEnd = draft.AtEnd, FinishDays = draft.FinishDays, Title = draft.Title, DocumentHash = null, Source = null,
            Illustrative = null, ChangedAt = default, EndedOn = null, Suspensions = [], Signatures = null,
        };
        Keep("enter", PutMemorandumInForce.Decide(Memoranda.GetValueOrDefault(id), wanted, draft.Parties, Standings, _now) switch
        {
            PutMemorandumInForce.Outcome.InForce made => made.Memorandum,
            PutMemorandumInForce.Outcome.Amended made => made.Memorandum,
            _ => null,
        });
    }

    private void DraftOne(MemorandumId id)
    {
        var (by, current) = (One(Agencies), Drafts.GetValueOrDefault(id));
        var wanted = Terms(id, current is not null && _random.Next(2) == 0 ? current.DraftedBy : by);
        var facts = new DraftMemorandum.Facts(Memoranda.GetValueOrDefault(id), wanted.Parties, Standings, Agencies[0], Today);
        if (DraftMemorandum.Decide(current, wanted, facts, _now) switch { DraftMemorandum.Outcome.Drafted d => d.Draft, DraftMemorandum.Outcome.Revised r => r.Draft, _ => null } is { } draft)
        {
            Assert.Empty(draft.Signatures);
            Drafts[id] = draft;
            Count("draft");
        }
        else Count("draft refused");
    }

    private void Sign(MemorandumId id)
    {
        var draft = Drafts.GetValueOrDefault(id);
        var before = Memoranda.GetValueOrDefault(id);
        var signature = new Signature
        {
            Agency = draft is null ? One(Agencies) : One([.. draft.Awaited, One(Agencies)]), Office = "director", Signatory = "s-1", SignedAt = default,
            Revision = draft?.Revision ?? 1, DocumentHash = _random.Next(8) == 0 ? new string('f', 64) : draft?.DocumentHash ?? new string('0', 64),
        };
        switch (SignMemorandum.Decide(draft, before, signature, Standings, _now))
        {
            case SignMemorandum.Outcome.Signed signed:
                Assert.NotEmpty(signed.Draft.Awaited);
                Drafts[id] = signed.Draft;
                Count("sign");
                break;
            case SignMemorandum.Outcome.InForce made:
                // Everybody who was bound before, and everybody who is bound now, has signed these terms and no others.
                Assert.Subset(made.Memorandum.Signatures!.Select(one => one.Agency).ToHashSet(), made.Memorandum.Parties.Union(before?.Parties ?? []).ToHashSet());
                Assert.All(made.Memorandum.Signatures!, one => Assert.Equal((made.Memorandum.DocumentHash, draft!.Revision), (one.DocumentHash, one.Revision)));
                Drafts.Remove(id);
                Keep("sign by all", made.Memorandum);
                break;
            default:
                Count("sign refused");
                break;
        }
    }

    private void Suspend(MemorandumId id)
    {
        DateOnly? from = _random.Next(2) == 0 ? null : Today.AddDays(_random.Next(4) - 1);
        Keep("suspend", (SuspendMemorandum.Decide(Memoranda.GetValueOrDefault(id), Somebody(), One(Enum.GetValues<SuspensionReason>()), from, Today, _now) as SuspendMemorandum.Outcome.Suspended)?.Memorandum);
    }

    private void Resume(MemorandumId id)
    {
        var who = Somebody();
        if (_random.Next(3) > 0 && Memoranda.GetValueOrDefault(id)?.Suspensions is [var first, ..] && first.By != Registrar) who = who with { Agency = first.By, Roles = [Roles.Agency] };
        Keep("resume", (ResumeMemorandum.Decide(Memoranda.GetValueOrDefault(id), who, _random.Next(3) > 0 ? who.Agency : One(Agencies), _now) as ResumeMemorandum.Outcome.Resumed)?.Memorandum);
    }

    private void End(MemorandumId id) =>
        Keep("end", (EndMemorandum.Decide(Memoranda.GetValueOrDefault(id), Somebody(), Today.AddDays(_random.Next(5) - 3), _now) as EndMemorandum.Outcome.Ended)?.Memorandum);

    private void Stand()
    {
        var agency = One(Agencies);
        Standings[agency] = _random.Next(3) > 0 ? AgencyStanding.Active : AgencyStanding.Suspended;
        _agencyVersions[agency]++;
        Tell(agency);
        Count("standing");
    }

    private void Tell(AgencyId agency) => Messages.Add(new Contracts.Directory.V1.AgencyChanged
    {
        Agency = agency, Version = _agencyVersions[agency], Type = AgencyType.Ngo, Standing = Standings[agency], Municipality = "LT-57", Competence = ["LT"], At = _now,
    });

    private void Keep(string step, Memorandum? next)
    {
        if (next is null)
        {
            Count(step + " refused");
            return;
        }
        Assert.Equal((Memoranda.GetValueOrDefault(next.Id)?.Version ?? 0) + 1, next.Version);
        Memoranda[next.Id] = next;
        Messages.Add(Kept.MessageOf(next));
        Count(step);
    }

    private void Count(string step) => Steps[step] = Steps.GetValueOrDefault(step) + 1;

    private Caller Somebody() => _random.Next(4) == 0
        ? new Caller { Agency = Registrar, Client = "registrar", Roles = [Roles.Registrar] }
        : new Caller { Agency = One(Agencies), Client = "system", Roles = [Roles.Agency] };

    private Draft Terms(MemorandumId id, AgencyId by)
    {
        AgencyId[] parties = [.. Shuffled(Agencies.Where(agency => agency != by)).Take(1 + _random.Next(2)).Append(by).OrderBy(agency => agency.Value, StringComparer.Ordinal)];
        var from = Today.AddDays(_random.Next(9) - 7);
        var finish = _random.Next(2) == 0;
        return new Draft
        {
            Id = id, Version = 0, Revision = 0, DraftedBy = by, Replaces = null, Signers = parties, Parties = parties, ValidFrom = from,
            Clauses = [.. Enumerable.Range(1, 1 + _random.Next(3)).Select(number => Clause(number, parties))],
            ValidTo = _random.Next(2) == 0 ? null : from.AddDays(_random.Next(12)), AtEnd = finish ? TerminationEffect.Finish : TerminationEffect.Stop, FinishDays = finish ? 1 + _random.Next(5) : null,
            Title = ImmutableSortedDictionary<string, string>.Empty.Add("en", "Drawn"), DocumentHash = Convert.ToHexStringLower(BitConverter.GetBytes(_random.NextInt64())).PadRight(64, '0'),
            Illustrative = null, DraftedAt = default, Signatures = [],
        };
    }

    private Clause Clause(int number, AgencyId[] parties)
    {
        Assert.True(ClauseNumber.TryParse($"{number}.1", out var parsed));
        return new()
        {
            Number = parsed, DataClasses = Some(Classes), Purposes = Some(Purposes), Needs = _random.Next(2) == 0 ? [] : Some(Needs),
            From = _random.Next(3) == 0 ? Some(parties) : null, To = _random.Next(3) == 0 ? Some(parties) : null,
        };
    }

    private T[] Some<T>(T[] from) => Shuffled(from)[..(1 + _random.Next(from.Length))];
}
