using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Statuses;
using static Tiltas.Identification.Tests.RunningIdentification;

namespace Tiltas.Identification.Tests;

/// <summary>
/// Who may come to a subject, for messages in any order and with repetitions, against the policy in words: the owner; else the
/// recipient of a referral that was submitted and has not ended, that consent covers today, and a memorandum in force today, between
/// two active agencies. The oracle reads the set of messages and knows no order.
/// </summary>
[Collection(WithService.Name)]
public sealed class AccessTests(RunningIdentification service, ITestOutputHelper output)
{
    private static readonly DateOnly Today = new(2026, 3, 29);
    private static readonly DateTimeOffset Now = new(2026, 3, 29, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task AnyOrderAndRepetition_OfTheMessages_GiveTheAccessThatThePolicyGives()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (door, parties, agencies, memoranda) = (NewDoor(), new SubjectParties(new(TimeProvider.System)), new KnownAgencies(new(TimeProvider.System)), new KnownMemoranda());
        var seen = new int[2];
        for (var round = 0; round < 250; round++)
        {
            var world = new World(random, round);
            for (var order = 0; order < 2; order++)
            {
                var deliveries = world.Messages.SelectMany(message => Enumerable.Repeat(message, random.Next(1, 4))).ToArray();
                random.Shuffle(deliveries);
                foreach (var message in deliveries)
                    await (message switch
                    {
                        SubjectOpened m => service.Give(parties, m),
                        ReferralSubmitted m => service.Give(parties, m),
                        ReferralDeclined m => service.Give(parties, m),
                        ReferralWithdrawn m => service.Give(parties, m),
                        ReferralCompleted m => service.Give(parties, m),
                        ConsentWithdrawn m => service.Give(parties, m),
                        AgencyChanged m => service.Give(agencies, m),
                        MemorandumInForce m => service.Give(memoranda, m),
                        MemorandumEnded m => service.Give(memoranda, m),
                        _ => throw new InvalidOperationException(message.GetType().Name),
                    });
                Assert.Null(await door.Refuses(world.Owner, world.Subject, TestContext.Current.CancellationToken));
                var comes = await door.Refuses(world.Recipient, world.Subject, TestContext.Current.CancellationToken) is null;
                Assert.True(world.MayCome == comes, $"seed {seed}, round {round}: {comes}, with {string.Join(", ", world.Messages.Select(m => m.GetType().Name))}");
                Assert.NotNull(await door.Refuses(AgencyId.From("lt-nobody"), world.Subject, TestContext.Current.CancellationToken));
                seen[comes ? 1 : 0]++;
            }
        }
        output.WriteLine($"{seen[1]} times let in, {seen[0]} times not");
        Assert.All(seen, count => Assert.True(count > 50));
    }

    [Fact]
    public async Task WhoConferredAStanding_KeepsAccessToIt_WhenTheReferralHasEnded()
    {
        var subject = NewSubject();
        await service.Open(subject, Ngo);
        var referral = await service.Refer(subject, Ngo, Police);
        var other = await service.Refer(subject, Ngo, OtherNgo);
        await service.Post(Police, $"/v1/subjects/{subject}/status", new { status = "Suspected" });
        foreach (var (id, to) in ((ReferralId, string)[])[(referral, Police), (other, OtherNgo)])
            await service.Give(new SubjectParties(new(TimeProvider.System)), new ReferralDeclined
            {
                Referral = id, Version = 2, Subject = subject, From = AgencyId.From(Ngo), To = AgencyId.From(to), Urgency = Urgency.Normal, Code = DeclineCode.NoCapacity, At = Now,
            });

        Assert.Equal(System.Net.HttpStatusCode.OK, (await service.Get(Police, $"/v1/subjects/{subject}/status")).Status);
        var shut = await service.Get(OtherNgo, $"/v1/subjects/{subject}/status");
        Assert.Equal((System.Net.HttpStatusCode.NotFound, "TLT-IDN-0404"), (shut.Status, shut["code"]));
    }

    [Fact]
    public async Task SuspendedOwner_ReadsItsOwnAndWritesNothing()
    {
        var subject = NewSubject();
        await service.Open(subject, Suspended);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await service.Get(Suspended, $"/v1/subjects/{subject}/status")).Status);
        foreach (var refused in (Answer[])
        [
            await service.Post(Suspended, $"/v1/subjects/{subject}/status", new { status = "Suspected" }),
            await service.Post(Suspended, "/v1/screenings", new { subject, set = "LT-ADULT-LABOUR", setVersion = 1, ageBand = "Unknown", answers = Array.Empty<object>() }),
        ])
            Assert.Equal((System.Net.HttpStatusCode.Forbidden, "TLT-IDN-0032", "standing:active"), (refused.Status, refused["code"], refused["rule"]));
    }

    /// <summary>A door that does not wait: each look at its clock is three seconds later.</summary>
    private Door NewDoor() => new(service.Store, new Arrivals(new Hurried()), new Calendar(new Hurried(), TimeZoneInfo.Utc));

    private sealed class Hurried : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;
        public override long GetTimestamp() => Interlocked.Add(ref _seconds, 3);
        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>One subject, one referral, and some of what can happen around it.</summary>
    private sealed class World
    {
        private readonly ReferralId _referral = ReferralId.From(Guid.CreateVersion7(Now));

        public World(Random random, int round)
        {
            (Owner, Recipient) = (AgencyId.From($"lt-owner-{round}-x"), AgencyId.From($"lt-asked-{round}-x"));
            Messages.Add(new SubjectOpened { Subject = Subject, Owner = Owner, At = Now });
            var active = Standing(random, Owner) & Standing(random, Recipient);

            DateOnly? until = null;
            var submitted = random.Next(12) > 0;
            if (submitted) Messages.Add(Submitted(until = Day(random)));
            var uncovered = false;
            for (var i = random.Next(3); i > 0; i--)
            {
                var (covered, last) = (random.Next(3) > 0, Day(random));
                if (!covered) (uncovered, last) = (true, null);
                if (last < (until ?? DateOnly.MaxValue)) until = last;
                Messages.Add(new ConsentWithdrawn
                {
                    Consent = ConsentId.From(Guid.CreateVersion7(Now)), Subject = Subject, Owner = Owner, Recipients = [Recipient], At = Now,
                    Referrals = [new() { Referral = _referral, Recipient = Recipient, Covered = covered, CoveredUntil = last }],
                });
            }
            var ended = random.Next(4) == 0;
            if (ended) Messages.Add(End(random));
            MayCome = submitted && !ended && !uncovered && (until is null || until >= Today) & active & Memorandum(random, round);
        }

        public SubjectRef Subject { get; } = NewSubject();
        public AgencyId Owner { get; }
        public AgencyId Recipient { get; }
        public List<object> Messages { get; } = [];
        public bool MayCome { get; }

        private ReferralSubmitted Submitted(DateOnly? until) => new()
        {
            Referral = _referral, Version = 1, Subject = Subject, From = Owner, To = Recipient, Need = Need.Shelter, Purpose = Purpose.Assistance, Urgency = Urgency.Normal,
            AcknowledgeBy = Now, DecideBy = Now, At = Now, CoveredUntil = until,
        };

        private object End(Random random) => random.Next(3) switch
        {
            0 => new ReferralDeclined { Referral = _referral, Version = 2, Subject = Subject, From = Owner, To = Recipient, Urgency = Urgency.Normal, Code = DeclineCode.NoCapacity, At = Now },
            1 => new ReferralWithdrawn { Referral = _referral, Version = 2, Subject = Subject, From = Owner, To = Recipient, Urgency = Urgency.Normal, Reason = WithdrawReason.NeedMet, At = Now },
            _ => new ReferralCompleted { Referral = _referral, Version = 2, Subject = Subject, From = Owner, To = Recipient, Urgency = Urgency.Normal, Outcome = Outcome.ReferredOn, At = Now },
        };

        /// <summary>Versions of the agency's record; true when the last of them is active.</summary>
        private bool Standing(Random random, AgencyId agency)
        {
            var last = AgencyStanding.Active;
            for (var version = random.Next(1, 3); version > 0; version--)
            {
                var standing = random.Next(8) == 0 ? AgencyStanding.Suspended : AgencyStanding.Active;
                if (Messages.OfType<AgencyChanged>().All(m => m.Agency != agency)) last = standing;
                Messages.Add(new AgencyChanged { Agency = agency, Version = version, Type = AgencyType.Ngo, Standing = standing, Municipality = "LT-57", Competence = ["LT"], At = Now });
            }
            return last == AgencyStanding.Active;
        }

        /// <summary>Versions of a memorandum; true when the last of them lets these two exchange anything today.</summary>
        private bool Memorandum(Random random, int round)
        {
            var covers = false;
            var (id, versions) = (MemorandumId.From($"lt-mou-{round}-x"), random.Next(1, 4));
            for (var version = 1; version <= versions; version++)
            {
                var fits = random.Next(5) > 0;
                var (from, to) = (Today.AddDays(random.Next(10) == 0 ? 1 : -random.Next(3)), Day(random));
                covers = fits && from <= Today && (to is null || to >= Today);
                AgencyId[] parties = [Recipient, AgencyId.From("lt-third"), fits ? Owner : AgencyId.From("lt-fourth")];
                Need[] needs = random.Next(2) == 0 ? [] : [Need.LegalAid, Need.Shelter];
                Messages.Add(to is null
                    ? new MemorandumInForce { Memorandum = id, Version = version, Parties = parties, DataClasses = [DataClass.Needs], Purposes = [Purpose.Assistance], Needs = needs, ValidFrom = from, ValidTo = to, At = Now }
                    : new MemorandumEnded { Memorandum = id, Version = version, Parties = parties, DataClasses = [DataClass.Needs], Purposes = [Purpose.Assistance], Needs = needs, ValidFrom = from, ValidTo = to, At = Now });
            }
            return covers;
        }

        private static DateOnly? Day(Random random) => random.Next(2) == 0 ? null : Today.AddDays(random.Next(5) == 0 ? -1 : random.Next(3));
    }
}
