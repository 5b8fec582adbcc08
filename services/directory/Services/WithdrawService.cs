using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Services;

/// <summary><c>DELETE /v1/services/{id}</c>: the service is no longer on offer. Its record stays readable. A second time changes nothing.</summary>
internal static class WithdrawService
{
    public abstract record Outcome
    {
        private Outcome() { }

        public sealed record Withdrawn(Service Service) : Outcome;
        public sealed record Unchanged(Service Service) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder services) => services.MapDelete("/{id}",
        async (string id, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop) => (await Handle(id, caller, db, time, stop)).ToHttp(Results.Ok))
        .RequireRole(Roles.Registrar, Roles.Agency, Roles.Administrator);

    public static async Task<Result<Service>> Handle(string id, Caller caller, DirectoryStore db, TimeProvider time, CancellationToken stop)
    {
        if (!Slug.TryParse<ServiceId>(id, out var wanted)) return ServiceErrors.NotFound;
        var current = await db.Services.SingleOrDefaultAsync(service => service.Id == wanted, stop);
        switch (Decide(current, caller, time.Moment()))
        {
            case Outcome.Withdrawn { Service: var service }:
                db.Entry(current!).CurrentValues.SetValues(service);
                db.Publish(new ServiceWithdrawn
                {
                    Service = service.Id, Version = service.Version, Agency = service.Agency, Need = service.Need, Areas = service.Areas, At = service.ChangedAt,
                }, time);
                await db.Save(caller, time, stop);
                return service;
            case Outcome.Unchanged unchanged: return unchanged.Service;
            case Outcome.Refused refused: return refused.Error;
            default: throw new UnreachableException();
        }
    }

    public static Outcome Decide(Service? current, Caller caller, DateTimeOffset now)
    {
        if (current is null) return new Outcome.Refused(ServiceErrors.NotFound);
        if (!OfferService.MayWrite(caller, current.Agency)) return new Outcome.Refused(ServiceErrors.NotYours);
        return current.WithdrawnAt is null
            ? new Outcome.Withdrawn(current with { Version = current.Version + 1, ChangedAt = now, WithdrawnAt = now })
            : new Outcome.Unchanged(current);
    }
}
