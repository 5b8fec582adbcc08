using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using Tiltas.Directory.OpenReferral;

namespace Tiltas.Bench.Directory;

/// <summary>Writes a drawn directory into the service's database, beside the country's records, as the service itself would have written it.</summary>
internal sealed class FilledDirectory(NpgsqlDataSource store)
{
    // No answer may tell when it was filled in.
    private static readonly DateTimeOffset Changed = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset NeverOver = new(2199, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public async Task Fill(DrawnDirectory drawn, CancellationToken stop)
    {
        await using var connection = await store.OpenConnectionAsync(stop);
        await Run(connection, "UPDATE agencies SET changed_at = $1", Changed, stop);
        await Run(connection, "UPDATE services SET changed_at = $1", Changed, stop);
        await Run(connection, "UPDATE locations SET changed_at = $1", Changed, stop);
        await Run(connection, "UPDATE services_shown SET for_all = $1, for_partners = $1, for_owner = $1", Changed, stop);
        await Agencies(connection, drawn, stop);
        await Services(connection, drawn, stop);
        await Locations(connection, drawn, stop);
        await Copy(connection, "memoranda (id, version, parties, data_classes, purposes, needs, clauses, valid_from, valid_to, title, source, changed_at)", drawn.Memoranda, (row, memorandum) =>
        {
            string[] classes = ["Identity", "Needs"];
            row.Text(memorandum.Id).Number(1).Texts(memorandum.Parties).Texts(classes).Texts(memorandum.Purposes).Texts(memorandum.Needs);
            row.Json(new JsonArray(new JsonObject { ["number"] = "1", ["dataClasses"] = Codes(classes), ["purposes"] = Codes(memorandum.Purposes), ["needs"] = Codes(memorandum.Needs) }));
            row.Day(memorandum.From).Day(memorandum.To);
            row.Json(new JsonObject { ["en"] = "Memorandum" }).Json(new JsonObject { ["title"] = "Drawn", ["date"] = "2026-01-01", ["url"] = null }).Moment(Changed);
        }, stop);
        await Run(connection, "VACUUM ANALYZE", null, stop);
        await Run(connection, "CHECKPOINT", null, stop);
    }

    private static async Task Agencies(NpgsqlConnection connection, DrawnDirectory drawn, CancellationToken stop) =>
        await Copy(connection, "agencies (id, version, type, standing, name, municipality, competence, contacts, hours, languages, source, changed_at, hsds_id, search)", drawn.Agencies, (row, agency) =>
            row.Text(agency.Id).Number(1).Text(agency.Type).Text("Active").Json(agency.Name).Text(agency.Municipality).Texts(agency.Competence).Json(agency.Contacts).Text(agency.Hours)
                .Texts(agency.Languages).Json(agency.Source).Moment(Changed).Id(HsdsId.Organization(agency.Id)).Texts(Words(agency.Name, agency.Id)), stop);

    private static async Task Services(NpgsqlConnection connection, DrawnDirectory drawn, CancellationToken stop)
    {
        await Copy(connection, "services (id, version, agency, need, name, areas, hours, languages, profile, source, changed_at, hsds_id, search)", drawn.Services, (row, service) =>
            row.Text(service.Id).Number(1).Text(service.Agency).Text(service.Need).Json(service.Name).Texts(service.Areas).Text(service.Hours).Texts(service.Languages)
                .Json(service.Profile).Json(service.Source).Moment(Changed).Id(HsdsId.Service(service.Id)).Texts(Words(service.Name, service.Id)), stop);
        await Copy(connection, "capacities (service, total, available, updated_at)", drawn.Services.Where(service => service.Places is not null), (row, service) =>
            row.Text(service.Id).Number(service.Places!.Value.Total).Number(service.Places!.Value.Available).Moment(Changed), stop);
        var kept = drawn.Services.SelectMany(service => Enumerable.Range(0, service.Places?.Kept ?? 0).Select(n => (service.Id, service.Agency, Number: n)));
        await Copy(connection, "holds (id, service, agency, taken_at, expires_at)", kept, (row, hold) =>
            row.Id(HsdsId.Of("hold", $"{hold.Id}/{hold.Number}")).Text(hold.Id).Text(hold.Agency).Moment(Changed).Moment(NeverOver), stop);
    }

    private static async Task Locations(NpgsqlConnection connection, DrawnDirectory drawn, CancellationToken stop)
    {
        await Copy(connection, "locations (id, version, agency, type, visibility, name, municipality, address_lines, postal_code, latitude, longitude, front_door, services, changed_at, hsds_id, search)",
            drawn.Locations, (row, location) => row
                .Text(location.Id).Number(1).Text(location.Agency).Text("Physical").Text(location.Visibility).Json(location.Name).Text(location.Municipality).Texts([location.Street])
                .Text(location.PostalCode).Degrees(location.Point?.North).Degrees(location.Point?.East).Json(location.FrontDoor).Texts(location.Services).Moment(Changed)
                .Id(HsdsId.Location(location.Id)).Texts(Words(location.Name, location.Street)), stop);
        var links = drawn.Locations.SelectMany(location => location.Services.Select(service => (Service: service, Location: location))).ToList();
        await Copy(connection, "service_locations (service, location, hsds_id)", links, (row, link) =>
            row.Text(link.Service).Text(link.Location.Id).Id(HsdsId.ServiceAtLocation(link.Service, link.Location.Id)), stop);
        await Copy(connection, "front_doors (service, location, contact)", links.Where(link => link.Location.FrontDoor is not null), (row, link) =>
            row.Text(link.Service).Text(link.Location.Id).Json(link.Location.FrontDoor), stop);
        await Copy(connection, "services_shown (service, for_all, for_partners, for_owner)", links, (row, link) => row.Text(link.Service).Moment(Changed).Moment(Changed).Moment(Changed), stop);
    }

    private static JsonArray Codes(IEnumerable<string> codes) => new([.. codes.Select(code => (JsonNode)code)]);

    private static string[] Words(JsonNode name, string more) => SearchWords.Of(name.AsObject().Select(text => text.Value!.GetValue<string>()).Append(more));

    private static async Task Copy<T>(NpgsqlConnection connection, string into, IEnumerable<T> rows, Action<Row, T> write, CancellationToken stop)
    {
        await using var import = await connection.BeginBinaryImportAsync($"COPY {into} FROM STDIN (FORMAT binary)", stop);
        var row = new Row(import);
        foreach (var one in rows)
        {
            await import.StartRowAsync(stop);
            write(row, one);
        }
        await import.CompleteAsync(stop);
    }

    private static async Task Run(NpgsqlConnection connection, string sql, object? value, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        if (value is not null) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Values of one row in the order of its columns.</summary>
    private sealed class Row(NpgsqlBinaryImporter import)
    {
        public Row Text(string value) => Put(value, NpgsqlDbType.Text);

        public Row Texts(string[] values) => Put(values, NpgsqlDbType.Array | NpgsqlDbType.Text);

        public Row Number(int value) => Put(value, NpgsqlDbType.Integer);

        public Row Degrees(double? value) => value is { } degrees ? Put(degrees, NpgsqlDbType.Double) : Null();

        public Row Id(Guid value) => Put(value, NpgsqlDbType.Uuid);

        public Row Moment(DateTimeOffset value) => Put(value, NpgsqlDbType.TimestampTz);

        public Row Day(DateOnly? value) => value is { } day ? Put(day, NpgsqlDbType.Date) : Null();

        public Row Json(JsonNode? value) => value is null ? Null() : Put(value.ToJsonString(), NpgsqlDbType.Jsonb);

        private Row Put<T>(T value, NpgsqlDbType type)
        {
            import.Write(value, type);
            return this;
        }

        private Row Null()
        {
            import.WriteNull();
            return this;
        }
    }
}
