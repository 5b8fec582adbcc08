using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Clients;

/// <summary>
/// <c>POST /v1/agencies/{id}/clients/{client}/secret</c>: makes a new secret, shows it this once and keeps its hash. The former one, and
/// whatever was signed in with it, ends within seconds; who must not pause gives a second client before.
/// </summary>
internal static class NewSecret
{
    /// <summary>The secret is 32 random bytes, in base64url.</summary>
    public sealed record Answer(string ClientId, string ClientSecret, DateTimeOffset SecretSince);

    // A hash keeps a processor busy for a good part of a second.
    private static readonly SemaphoreSlim OneAtATime = new(1);

    public static void Map(IEndpointRouteBuilder clients) => clients.MapPost("/{client}/secret",
        async (string id, string client, Caller caller, DirectoryStore db, TimeProvider time, HttpContext http, CancellationToken stop) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            return (await Handle(id, client, caller, db, time, stop)).ToHttp(Results.Ok);
        });

    public static async Task<Result<Answer>> Handle(string id, string client, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        var owner = await OwnAgency.ToChange(id, caller, db, stop);
        if (owner.Error is { } error) return error;
        if (await db.Clients.SingleOrDefaultAsync(one => one.Id == client && one.Agency == owner.Value.Id, stop) is not { } current) return ClientErrors.NotFound;
        if (current.RemovedAt is not null) return ClientErrors.Removed;
        // Whoever may not give a role may not take it over either.
        if (!caller.Has(Roles.Registrar) && PutClient.IsOfNetwork(current.Roles)) return ClientErrors.RegistrarsRole;

        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var (hash, now) = (await Hash(secret, stop), time.Moment());
        db.Entry(current).CurrentValues.SetValues(current with { Version = current.Version + 1, SecretHash = hash, SecretSince = now, ChangedAt = now });
        await db.Save(caller, time, stop);
        return new Answer(client, secret, now);
    }

    private static async Task<string> Hash(string secret, CancellationToken stop)
    {
        await OneAtATime.WaitAsync(stop);
        try
        {
            return SecretHash.Of(secret).ToKeptForm();
        }
        finally
        {
            OneAtATime.Release();
        }
    }
}
