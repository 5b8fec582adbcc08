using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.History;

namespace Tiltas.Directory.OpenReferral;

/// <summary>
/// A record's changes as HSDS <c>metadata</c>, the newest first; for those who keep the record alone. What an agency took back (a telephone,
/// an address) would else stay readable to everybody.
/// </summary>
internal static class Metadata
{
    private const int Most = 100;

    /// <summary>Null for everybody else.</summary>
    public static async Task<IReadOnlyList<MetadataDocument>?> Of(Desk desk, RecordKind kind, string record, AgencyId agency, Guid id, CancellationToken stop)
    {
        if (!desk.Viewer.KeepsRecordOf(agency)) return null;
        var entries = await desk.Db.History.AsNoTracking().Where(entry => entry.Kind == kind && entry.Record == record).OrderByDescending(entry => entry.Number).Take(Most).ToListAsync(stop);
        return [.. entries.Select(entry => new MetadataDocument
        {
            Id = entry.Id, ResourceId = id, ResourceType = ListHistory.NameOf(kind), LastActionDate = entry.At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            LastActionType = ListHistory.NameOf(entry.Change), FieldName = entry.Field, PreviousValue = entry.Previous ?? "", ReplacementValue = entry.Replacement ?? "", UpdatedBy = entry.ByClient,
        })];
    }
}
