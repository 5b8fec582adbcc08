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

        public sealed record Entered(StaffMember Member) : Outcome;
        public sealed record Changed(StaffMember Member) : Outcome;
        public sealed record Unchanged(StaffMember Member) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder staff) => staff.MapPut("/{member}",
        async (string id, string member, Request request, Caller caller, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop) =>
            await Handle(id, member, request, caller, db, country, time, stop) switch
            {
                Outcome.Entered entered => Results.Created($"/v1/agencies/{id}/staff/{member}", entered.Member),
                Outcome.Changed changed => Results.Ok(changed.Member),
                Outcome.Unchanged unchanged => Results.Ok(unchanged.Member),
                Outcome.Refused refused => new ProblemResult(refused.Error),
                _ => throw new UnreachableException(),
            });

    public static async Task<Outcome> Handle(
        string id, string member, Request request, Caller caller, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop)
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
