using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Agencies;

/// <summary><c>PATCH /v1/agencies/{id}</c>: changes some fields of an agency's record, under the rules of <see cref="RegisterAgency"/>; the others stay as they are.</summary>
internal static class ChangeAgency
{
    public static void Map(IEndpointRouteBuilder agencies) => agencies.MapPatch("/{id}",
        async (string id, JsonElement patch, Caller caller, DirectoryStore db, OutboxBell bell, Country country, TimeProvider time, CancellationToken stop) =>
            RegisterAgency.ToHttp(await Handle(id, current => MergePatch.Apply<Agency, RegisterAgency.Request>(current, patch), caller, db, bell, country, time, stop)))
        .RequireRole(Roles.Registrar, Roles.Administrator);

    /// <param name="id">Which agency.</param>
    /// <param name="change">The request that the record is to become.</param>
    public static async Task<RegisterAgency.Outcome> Handle(
        string id, Func<Agency, RegisterAgency.Request> change, Caller caller, DirectoryStore db, OutboxBell bell, Country country, TimeProvider time, CancellationToken stop)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var found = await OwnAgency.Find(id, caller, db, stop);
        if (found.Error is { } error) return new RegisterAgency.Outcome.Refused(error);
        // Locked before it is read: nobody's change in between is lost.
        var current = await db.Agencies.FromSql($"SELECT * FROM agencies WHERE id = {id} FOR UPDATE").AsNoTracking().SingleAsync(stop);
        var answer = await RegisterAgency.Handle(id, change(current), caller, db, country, time, stop);
        await transaction.CommitAsync(stop);
        bell.Wake();
        return answer;
    }
}
