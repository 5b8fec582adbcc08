using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Hosting.Health;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Sealing;
using Tiltas.Hosting.Storage;
using Tiltas.Local.Servers;
using Tiltas.Referral.Consents;
using Tiltas.Referral.Dossiers;
using Tiltas.Referral.Referrals;
using Tiltas.Referral.Routing;
using Tiltas.Referral.Storage;
using Tiltas.Referral.Subjects;
using Tiltas.TestKit;

namespace Tiltas.Referral.Tests;

/// <summary>What becomes of a referral that runs when its memorandum ends or is suspended, day by day, through the use cases and a real store.</summary>
public sealed class RunningReferralTests : IAsyncLifetime
{
    private static readonly MemorandumId Memorandum = MemorandumId.From("memo");
    private static readonly DateOnly LastDay = new(2026, 3, 4);
    private static readonly DateTimeOffset Morning = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private readonly string _name = "running_" + Guid.CreateVersion7().ToString("N");
    private readonly SetClock _time = new() { Now = Morning };
    private readonly Seal _seal = new(new FileAgencyKeys(new byte[32]));
    private readonly OutboxBell _bell = new(new OutboxOptions());
    private PostgresAddress _server = null!;
    private NpgsqlDataSource _store = null!;
    private CountryCalendar _calendar = null!;
    private SubmitReferral _submit = null!;
    private SubjectRef _asked;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestPostgres.Address();
        var address = await _server.CreateDatabaseAsync(_name, new Secrets(Path.Combine(Path.GetTempPath(), _name)), Cancelled);
        Assert.True(await Store.Migrate<ReferralStore>(["migrate", $"--ConnectionStrings:Owner={address.Owner}"], options => new(options)));
        _store = NpgsqlDataSource.Create(address.Store);
        _calendar = new CountryCalendar(_time, TimeZoneInfo.Utc);
        _submit = new SubmitReferral(_store, _bell, ClockRules.Load(Repository.In("data", "lt")), _calendar, _time, new Heartbeat(_time), NullLogger<SubmitReferral>.Instance);
        foreach (var agency in (AgencyId[])[Fixed.Sender, Fixed.Recipient])
            await Tell(new AgencyChanged { Agency = agency, Version = 1, Type = AgencyType.Ngo, Standing = AgencyStanding.Active, Municipality = "LT-57", Competence = ["LT"], At = Morning });
        await Tell(InForce(1));
        _asked = await Person();
    }

    public async ValueTask DisposeAsync()
    {
        if (_submit is not null) await _submit.DisposeAsync();
        if (_store is not null) await _store.DisposeAsync();
        await _server.DropDatabaseAsync(_name, CancellationToken.None);
        File.Delete(Path.Combine(Path.GetTempPath(), _name));
    }

    [Fact]
    public async Task Ended_WithStop_NothingGoesFromTheDayAfter()
    {
        var running = await Submitted();
        await Tell(Ended(2, TerminationEffect.Stop, null));
        await Expect(running, LastDay, null);
        await Expect(running, LastDay.AddDays(1), "TLT-REF-0406");
        await RefusedOnRecord(running, "memorandum:memo");
    }

    [Fact]
    public async Task Ended_WithFinish_WhatWasSubmittedInTimeIsFinished_AndNothingNewBegins()
    {
        var running = await Submitted();
        await Tell(Ended(2, TerminationEffect.Finish, LastDay.AddDays(10)));
        foreach (var day in (int[])[0, 1, 10]) await Expect(running, LastDay.AddDays(day), null, submit: day == 0 ? null : "TLT-REF-0406");
        await Expect(running, LastDay.AddDays(11), "TLT-REF-0406");

        // It is accepted in the time left; the help begins in the time left.
        _time.Now = At(LastDay.AddDays(9));
        Assert.Null((await Accept(running)).Error);
        _time.Now = At(LastDay.AddDays(11));
        Assert.Equal("TLT-REF-0406", (await StartService.Handle(running, Of(Fixed.Recipient), New(), _bell, _calendar, _time, Cancelled)).Error!.Code);
        // What ends it stays open.
        Assert.Null((await CompleteReferral.Handle(running, new CompleteReferral.Request { Outcome = Outcome.NoLongerNeeded }, Of(Fixed.Recipient), New(), _bell, _time, Cancelled)).Error);
    }

    [Fact]
    public async Task Ended_BackTo_BeforeTheReferral_FinishDoesNotReachIt()
    {
        _time.Now = At(LastDay.AddDays(2));
        var running = await Submitted();
        await Tell(Ended(2, TerminationEffect.Finish, LastDay.AddDays(10)));
        await Expect(running, LastDay.AddDays(2), "TLT-REF-0406");
    }

    [Fact]
    public async Task Suspended_NothingGoes_UntilItIsResumed()
    {
        var running = await Submitted();
        await Tell(InForce(2) with { DataClasses = [], Purposes = [], Needs = [], Suspensions = [new() { By = Fixed.Sender, Reason = SuspensionReason.DataBreach, From = LastDay, At = Morning }] });
        await Expect(running, LastDay.AddDays(-1), null);
        await Expect(running, LastDay, "TLT-REF-0407");
        await RefusedOnRecord(running, "memorandum:memo");
        // Another that covers it is enough: memoranda add up.
        await Tell(InForce(1) with { Memorandum = MemorandumId.From("other") });
        await Expect(running, LastDay, null);
        await Tell(Ended(2, TerminationEffect.Stop, null) with { Memorandum = MemorandumId.From("other"), ValidTo = LastDay.AddDays(-1) });
        await Expect(running, LastDay, "TLT-REF-0407");
        // One agency's suspension overrides all.
        await Tell(InForce(3));
        await Expect(running, LastDay, null);
        await Tell(new AgencyChanged { Agency = Fixed.Sender, Version = 2, Type = AgencyType.Ngo, Standing = AgencyStanding.Suspended, Municipality = "LT-57", Competence = ["LT"], At = Morning });
        await Expect(running, LastDay, "TLT-REF-0403");
    }

    [Fact]
    public async Task SuspendedAfterTheEnd_FinishingWaitsToo()
    {
        var running = await Submitted();
        await Tell(Ended(3, TerminationEffect.Finish, LastDay.AddDays(10)) with { Suspensions = [new() { By = Fixed.Recipient, Reason = SuspensionReason.LegalGrounds, From = LastDay.AddDays(2), At = Morning }] });
        await Tell(Ended(2, TerminationEffect.Finish, LastDay.AddDays(10)));
        await Expect(running, LastDay.AddDays(1), null, submit: "TLT-REF-0406");
        await Expect(running, LastDay.AddDays(2), "TLT-REF-0407", submit: "TLT-REF-0406");
    }

    [Fact]
    public async Task AMessageOfBeforeThereWereClauses_CountsByItsLists()
    {
        await Tell(InForce(2) with { Clauses = null });
        var running = await Submitted();
        await Expect(running, LastDay, null);
        // A process of before writes a newer version and leaves the state of the older one behind.
        await using var command = _store.CreateCommand("UPDATE memoranda SET version = 3, purposes = '{}', data_classes = '{}'");
        await command.ExecuteNonQueryAsync(Cancelled);
        await Expect(running, LastDay, "TLT-REF-0401");
    }

    private static MemorandumInForce InForce(int version) => new()
    {
        Memorandum = Memorandum, Version = version, Parties = [Fixed.Recipient, Fixed.Sender], DataClasses = [DataClass.Needs], Purposes = [Purpose.Assistance], Needs = [],
        ValidFrom = new(2026, 1, 1), ValidTo = null, At = Morning, Clauses = Agreement.Whole([DataClass.Needs], [Purpose.Assistance], []), AtEnd = TerminationEffect.Finish,
    };

    private static MemorandumEnded Ended(int version, TerminationEffect effect, DateOnly? until) => new()
    {
        Memorandum = Memorandum, Version = version, Parties = [Fixed.Recipient, Fixed.Sender], DataClasses = [DataClass.Needs], Purposes = [Purpose.Assistance], Needs = [],
        ValidFrom = new(2026, 1, 1), ValidTo = LastDay, At = Morning, Clauses = Agreement.Whole([DataClass.Needs], [Purpose.Assistance], []), AtEnd = effect, FinishUntil = until,
    };

    /// <summary>On that day the dossier is read, or refused with this code; and so is a referral that is new then, unless it has a code of its own.</summary>
    private async Task Expect(ReferralId running, DateOnly day, string? code, string? submit = null)
    {
        _time.Now = At(day);
        var read = await ReadDossier.Handle(running, Of(Fixed.Recipient), New(), _seal, _calendar, _time, Cancelled);
        Assert.Equal(code, read.Error?.Code);
        if (code is null) Assert.Equal([DataClass.Needs], read.Value.Given.Keys);
        if (code is not null) Assert.Equal(code, (await Accept(running)).Error?.Code);
        Assert.Equal(submit ?? code, (await Submit(_asked)).Error?.Code);
    }

    private async Task RefusedOnRecord(ReferralId referral, string rule)
    {
        var recorded = await New().Decisions.AsNoTracking().Where(d => d.Referral == referral && !d.Allowed).Select(d => d.Action + " " + d.Rule).Distinct().ToListAsync(Cancelled);
        Assert.Equal([$"accept {rule}", $"read-dossier {rule}"], recorded.Order(StringComparer.Ordinal));
    }

    private Task<Result<ReferralView>> Accept(ReferralId referral) => AcceptReferral.Handle(referral, Of(Fixed.Recipient), New(), _bell, _calendar, _time, Cancelled);

    private async Task<ReferralId> Submitted() => (await Submit(await Person())).Value.ReferralId;

    private Task<Result<SubmitReferral.Answer>> Submit(SubjectRef subject)
    {
        Assert.True(IdempotencyKey.TryParse(Guid.CreateVersion7(_time.Now).ToString(), out var key));
        return _submit.Run(new() { Subject = subject, To = Fixed.Recipient, Need = Need.Shelter, Purpose = Purpose.Assistance, Urgency = Urgency.Normal }, Of(Fixed.Sender), key);
    }

    /// <summary>A person of the sender's who agreed to it, with one part of a dossier.</summary>
    private async Task<SubjectRef> Person()
    {
        await using var db = New();
        var subject = new Subject { Ref = new(Guid.CreateVersion7(_time.Now)), Owner = Fixed.Sender, AgeBand = AgeBand.Unknown, Municipality = null, OpenedAt = _time.Now };
        db.Add(subject);
        await db.SaveChangesAsync(Cancelled);
        db.Add(new Consent
        {
            Id = new(Guid.CreateVersion7(_time.Now)), Subject = subject.Ref, RecordedBy = Fixed.Sender, Purposes = [Purpose.Assistance], DataClasses = Enum.GetValues<DataClass>(), Recipients = [Fixed.Recipient],
            RecipientTypes = [], Form = ConsentForm.Oral, Language = "lt", Interpreter = false, GivenOn = new(2026, 1, 1), ExpiresOn = null, RecordedAt = _time.Now,
        });
        await db.SaveChangesAsync(Cancelled);
        Assert.Null((await WritePart.Handle(subject.Ref, nameof(DataClass.Needs), new() { Fields = new() { ["prs_PrimaryLanguage"] = "lt" } }, Of(Fixed.Sender), New(), _seal, _time, Cancelled)).Error);
        return subject.Ref;
    }

    private async Task Tell<T>(T message) where T : class
    {
        await using var connection = await _store.OpenConnectionAsync(Cancelled);
        await using var transaction = await connection.BeginTransactionAsync(Cancelled);
        await ((IHandler<T>)(object)new TakeDirectory()).Handle([new(Guid.CreateVersion7(_time.Now), message, null)], new GroupScope(connection, transaction, _time), Cancelled);
        await transaction.CommitAsync(Cancelled);
    }

    private ReferralStore New() => new(new DbContextOptionsBuilder<ReferralStore>().UseNpgsql(_store).Options);

    private static Caller Of(AgencyId agency) => new() { Agency = agency, Client = agency + "-system", Roles = [Roles.Agency] };

    private static DateTimeOffset At(DateOnly day) => new(day, new TimeOnly(10, 0), TimeSpan.Zero);

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
