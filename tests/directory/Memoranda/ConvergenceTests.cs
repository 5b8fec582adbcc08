using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Statuses;
using Tiltas.Identification.Storage;
using Tiltas.Local.Servers;
using Tiltas.Referral.Routing;
using Tiltas.Referral.Storage;
using Tiltas.TestKit;

namespace Tiltas.Directory.Tests.Memoranda;

/// <summary>
/// Drawn histories of memoranda and agencies, told to the real stores of those who keep them: in order and once, and shuffled, repeated
/// and in groups. Both end alike, and what may go there is what the directory answers.
/// </summary>
public sealed class ConvergenceTests : IAsyncLifetime
{
    private const int Histories = 60;

    private readonly string _name = "converge_" + Guid.CreateVersion7().ToString("N");
    private readonly Standing _time = new();
    private PostgresAddress _server = null!;
    private NpgsqlDataSource _referral = null!, _identification = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestPostgres.Address();
        var secrets = new Secrets(Path.Combine(Path.GetTempPath(), _name));
        var (referral, identification) = (await _server.CreateDatabaseAsync(_name + "r", secrets, Cancelled), await _server.CreateDatabaseAsync(_name + "i", secrets, Cancelled));
        Assert.True(await Store.Migrate<ReferralStore>(["migrate", $"--ConnectionStrings:Owner={referral.Owner}"], options => new(options)));
        Assert.True(await Store.Migrate<IdentificationStore>(["migrate", $"--ConnectionStrings:Owner={identification.Owner}"], options => new(options)));
        (_referral, _identification) = (NpgsqlDataSource.Create(referral.Store), NpgsqlDataSource.Create(identification.Store));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in (NpgsqlDataSource?[])[_referral, _identification])
            if (store is not null) await store.DisposeAsync();
        await _server.DropDatabaseAsync(_name + "r", CancellationToken.None);
        await _server.DropDatabaseAsync(_name + "i", CancellationToken.None);
        File.Delete(Path.Combine(Path.GetTempPath(), _name));
    }

    [Fact]
    public async Task Projections_InAnyOrderAndRepeated_EndAsInOrder()
    {
        var (steps, allowed, shut) = (new Dictionary<string, int>(), 0, 0);
        for (var seed = 0; seed < Histories; seed++)
        {
            var world = new RandomAgreements(10_000 + seed).Play(40);
            foreach (var (step, times) in world.Steps) steps[step] = steps.GetValueOrDefault(step) + times;

            await Clear();
            foreach (var message in world.Messages) await Deliver([message]);
            var inOrder = await Kept();

            await Clear();
            var queue = world.Shuffled(world.Messages.SelectMany(message => Enumerable.Repeat(message, 1 + world.Next(3))));
            for (var at = 0; at < queue.Length;)
            {
                var group = queue[at..Math.Min(queue.Length, at + 1 + world.Next(4))];
                await Deliver(group);
                at += group.Length;
            }
            Assert.Equal(inOrder, await Kept());

            var agreements = await Read();
            Assert.Equal(world.Memoranda.Values.Select(memorandum => Written(memorandum.Agreement)).Order(StringComparer.Ordinal), agreements.Select(Written).Order(StringComparer.Ordinal));
            foreach (var from in RandomAgreements.Agencies)
                foreach (var to in RandomAgreements.Agencies.Where(to => to != from))
                {
                    var (purpose, need) = (world.One(RandomAgreements.Purposes), world.One(RandomAgreements.Needs));
                    var answered = PermittedTests.Ask(world, from, to, purpose, need, RandomAgreements.Today).Where(ruling => ruling.Allowed).Select(ruling => ruling.DataClass).ToList();
                    Assert.Equal(answered, await Enforced(from, to, purpose, need));
                    Assert.Equal(answered.Count > 0, await MayCome(from, to, purpose, need));
                    if (answered.Count > 0) allowed++;
                    else shut++;
                }
        }
        Assert.True(allowed > 50 && shut > 50, $"{allowed} and {shut}");
        foreach (var step in (string[])["enter", "draft", "sign", "sign by all", "suspend", "resume", "end", "standing"]) Assert.True(steps.GetValueOrDefault(step) > 10, $"{step}: {steps.GetValueOrDefault(step)}");
    }

    private async Task Deliver(object[] group)
    {
        var (take, memoranda, agencies) = (new TakeDirectory(), new KnownMemoranda(), new KnownAgencies(new Arrivals(_time)));
        await using var one = await _referral.OpenConnectionAsync(Cancelled);
        await using var other = await _identification.OpenConnectionAsync(Cancelled);
        await using var first = await one.BeginTransactionAsync(Cancelled);
        await using var second = await other.BeginTransactionAsync(Cancelled);
        var (here, there) = (new GroupScope(one, first, _time), new GroupScope(other, second, _time));
        // A group is of one kind, as from one queue.
        await Give(Of<AgencyChanged>(group), take, agencies);
        await Give(Of<MemorandumInForce>(group), take, memoranda);
        await Give(Of<MemorandumEnded>(group), take, memoranda);
        await first.CommitAsync(Cancelled);
        await second.CommitAsync(Cancelled);

        async Task Give<T>(Delivery<T>[] deliveries, IHandler<T> referral, IHandler<T> identification) where T : class
        {
            if (deliveries is []) return;
            await referral.Handle(deliveries, here, Cancelled);
            await identification.Handle(deliveries, there, Cancelled);
        }
    }

    /// <summary>As it comes out of an envelope: written and read, with members a reader does not know.</summary>
    private Delivery<T>[] Of<T>(object[] group) where T : class =>
        [.. group.OfType<T>().Select(message => new Delivery<T>(Guid.CreateVersion7(_time.GetUtcNow()), JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(message, TiltasJson.Messages), TiltasJson.Messages)!, null))];

    private async Task<List<Agreement>> Read()
    {
        await using var db = new ReferralStore(new DbContextOptionsBuilder<ReferralStore>().UseNpgsql(_referral).Options);
        return await Knowledge.Memoranda(db, [], Cancelled);
    }

    private async Task<IEnumerable<DataClass>> Enforced(AgencyId from, AgencyId to, Purpose purpose, Need need)
    {
        await using var db = new ReferralStore(new DbContextOptionsBuilder<ReferralStore>().UseNpgsql(_referral).Options);
        var today = RandomAgreements.Today;
        var facts = new Facts(
            await db.Agencies.SingleOrDefaultAsync(agency => agency.Agency == from, Cancelled), await db.Agencies.SingleOrDefaultAsync(agency => agency.Agency == to, Cancelled),
            [PermittedTests.Everything(to, purpose, today)], await Knowledge.Memoranda(db, [from.Value, to.Value], Cancelled), today, today);
        return PermittedTests.Enforced(facts, from, to, purpose, need);
    }

    /// <summary>Whether the recipient of a new referral is let at the subject.</summary>
    private async Task<bool> MayCome(AgencyId from, AgencyId to, Purpose purpose, Need need)
    {
        var subject = new SubjectRef(Guid.CreateVersion7(_time.GetUtcNow()));
        await using (var connection = await _identification.OpenConnectionAsync(Cancelled))
        await using (var transaction = await connection.BeginTransactionAsync(Cancelled))
        {
            var submitted = new ReferralSubmitted
            {
                Referral = new(Guid.CreateVersion7(_time.GetUtcNow())), Version = 1, Subject = subject, From = from, To = to, Need = need, Purpose = purpose, Urgency = Urgency.Normal,
                AcknowledgeBy = _time.GetUtcNow(), DecideBy = _time.GetUtcNow(), At = _time.GetUtcNow(),
            };
            await new SubjectParties(new Arrivals(_time)).Handle(Of<ReferralSubmitted>([submitted]), new GroupScope(connection, transaction, _time), Cancelled);
            await transaction.CommitAsync(Cancelled);
        }
        return await new Door(_identification, new Arrivals(_time), new Calendar(_time, TimeZoneInfo.Utc)).MayCome(to, subject, Cancelled);
    }

    private async Task Clear()
    {
        await Run(_referral, "DELETE FROM memoranda; DELETE FROM agencies");
        await Run(_identification, "DELETE FROM memoranda; DELETE FROM agencies; DELETE FROM referrals");
    }

    private async Task<List<string>> Kept() =>
    [
        .. await Lines(_referral, "SELECT m::text FROM memoranda m UNION ALL SELECT a::text FROM agencies a ORDER BY 1"),
        .. await Lines(_identification, "SELECT m::text FROM memoranda m UNION ALL SELECT a::text FROM agencies a ORDER BY 1"),
    ];

    private static async Task<List<string>> Lines(NpgsqlDataSource store, string sql)
    {
        await using var command = store.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        var lines = new List<string>();
        while (await reader.ReadAsync(Cancelled)) lines.Add(reader.GetString(0));
        return lines;
    }

    private static async Task Run(NpgsqlDataSource store, string sql)
    {
        await using var command = store.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    private static string Written(Agreement agreement) => JsonSerializer.Serialize(agreement, TiltasJson.Messages);

    private sealed class Standing : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(RandomAgreements.Today, new TimeOnly(9, 0), TimeSpan.Zero);
    }
}
