using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Staff;

/// <summary><c>PUT /v1/agencies/{id}/staff/{member}</c>: says what a member of staff may do, or takes one back whose part had ended.</summary>
internal static class PutStaff
{
    public sealed record Request
    {
        public StaffRole[]? Roles { get; init; }
    }

    public abstract record Outcome
    {
        private Outcome() { }

        /// <summary>The record as it is now, or what stands against it.</summary>
        public Result<StaffMember> Record => this switch
        {
            Entered one => one.Member,
            Changed one => one.Member,
            Unchanged one => one.Member,
            Refused refused => refused.Error,
            _ => throw new UnreachableException(),
        };

        public sealed record Entered(StaffMember Member) : Outcome;
        public sealed record Changed(StaffMember Member) : Outcome;
        public sealed record Unchanged(StaffMember Member) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder staff) => staff.MapPut("/{member}",
        async (string id, string member, Request request, Caller caller, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop) =>
        {
            var outcome = await Handle(id, member, request, true, caller, db, country, time, stop);
            return outcome.Record.ToHttp(record => outcome is Outcome.Entered ? Results.Created($"/v1/agencies/{id}/staff/{member}", record) : Results.Ok(record));
        });

    /// <param name="id">Whose staff.</param>
    /// <param name="member">Which account.</param>
    /// <param name="request">What it may do.</param>
    /// <param name="mayEnter">False when it must be there, and its part not have ended.</param>
    public static async Task<Outcome> Handle(
        string id, string member, Request request, bool mayEnter, Caller caller, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop)
    {
        if (!Slug.TryParse<AgencyId>(member, out _)) return new Outcome.Refused(FieldErrors.Id);
        var owner = await OwnAgency.ToChange(id, caller, db, stop);
        if (owner.Error is { } error) return new Outcome.Refused(error);
        var fields = new FieldReader(country);
        var roles = fields.Set(request.Roles, "$.roles", 1, 6);
        if (fields.Error is { } wrong) return new Outcome.Refused(wrong);

        return await FirstPut.Retry(db, async () =>
        {
            var current = await db.Staff.SingleOrDefaultAsync(one => one.Agency == owner.Value.Id && one.Id == member, stop);
            if (!mayEnter && current is not { EndedAt: null }) return new Outcome.Refused(StaffErrors.NotFound);
            var outcome = Decide(current, owner.Value.Id, member, roles, caller, time.Moment());
            switch (outcome)
            {
                case Outcome.Entered { Member: var entered }: db.Add(entered); break;
                case Outcome.Changed { Member: var changed }: db.Entry(current!).CurrentValues.SetValues(changed); break;
                default: return outcome;
            }
            await db.Save(caller, time, stop);
            return outcome;
        });
    }

    public static Outcome Decide(StaffMember? current, AgencyId agency, string id, StaffRole[] roles, Caller caller, DateTimeOffset now)
    {
        var before = current is { EndedAt: null } ? current.Roles : [];
        StaffRole[] changed = [.. roles.Except(before), .. before.Except(roles)];
        if (!caller.Has(Roles.Registrar) && changed.Any(role => role is StaffRole.Registrar or StaffRole.Auditor)) return new Outcome.Refused(StaffErrors.RegistrarsRole);
        if (current is { EndedAt: null } && changed.Length == 0) return new Outcome.Unchanged(current);
        var next = new StaffMember { Id = id, Agency = agency, Version = (current?.Version ?? 0) + 1, Roles = roles, ChangedAt = now, EndedAt = null };
        return current is null ? new Outcome.Entered(next) : new Outcome.Changed(next);
    }
}
