using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.ReflectionPeriods;

namespace Tiltas.Identification.Storage;

/// <summary>One version of one person's reflection period. Rows are only added; the highest version is the present.</summary>
public sealed record ReflectionRow
{
    public required SubjectRef Subject { get; init; }
    public required int Version { get; init; }
    public required ReflectionState State { get; init; }
    public required DateOnly StartedOn { get; init; }

    /// <summary>Running: the last day. Paused: the day of the pause. Ended: the day of the end.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Paused: days left.</summary>
    public required int? DaysLeft { get; init; }

    /// <summary>Ended: why.</summary>
    public required ReflectionEnd? EndReason { get; init; }

    /// <summary>Days given altogether.</summary>
    public required int Days { get; init; }

    /// <summary>Why it was changed, by the codes of the change.</summary>
    public required string? Reason { get; init; }

    /// <summary>Version of the standing under which the period began.</summary>
    public required int StandingVersion { get; init; }

    /// <summary>Who decided; nobody when it ran out.</summary>
    public required AgencyId? By { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The period this row stands for.</summary>
    public ReflectionPeriod ToPeriod() => State switch
    {
        ReflectionState.Running => new ReflectionPeriod.Running(StartedOn, Day, Days),
        ReflectionState.Paused => new ReflectionPeriod.Paused(StartedOn, Day, DaysLeft!.Value, Days),
        ReflectionState.Ended => new ReflectionPeriod.Ended(StartedOn, Day, EndReason!.Value, Days),
        _ => throw new UnreachableException(),
    };

    /// <summary>The row of a period, to be stored.</summary>
    internal static ReflectionRow Of(ReflectionPeriod period, SubjectRef subject, int version, int standing, string? reason, AgencyId? by, DateTimeOffset at)
    {
        var (started, day, left, end, days) = period switch
        {
            ReflectionPeriod.Running running => (running.StartedOn, running.LastDay, (int?)null, (ReflectionEnd?)null, running.Days),
            ReflectionPeriod.Paused paused => (paused.StartedOn, paused.PausedOn, paused.DaysLeft, null, paused.Days),
            ReflectionPeriod.Ended ended => (ended.StartedOn, ended.EndedOn, null, ended.Reason, ended.Days),
            _ => throw new UnreachableException(),
        };
        return new ReflectionRow
        {
            Subject = subject, Version = version, State = period.State!.Value, StartedOn = started, Day = day, DaysLeft = left, EndReason = end, Days = days,
            Reason = reason, StandingVersion = standing, By = by, At = at,
        };
    }

    internal static void Map(ModelBuilder model) => model.Entity<ReflectionRow>(row =>
    {
        row.ToTable("reflection_periods");
        row.HasKey(r => new { r.Subject, r.Version });
        row.Property(r => r.Subject).HasColumnName("subject");
        row.Property(r => r.Version).HasColumnName("version").ValueGeneratedNever();
        row.Property(r => r.State).HasColumnName("state");
        row.Property(r => r.StartedOn).HasColumnName("started_on");
        row.Property(r => r.Day).HasColumnName("day");
        row.Property(r => r.DaysLeft).HasColumnName("days_left");
        row.Property(r => r.EndReason).HasColumnName("end_reason");
        row.Property(r => r.Days).HasColumnName("days");
        row.Property(r => r.Reason).HasColumnName("reason");
        row.Property(r => r.StandingVersion).HasColumnName("standing_version");
        row.Property(r => r.By).HasColumnName("decided_by");
        row.Property(r => r.At).HasColumnName("at");
    });
}
