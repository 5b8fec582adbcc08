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
    public static void Map(IEndpointRouteBuilder agencies) => agencies.MapPatch("/{id}", Handle).RequireRole(Roles.Registrar, Roles.Administrator);

    public static async Task<IResult> Handle(string id, JsonElement patch, Caller caller, DirectoryStore db, OutboxBell bell, Country country, TimeProvider time, CancellationToken stop)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var found = await OwnAgency.Find(id, caller, db, stop);
        if (found.Error is { } error) return new ProblemResult(error);
        // Locked before it is read: nobody's change in between is lost.
        var current = await db.Agencies.FromSql($"SELECT * FROM agencies WHERE id = {id} FOR UPDATE").AsNoTracking().SingleAsync(stop);
        var answer = await RegisterAgency.Handle(id, MergePatch.Apply<Agency, RegisterAgency.Request>(current, patch), caller, db, country, time, stop);
        await transaction.CommitAsync(stop);
        bell.Wake();
        return answer;
    }
}
