using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Tiltas.Directory.OpenReferral;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Exchange.Hsds;

/// <summary>The directory as it is while a file is taken in: each record as its request, and which identifier of HSDS is whose.</summary>
internal sealed class Known
{
    private static readonly string[] Given = ["id", "version", "changedAt", "withdrawnAt"];
    private readonly Dictionary<(RecordKind Kind, string Id), (JsonObject Body, bool InUse)> _records = [];
    private readonly Dictionary<(RecordKind Kind, Guid Uuid), string> _slugs = [];

    public static async Task<Known> Load(DirectoryStore db, CancellationToken stop)
    {
        var known = new Known();
        foreach (var agency in await db.Agencies.AsNoTracking().ToListAsync(stop)) known.Add(RecordKind.Agency, agency.Id.Value, HsdsId.Organization(agency.Id.Value), agency, true);
        foreach (var service in await db.Services.AsNoTracking().ToListAsync(stop)) known.Add(RecordKind.Service, service.Id.Value, HsdsId.Service(service.Id.Value), service, service.WithdrawnAt is null);
        foreach (var location in await db.Locations.AsNoTracking().ToListAsync(stop)) known.Add(RecordKind.Location, location.Id.Value, HsdsId.Location(location.Id.Value), location, location.WithdrawnAt is null);
        return known;
    }

    /// <summary>A copy; null when there is no such record.</summary>
    public JsonObject? Body(RecordKind kind, string id) => _records.TryGetValue((kind, id), out var record) ? record.Body.DeepClone().AsObject() : null;

    public bool IsInUse(RecordKind kind, string id) => _records.TryGetValue((kind, id), out var record) && record.InUse;

    public string? Slug(RecordKind kind, Guid? uuid) => uuid is { } id ? _slugs.GetValueOrDefault((kind, id)) : null;

    private void Add<T>(RecordKind kind, string id, Guid uuid, T record, bool inUse)
    {
        var body = AsRequest(record);
        _records[(kind, id)] = (body, inUse);
        _slugs[(kind, uuid)] = id;
    }

    public static JsonObject AsRequest<T>(T record)
    {
        var body = JsonSerializer.SerializeToNode(record, TiltasJson.Api)!.AsObject();
        foreach (var member in Given) body.Remove(member);
        return body;
    }
}
