using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Tiltas.Directory.Storage;
using Tiltas.Hosting.Health;
using Tiltas.Hosting.Passports;

namespace Tiltas.Directory.Clients;

/// <summary>
/// <c>GET /clients</c> on the inside port, for the gateway alone: every client that may sign in, in the form of its clients file. Those of an agency that was
/// removed may not. With <c>If-None-Match</c> it costs one row to learn that nothing changed.
/// </summary>
internal static class ListForGateway
{
    public sealed record Answer(IReadOnlyList<Line> Clients);

    public sealed record Line(string ClientId, string Agency, string[] Roles, string? SecretHash, string[] Certificates);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/clients", Handle).RequireRole(Roles.Gateway).OnInsidePort();

    private static async Task<IResult> Handle(HttpContext http, DirectoryStore db, CancellationToken stop)
    {
        // Read first: what changes between the two is told again with the next revision.
        var revision = await db.Database.SqlQuery<long>($"""SELECT revision AS "Value" FROM client_list""").SingleAsync(stop);
        var tag = new EntityTagHeaderValue($"\"{revision}\"");
        http.Response.GetTypedHeaders().ETag = tag;
        http.Response.Headers.CacheControl = "no-store";
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: true))) return Results.StatusCode(StatusCodes.Status304NotModified);

        var clients = await db.Clients.FromSql($"""
            SELECT c.* FROM api_clients c JOIN agencies a ON a.id = c.agency
            WHERE c.removed_at IS NULL AND a.standing <> 'Removed' AND (c.secret_hash IS NOT NULL OR cardinality(c.certificates) > 0)
            """).AsNoTracking().OrderBy(client => client.Id).ToListAsync(stop);
        return Results.Ok(new Answer([.. clients.Select(client => new Line(client.Id, client.Agency.Value, client.Roles, client.SecretHash, client.Certificates))]));
    }
}
