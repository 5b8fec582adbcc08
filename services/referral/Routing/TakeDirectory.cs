using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Problems;

namespace Tiltas.Referral.Routing;

/// <summary>
/// Keeps what this service needs of the directory. Every event carries the whole state and a version, so an older one never
/// overwrites a newer one and the end is the same in any order of arrival.
/// </summary>
internal sealed class TakeDirectory :
    IHandler<AgencyRegistered>, IHandler<AgencyChanged>, IHandler<ServiceOffered>, IHandler<ServiceWithdrawn>, IHandler<MemorandumInForce>, IHandler<MemorandumEnded>
{
    public Task Handle(IReadOnlyList<Delivery<AgencyRegistered>> messages, GroupScope scope, CancellationToken stop) =>
        TakeAgencies(messages.Select(d => new KnownAgency { Agency = d.Message.Agency, Version = d.Message.Version, Type = d.Message.Type, Standing = d.Message.Standing }), scope, stop);

    public Task Handle(IReadOnlyList<Delivery<AgencyChanged>> messages, GroupScope scope, CancellationToken stop) =>
        TakeAgencies(messages.Select(d => new KnownAgency { Agency = d.Message.Agency, Version = d.Message.Version, Type = d.Message.Type, Standing = d.Message.Standing }), scope, stop);

    public Task Handle(IReadOnlyList<Delivery<ServiceOffered>> messages, GroupScope scope, CancellationToken stop) =>
        TakeServices(messages.Select(d => new KnownService { Service = d.Message.Service, Version = d.Message.Version, Agency = d.Message.Agency, Need = d.Message.Need, Areas = d.Message.Areas, Withdrawn = false }), scope, stop);

    public Task Handle(IReadOnlyList<Delivery<ServiceWithdrawn>> messages, GroupScope scope, CancellationToken stop) =>
        TakeServices(messages.Select(d => new KnownService { Service = d.Message.Service, Version = d.Message.Version, Agency = d.Message.Agency, Need = d.Message.Need, Areas = d.Message.Areas, Withdrawn = true }), scope, stop);

    public Task Handle(IReadOnlyList<Delivery<MemorandumInForce>> messages, GroupScope scope, CancellationToken stop) =>
        TakeMemoranda(messages.Select(d => Of(d.Message.DataClasses, d.Message.Purposes, d.Message.Needs, Agreement.Of(d.Message))), scope, stop);

    public Task Handle(IReadOnlyList<Delivery<MemorandumEnded>> messages, GroupScope scope, CancellationToken stop) =>
        TakeMemoranda(messages.Select(d => Of(d.Message.DataClasses, d.Message.Purposes, d.Message.Needs, Agreement.Of(d.Message))), scope, stop);

    private static async Task TakeAgencies(IEnumerable<KnownAgency> agencies, GroupScope scope, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(scope.Connection);
        foreach (var agency in agencies.OrderBy(a => a.Agency.Value, StringComparer.Ordinal))
            batch.BatchCommands.Add(new("""
                INSERT INTO agencies AS a (agency, version, type, standing) VALUES ($1, $2, $3, $4)
                ON CONFLICT (agency) DO UPDATE SET version = EXCLUDED.version, type = EXCLUDED.type, standing = EXCLUDED.standing WHERE a.version < EXCLUDED.version
                """)
            {
                Parameters = { P(agency.Agency.Value), P(agency.Version), P(agency.Type.ToString()), P(agency.Standing.ToString()) },
            });
        await batch.ExecuteNonQueryAsync(stop);
    }

    private static async Task TakeServices(IEnumerable<KnownService> services, GroupScope scope, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(scope.Connection);
        foreach (var service in services.OrderBy(s => s.Service.Value, StringComparer.Ordinal))
            batch.BatchCommands.Add(new("""
                INSERT INTO services AS s (service, version, agency, need, areas, withdrawn) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (service) DO UPDATE SET version = EXCLUDED.version, agency = EXCLUDED.agency, need = EXCLUDED.need, areas = EXCLUDED.areas,
                    withdrawn = EXCLUDED.withdrawn WHERE s.version < EXCLUDED.version
                """)
            {
                Parameters = { P(service.Service.Value), P(service.Version), P(service.Agency.Value), P(service.Need.ToString()), P(service.Areas), P(service.Withdrawn) },
            });
        await batch.ExecuteNonQueryAsync(stop);
    }

    private static KnownMemorandum Of(DataClass[] dataClasses, Purpose[] purposes, Need[] needs, Agreement agreement) => new()
    {
        Memorandum = agreement.Memorandum, Version = agreement.Version, Parties = agreement.Parties, DataClasses = dataClasses, Purposes = purposes, Needs = needs,
        ValidFrom = agreement.ValidFrom, ValidTo = agreement.ValidTo, Agreement = JsonSerializer.Serialize(agreement, TiltasJson.Messages),
    };

    private static async Task TakeMemoranda(IEnumerable<KnownMemorandum> memoranda, GroupScope scope, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(scope.Connection);
        foreach (var m in memoranda.OrderBy(m => m.Memorandum.Value, StringComparer.Ordinal))
            batch.BatchCommands.Add(new("""
                INSERT INTO memoranda AS m (memorandum, version, parties, data_classes, purposes, needs, valid_from, valid_to, agreement) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                ON CONFLICT (memorandum) DO UPDATE SET version = EXCLUDED.version, parties = EXCLUDED.parties, data_classes = EXCLUDED.data_classes, purposes = EXCLUDED.purposes,
                    needs = EXCLUDED.needs, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to, agreement = EXCLUDED.agreement WHERE m.version < EXCLUDED.version
                """)
            {
                Parameters =
                {
                    P(m.Memorandum.Value), P(m.Version), P(Array.ConvertAll(m.Parties, p => p.Value)), P(Array.ConvertAll(m.DataClasses, c => c.ToString())),
                    P(Array.ConvertAll(m.Purposes, p => p.ToString())), P(Array.ConvertAll(m.Needs, n => n.ToString())), P(m.ValidFrom),
                    new() { Value = m.ValidTo is { } to ? to : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date },
                    new() { Value = m.Agreement!, NpgsqlDbType = NpgsqlDbType.Jsonb },
                },
            });
        await batch.ExecuteNonQueryAsync(stop);
    }

    private static NpgsqlParameter P(object value) => new() { Value = value };
}
