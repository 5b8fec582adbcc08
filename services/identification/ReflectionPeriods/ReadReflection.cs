using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Statuses;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.ReflectionPeriods;

/// <summary>GET /v1/subjects/{ref}/reflection-period: where the period stands today, how that came, and where its length is written. Never one: version 0 and no state.</summary>
public sealed class ReadReflection(IdentificationStore db, Door door, Calendar calendar, ReflectionRules rules)
{
    public sealed record Period
    {
        public required SubjectRef Subject { get; init; }
        public required ReflectionState? State { get; init; }
        public required int Version { get; init; }
        public required DateOnly? StartedOn { get; init; }
        public required DateOnly? LastDay { get; init; }
        public required int? DaysLeft { get; init; }
        public required DateOnly? EndedOn { get; init; }
        public required ReflectionEnd? EndReason { get; init; }

        /// <summary>Days given altogether.</summary>
        public required int? Days { get; init; }
        public required Step[] History { get; init; }
        public required Rule Rules { get; init; }
    }

    /// <summary>One change. Why a period stands still or grows may be a matter of health or safety: told to the subject's owner and to whoever may decide on it.</summary>
    public sealed record Step(int Version, ReflectionState State, string? Reason, AgencyId? By, DateTimeOffset At);

    /// <summary>The country's rules, with their source.</summary>
    public sealed record Rule(int Version, int Length, int Longest, DataSource Source, string? Illustrative);

    public async Task<Result<Period>> Handle(Caller caller, SubjectRef subject, CancellationToken stop)
    {
        if (await door.Refuses(caller.Agency, subject, stop) is { } refusal) return refusal;

        var rows = await db.Reflections.AsNoTracking().Where(row => row.Subject == subject).OrderBy(row => row.Version).ToListAsync(stop);
        var today = calendar.Today;
        var why = await MayKnowWhy(caller.Agency, subject, stop);
        var period = (rows.LastOrDefault()?.ToPeriod() ?? new ReflectionPeriod.None()).On(today);
        var (running, ended) = (period as ReflectionPeriod.Running, period as ReflectionPeriod.Ended);
        return new Period
        {
            Subject = subject, State = period.State, Version = rows.Count, StartedOn = rows.LastOrDefault()?.StartedOn, LastDay = running?.LastDay,
            DaysLeft = running is not null ? running.LastDay.DayNumber - today.DayNumber : (period as ReflectionPeriod.Paused)?.DaysLeft,
            EndedOn = ended?.EndedOn, EndReason = ended?.Reason, Days = rows.LastOrDefault()?.Days,
            History = [.. rows.Select(row => new Step(row.Version, row.State, why || row.State == ReflectionState.Ended ? row.Reason : null, row.By, row.At))],
            Rules = new Rule(rules.Version, rules.Length, rules.Longest, rules.Source, rules.Illustrative),
        };
    }

    private async Task<bool> MayKnowWhy(AgencyId agency, SubjectRef subject, CancellationToken stop) =>
        await door.Owns(agency, subject, stop)
        || (await door.TypeOf(agency, stop)) is { Error: null, Value: var type } && (rules.MayPause.Contains(type) || rules.MayExtend.Contains(type));

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/subjects/{subject}/reflection-period", async (Caller caller, SubjectRef subject, ReadReflection handler, CancellationToken stop) =>
            (await handler.Handle(caller, subject, stop)).ToHttp(Results.Ok));
}
