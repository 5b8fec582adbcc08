using Microsoft.EntityFrameworkCore;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Services;

/// <summary>Whether somebody made sure lately that a service's record is true.</summary>
internal enum AssuranceState { Never, Current, Overdue }

/// <summary>The rules of assuring a record. For how long an assurance holds is country data.</summary>
internal static class Assurance
{
    /// <summary>Overdue from the day after the period has passed.</summary>
    public static AssuranceState StateOf(DateOnly? assuredOn, DateOnly today, int days) =>
        assuredOn is not { } day ? AssuranceState.Never : day < Oldest(today, days) ? AssuranceState.Overdue : AssuranceState.Current;

    /// <summary>The first day whose assurance still holds.</summary>
    public static DateOnly Oldest(DateOnly today, int days) => today.AddDays(-days);

    /// <summary>What is wrong with an assurance that this record brings and the one before it did not have.</summary>
    public static async Task<Error?> Refuses(Service? current, Service wanted, Caller caller, DateOnly today, DirectoryStore db, CancellationToken stop)
    {
        if (Decide(current?.Profile, wanted.Profile, caller, today) is { } error) return error;
        return wanted.Profile?.AssuredBy is not { } by || await db.Agencies.AnyAsync(agency => agency.Id == by, stop) ? null : ServiceErrors.NoSuchAssurer;
    }

    /// <summary>An agency may keep what others assured, and add what it assured itself.</summary>
    public static Error? Decide(ServiceProfile? current, ServiceProfile? wanted, Caller caller, DateOnly today)
    {
        if (wanted?.AssuredBy is not { } by || (wanted.AssuredOn, wanted.AssuredBy) == (current?.AssuredOn, current?.AssuredBy)) return null;
        if (wanted.AssuredOn > today) return ServiceErrors.AssuredInFuture;
        return by == caller.Agency || caller.Has(Roles.Registrar) ? null : ServiceErrors.NotYourAssurance;
    }
}
