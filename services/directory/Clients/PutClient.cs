using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Clients;

/// <summary>
/// <c>PUT /v1/agencies/{id}/clients/{client}</c>: lets a system of the agency sign in, or changes what it may be and with which certificates
/// it comes. It counts at the gateway within seconds. A secret is given apart from it.
/// </summary>
internal static class PutClient
{
    private const int MostCertificates = 5;

    public sealed record Request
    {
        public string?[]? Roles { get; init; }
        public string?[]? Certificates { get; init; }
    }

    /// <summary>What decides besides the two records.</summary>
    /// <param name="Space">The agency with the longest identifier that the client's begins with: the only one that may use it.</param>
    /// <param name="CertificateTaken">Whether another client comes with one of the wanted certificates.</param>
    public sealed record Facts(AgencyId? Space, bool CertificateTaken);

    public abstract record Outcome
    {
        private Outcome() { }

        /// <summary>The record as it is now, or what stands against it.</summary>
        public Result<ApiClient> Record => this switch
        {
            Entered one => one.Client,
            Changed one => one.Client,
            Unchanged one => one.Client,
            Refused refused => refused.Error,
            _ => throw new UnreachableException(),
        };

        public sealed record Entered(ApiClient Client) : Outcome;
        public sealed record Changed(ApiClient Client) : Outcome;
        public sealed record Unchanged(ApiClient Client) : Outcome;
        public sealed record Refused(Error Error) : Outcome;
    }

    public static void Map(IEndpointRouteBuilder clients) => clients.MapPut("/{client}",
        async (string id, string client, Request request, Caller caller, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop) =>
        {
            var outcome = await Handle(id, client, _ => request, caller, db, country, time, stop);
            return outcome.Record.ToHttp(record => outcome is Outcome.Entered ? Results.Created($"/v1/agencies/{id}/clients/{client}", record) : Results.Ok(record));
        });

    /// <param name="id">Whose client.</param>
    /// <param name="client">Which.</param>
    /// <param name="ask">What it is to become, told what it is now; null when the agency has none of that name.</param>
    public static async Task<Outcome> Handle(
        string id, string client, Func<ApiClient?, Result<Request>> ask, Caller caller, DirectoryStore db, Country country, TimeProvider time, CancellationToken stop)
    {
        if (!Slug.TryParse<AgencyId>(client, out _)) return new Outcome.Refused(FieldErrors.Id);
        var owner = await OwnAgency.ToChange(id, caller, db, stop);
        if (owner.Error is { } error) return new Outcome.Refused(error);

        return await FirstPut.Retry(db, async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(stop);
            // One at a time, so that two clients never get the same certificate.
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtext('api_clients'))", stop);
            var current = await db.Clients.SingleOrDefaultAsync(one => one.Id == client, stop);
            var asked = ask(current?.Agency == owner.Value.Id ? current : null);
            if (asked.Error is { } missing) return new Outcome.Refused(missing);
            var wanted = Read(client, owner.Value.Id, asked.Value, country);
            if (wanted.Error is { } wrong) return new Outcome.Refused(wrong);
            var outcome = Decide(current, wanted.Value, await Know(wanted.Value, db, stop), caller, time.Moment());
            switch (outcome)
            {
                case Outcome.Entered { Client: var entered }: db.Add(entered); break;
                case Outcome.Changed { Client: var changed }: db.Entry(current!).CurrentValues.SetValues(changed); break;
                default: return outcome;
            }
            await db.Save(caller, time, stop);
            await transaction.CommitAsync(stop);
            return outcome;
        });
    }

    public static Result<ApiClient> Read(string id, AgencyId agency, Request request, Country country)
    {
        var fields = new FieldReader(country);
        var client = new ApiClient
        {
            Id = id,
            Agency = agency,
            Version = 0,
            Roles = fields.Entries(request.Roles, "$.roles", 1, 4, Roles.IsForClients, ClientErrors.Role),
            Certificates = fields.Entries(request.Certificates?.Select(one => one?.ToLowerInvariant()).ToArray() ?? [], "$.certificates", 0, MostCertificates, IsFingerprint, ClientErrors.Certificate),
            SecretSince = null,
            ChangedAt = default,
            RemovedAt = null,
        };
        return fields.Error is { } error ? error : client with { Roles = [.. client.Roles.Order(StringComparer.Ordinal)], Certificates = [.. client.Certificates.Order(StringComparer.Ordinal)] };
    }

    public static Outcome Decide(ApiClient? current, ApiClient wanted, Facts facts, Caller caller, DateTimeOffset now)
    {
        if (facts.Space != wanted.Agency || (current is not null && current.Agency != wanted.Agency)) return new Outcome.Refused(ClientErrors.Id);
        if (current?.RemovedAt is not null) return new Outcome.Refused(ClientErrors.Removed);
        var changed = current is null ? wanted.Roles : [.. wanted.Roles.Except(current.Roles), .. current.Roles.Except(wanted.Roles)];
        var sameProof = current is not null && current.Certificates.SequenceEqual(wanted.Certificates);
        // Neither given nor taken away by an administrator; nor does one come in by another certificate in the place of who has it.
        if (!caller.Has(Roles.Registrar) && (IsOfNetwork(changed) || !sameProof && IsOfNetwork(wanted.Roles))) return new Outcome.Refused(ClientErrors.RegistrarsRole);
        if (caller.Client == wanted.Id && changed.Contains(Roles.Administrator)) return new Outcome.Refused(ClientErrors.Itself);
        if (facts.CertificateTaken) return new Outcome.Refused(ClientErrors.CertificateTaken);
        if (current is null) return new Outcome.Entered(wanted with { Version = 1, ChangedAt = now });
        return changed.Length == 0 && sameProof
            ? new Outcome.Unchanged(current)
            : new Outcome.Changed(current with { Version = current.Version + 1, Roles = wanted.Roles, Certificates = wanted.Certificates, ChangedAt = now });
    }

    /// <summary>True when one of the roles is a registrar's to give.</summary>
    public static bool IsOfNetwork(IEnumerable<string> roles) => roles.Any(role => role is not (Roles.Agency or Roles.Administrator));

    private static bool IsFingerprint(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);

    private static async Task<Facts> Know(ApiClient wanted, DirectoryStore db, CancellationToken stop)
    {
        var taken = wanted.Certificates.Length > 0
            && await db.Clients.FromSql($"SELECT * FROM api_clients WHERE certificates && {wanted.Certificates} AND id <> {wanted.Id} AND removed_at IS NULL").AnyAsync(stop);
        return new Facts(await OwnAgency.Space(wanted.Id, db, stop), taken);
    }
}
