using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Capacity;
using Tiltas.Directory.Clients;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Memoranda;
using Tiltas.Directory.Services;
using Tiltas.Directory.Staff;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.History;

/// <summary>Finds in what is about to be saved which fields of which records change.</summary>
internal static class Recorder
{
    // Changed with every change and no news in itself, or worked out from the rest.
    private static readonly HashSet<string> Silent = ["Version", "ChangedAt", "UpdatedAt", "HsdsId", "Search"];
    private static readonly HashSet<string> Endings = [nameof(Service.WithdrawnAt), nameof(ApiClient.RemovedAt), nameof(StaffMember.EndedAt), nameof(Memorandum.EndedOn)];

    public static IEnumerable<HistoryEntry> Find(ChangeTracker tracker, Caller by, DateTimeOffset at)
    {
        foreach (var entry in tracker.Entries())
        {
            if (Describe(entry.Entity, tracker) is not var (kind, record, agencies)) continue;
            foreach (var (change, field, previous, replacement) in Changes(entry))
            foreach (var agency in agencies)
            {
                yield return new HistoryEntry
                {
                    Id = Guid.CreateVersion7(at), At = at, Agency = agency, Kind = kind, Record = record, Change = change, Field = field,
                    Previous = previous, Replacement = replacement, ByAgency = by.Agency.Value, ByClient = by.Client,
                };
            }
        }
    }

    /// <summary>True when a record is about to change.</summary>
    public static bool IsNeeded(ChangeTracker tracker) => tracker.Entries().Any(entry => IsKept(entry.Entity) && Changes(entry).Any());

    private static bool IsKept(object entity) => entity is Agency or Service or Location or ServiceCapacity or Memorandum or ApiClient or StaffMember;

    private static (RecordKind, string, string[])? Describe(object entity, ChangeTracker tracker) => entity switch
    {
        Agency agency => (RecordKind.Organization, agency.Id.Value, [agency.Id.Value]),
        Service service => (RecordKind.Service, service.Id.Value, [service.Agency.Value]),
        Location location => (RecordKind.Location, location.Id.Value, [location.Agency.Value]),
        ServiceCapacity capacity => (RecordKind.Capacity, capacity.Service.Value, [tracker.Context.Set<Service>().Local.Single(service => service.Id == capacity.Service).Agency.Value]),
        // It is its parties' together: each finds it in its own history.
        Memorandum memorandum => (RecordKind.Memorandum, memorandum.Id.Value, [.. memorandum.Parties.Select(party => party.Value)]),
        ApiClient client => (RecordKind.Client, client.Id, [client.Agency.Value]),
        StaffMember member => (RecordKind.Staff, member.Id, [member.Agency.Value]),
        _ => null,
    };

    private static IEnumerable<(ChangeKind Change, string Field, string? Previous, string? Replacement)> Changes(EntityEntry entry)
    {
        if (entry.State == EntityState.Added)
        {
            yield return (ChangeKind.Create, "*", null, Text(entry.Entity));
            yield break;
        }
        if (entry.State != EntityState.Modified) yield break;
        foreach (var property in entry.Properties)
        {
            var name = property.Metadata.Name;
            if (!property.IsModified || Silent.Contains(name)) continue;
            if (property.Metadata.GetValueComparer().Equals(property.OriginalValue, property.CurrentValue)) continue;
            var ends = Endings.Contains(name) && property.CurrentValue is not null || property.CurrentValue is Contracts.Codes.AgencyStanding.Removed;
            var isSecret = name == nameof(ApiClient.SecretHash);
            yield return (ends ? ChangeKind.Delete : ChangeKind.Update, JsonNamingPolicy.CamelCase.ConvertName(name),
                isSecret ? null : Text(property.OriginalValue), isSecret ? null : Text(property.CurrentValue));
        }
    }

    private static string? Text(object? value)
    {
        if (value is null) return null;
        var json = JsonSerializer.SerializeToElement(value, value.GetType(), TiltasJson.Api);
        return json.ValueKind == JsonValueKind.String ? json.GetString() : json.GetRawText();
    }
}
