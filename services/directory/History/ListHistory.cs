using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.History;

/// <summary>
/// <c>GET /v1/agencies/{id}/history?kind=&amp;record=&amp;field=&amp;before=&amp;limit=</c>: what was changed of the agency's records, the newest first, in the
/// members of HSDS <c>metadata</c>. For the agency's administrators and registrars; auditors are shown no locations, which may be hidden.
/// </summary>
internal static class ListHistory
{
    /// <summary>One change, named as in HSDS <c>metadata</c>; <c>resource</c> is the readable identifier.</summary>
    public sealed record Entry
    {
        public required Guid Id { get; init; }
        public required string ResourceType { get; init; }
        public required string Resource { get; init; }
        public required DateTimeOffset LastActionDate { get; init; }
        public required string LastActionType { get; init; }
        public required string FieldName { get; init; }
        public required string? PreviousValue { get; init; }
        public required string? ReplacementValue { get; init; }
        public required string UpdatedBy { get; init; }
    }

    public static void Map(IEndpointRouteBuilder agencies) => agencies.MapGet("/{id}/history", Handle).RequireRole(Roles.Registrar, Roles.Auditor, Roles.Administrator);

    private static async Task<IResult> Handle(
        string id, string? kind, string? record, string? field, string? before, string? limit, Caller caller, DirectoryStore db, CancellationToken stop)
    {
        if (!Filter.TryCode<RecordKind>(kind, out var wanted)) return new ProblemResult(FieldErrors.Filter("kind"));
        foreach (var (name, text) in new[] { (nameof(record), record), (nameof(field), field) })
            if (text is not null && !SafeTextConverter.IsSafe(text)) return new ProblemResult(FieldErrors.Filter(name));
        var most = Page.Usual;
        if (limit is not null && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) && most is >= 1 and <= Page.Most)) return new ProblemResult(FieldErrors.Limit);
        var number = 0L;
        if (before is not null && !long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out number)) return new ProblemResult(FieldErrors.Before);
        return (await Find(id, new(wanted, record, field, before is null ? null : number, most), caller, db, stop))
            .ToHttp(found => Results.Ok(new Listing<Entry> { Items = [.. found.Items.Select(Shown)], Next = found.Next }));
    }

    /// <summary>Which entries are asked for; older ones than <paramref name="Before"/>.</summary>
    public sealed record Wanted(RecordKind? Kind, string? Record, string? Field, long? Before, int Limit);

    public static async Task<Result<Listing<HistoryEntry>>> Find(string id, Wanted wanted, Caller caller, DirectoryStore db, CancellationToken stop)
    {
        var owner = await OwnAgency.ToRead(id, caller, db, stop);
        if (owner.Error is { } error) return error;

        var entries = db.History.AsNoTracking().Where(entry => entry.Agency == id);
        if (!caller.Has(Roles.Registrar) && !(caller.Has(Roles.Administrator) && caller.Agency == owner.Value.Id)) entries = entries.Where(entry => entry.Kind != RecordKind.Location);
        if (wanted.Kind is { } kind) entries = entries.Where(entry => entry.Kind == kind);
        if (wanted.Record is { } record) entries = entries.Where(entry => entry.Record == record);
        if (wanted.Field is { } field) entries = entries.Where(entry => entry.Field == field);
        if (wanted.Before is { } before) entries = entries.Where(entry => entry.Number < before);
        var found = await entries.OrderByDescending(entry => entry.Number).Take(wanted.Limit + 1).ToListAsync(stop);
        return new Listing<HistoryEntry>
        {
            Items = [.. found.Take(wanted.Limit)],
            Next = found.Count > wanted.Limit ? found[wanted.Limit - 1].Number.ToString(CultureInfo.InvariantCulture) : null,
        };
    }

    private static Entry Shown(HistoryEntry entry) => new()
    {
        Id = entry.Id, ResourceType = NameOf(entry.Kind), Resource = entry.Record, LastActionDate = entry.At, LastActionType = NameOf(entry.Change),
        FieldName = entry.Field, PreviousValue = entry.Previous, ReplacementValue = entry.Replacement, UpdatedBy = entry.ByClient,
    };

    /// <summary>As HSDS names the kind.</summary>
    public static string NameOf(RecordKind kind) => kind switch
    {
        RecordKind.Organization => "organization",
        RecordKind.Service => "service",
        RecordKind.Location => "location",
        RecordKind.Capacity => "service_capacity",
        RecordKind.Memorandum => "memorandum",
        RecordKind.Client => "client",
        RecordKind.Staff => "staff",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>As HSDS names the action.</summary>
    public static string NameOf(ChangeKind change) => change switch
    {
        ChangeKind.Create => "create",
        ChangeKind.Update => "update",
        ChangeKind.Delete => "delete",
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };
}
