using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Services;

namespace Tiltas.Directory.OpenReferral;

/// <summary>The rows that are asked for.</summary>
/// <param name="Order">Puts them in the order of their keys.</param>
/// <param name="Key">A row's key.</param>
/// <param name="After">Those after a key, in no order.</param>
/// <param name="Page">How many there are, and of them, in order, so many after so many. Null: counted and cut from <paramref name="After"/>.</param>
internal sealed record Rows<T>(
    Func<IQueryable<T>, IQueryable<T>> Order, Func<T, string> Key, Func<string, IQueryable<T>> After, Func<long, int, CancellationToken, Task<(int Total, List<T> Page)>>? Page);

/// <summary>
/// What is asked for as conditions of one statement, with what the viewer may not see left out of it: count, pages and rows all come from
/// the same. Rows are told apart and go on by slug.
/// </summary>
internal sealed class Conditions(Desk desk)
{
    private readonly List<string> _all = [];
    private readonly List<NpgsqlParameter> _parameters = [];

    /// <summary>Services of every agency.</summary>
    public static Rows<Service> Services(Desk desk, Asked asked)
    {
        var where = new Conditions(desk);
        where.OfService(asked);
        // Only times need more than the service's own row, whose conditions have an index each.
        var from = asked.ModifiedAfter is null ? "services s" : "services s JOIN agencies a ON a.id = s.agency LEFT JOIN services_shown h ON h.service = s.id";
        if (asked.ModifiedAfter is { } since) where.Add($"greatest(s.changed_at, a.changed_at, {Viewer.Shown}) >= {where.Value(since)}");
        var found = $"SELECT s.id FROM {from}{where.AsWhere}";
        if (asked.Words.Count > 0)
        {
            // Each word by itself off its indexes, then what they have in common: one statement for all would hold all but one against row after row.
            var words = asked.Words.Select(word => $"(s.words @@ {where.Service(word)} OR s.agency = ANY (ARRAY(SELECT f.id FROM agencies f WHERE f.words @@ {where.Lexeme(word)})))").ToList();
            found = string.Join(" INTERSECT ", words.Select(word => $"SELECT s.id FROM {from}{where.And([word])}"));
            foreach (var word in words) where.Add(word);
        }
        var after = $"SELECT s.* FROM {from} WHERE s.id > @last {where.Text}";
        Func<IQueryable<Service>, IQueryable<Service>> order = rows => rows.OrderBy(service => service.Id);
        return new Rows<Service>(
            order, service => service.Id.Value,
            last => desk.Db.Services.FromSqlRaw(after, where.With(("last", last))).AsNoTracking(),
            where.Page(found, ids => desk.Db.Services.FromSql($"SELECT * FROM services WHERE id = ANY ({ids})").AsNoTracking(), order));
    }

    /// <summary>Agencies of every standing.</summary>
    public static Rows<Agency> Organizations(Desk desk, Asked asked)
    {
        var where = new Conditions(desk);
        if (asked.ModifiedAfter is { } since) where.Add($"a.changed_at >= {where.Value(since)}");
        if (asked.Taxonomy is { } taxonomy) where.Add(desk.Taxonomies.All.Any(one => one.Id == taxonomy) ? "true" : "false");
        if (asked.Term is { } id)
            where.Add(desk.Taxonomies.Find(id) switch
            {
                { IsArea: true } area => $"a.competence && {where.Value(desk.Words.Country.Around(area.Code))}",
                { } need => $"a.standing = 'Active' AND EXISTS (SELECT 1 FROM services s WHERE s.agency = a.id AND s.withdrawn_at IS NULL AND s.need = {where.Value(need.Code)})",
                null => "false",
            });
        foreach (var word in asked.Words) where.Add($"a.words @@ {where.Agency(word)}");
        var after = $"SELECT a.* FROM agencies a WHERE a.id > @last {where.Text}";
        Func<IQueryable<Agency>, IQueryable<Agency>> order = rows => rows.OrderBy(agency => agency.Id);
        return new Rows<Agency>(
            order, agency => agency.Id.Value,
            last => desk.Db.Agencies.FromSqlRaw(after, where.With(("last", last))).AsNoTracking(),
            where.Page($"SELECT a.id FROM agencies a{where.AsWhere}", ids => desk.Db.Agencies.FromSql($"SELECT * FROM agencies WHERE id = ANY ({ids})").AsNoTracking(), order));
    }

    /// <summary>Services at the locations that there are for the viewer, while service and agency are active.</summary>
    /// <param name="desk">Who looks, where.</param>
    /// <param name="asked">What for.</param>
    /// <param name="near">Where the postcode lies.</param>
    public static Rows<ServiceLocation> ServicesAtLocations(Desk desk, Asked asked, Place? near)
    {
        var where = new Conditions(desk);
        where.OfService(asked);
        if (asked.ModifiedAfter is { } after) where.Add($"greatest(s.changed_at, a.changed_at, l.changed_at) >= {where.Value(after)}");
        foreach (var word in asked.Words)
        {
            var areas = desk.Words.AreasAround(word);
            where.Add($"(s.words @@ {where.Service(word)} OR a.words @@ {where.Lexeme(word)} OR array_to_tsvector(l.search) @@ {where.Lexeme(word)}{(areas.Length == 0 ? "" : $" OR l.municipality = ANY ({where.Value(areas)})")})");
        }
        if (near is { } place)
        {
            where.Add($"s.areas && {where.Value(place.Municipalities.SelectMany(desk.Words.Country.Around).Distinct().ToArray())}");
            if (asked.Metres is { } metres) where.Add($"{Place.Metres("l.latitude", "l.longitude", where.Value(place.Latitude!.Value), where.Value(place.Longitude!.Value))} <= {where.Value((double)metres)}");
        }
        var sql = $"""
            SELECT sl.* FROM service_locations sl
            JOIN services s ON s.id = sl.service JOIN agencies a ON a.id = s.agency JOIN locations l ON l.id = sl.location
            WHERE {Viewer.Sees} AND s.withdrawn_at IS NULL AND a.standing = 'Active' AND (sl.service, sl.location) > (@service, @location) {where.Text}
            """;
        return new Rows<ServiceLocation>(
            rows => rows.OrderBy(link => link.Service).ThenBy(link => link.Location), link => $"{link.Service}/{link.Location}",
            last => desk.Db.ServiceLocations.FromSqlRaw(sql, where.With(("service", last.Split('/')[0]), ("location", last.Split('/')[^1]))).AsNoTracking(), null);
    }

    /// <summary>Finds the identifiers first, once for count and page together. A statement that takes the first rows in order would walk along that order.</summary>
    private Func<long, int, CancellationToken, Task<(int Total, List<T> Page)>> Page<T>(string found, Func<string[], IQueryable<T>> rows, Func<IQueryable<T>, IQueryable<T>> order)
    {
        // Without conditions count and page are each read off an index alone.
        var sql = $"""
            WITH found AS {(_all.Count == 0 ? "NOT MATERIALIZED" : "MATERIALIZED")} ({found})
            SELECT (SELECT count(*)::int FROM found) AS "Total", ARRAY(SELECT id FROM found ORDER BY id OFFSET @skip LIMIT @take) AS "Ids"
            """;
        return async (skip, take, stop) =>
        {
            // One plan serves every word, so the planner guesses how many rows each finds, and would at times rather read all.
            await desk.Db.Database.ExecuteSqlRawAsync("SET LOCAL enable_seqscan = off", stop);
            var page = (await desk.Db.Database.SqlQueryRaw<Found>(sql, With(("skip", skip), ("take", take))).ToListAsync(stop)).Single();
            return (page.Total, page.Ids.Length == 0 ? [] : await order(rows(page.Ids)).ToListAsync(stop));
        };
    }

    private sealed record Found(int Total, string[] Ids);

    private string Text => string.Concat(_all.Select(condition => " AND " + condition));

    private string AsWhere => And([]);

    private string And(string[] more) => _all.Count + more.Length == 0 ? "" : " WHERE " + string.Join(" AND ", _all.Concat(more));

    private void OfService(Asked asked)
    {
        if (asked.Organization is { } organization) Add($"s.agency = (SELECT o.id FROM agencies o WHERE o.hsds_id = {Value(organization)})");
        if (asked.Taxonomy is { } taxonomy) Add(desk.Taxonomies.All.Any(one => one.Id == taxonomy) ? "true" : "false");
        if (asked.Term is { } id)
            Add(desk.Taxonomies.Find(id) switch
            {
                { IsArea: true } area => $"s.areas && {Value(desk.Words.Country.Around(area.Code))}",
                { } need => $"s.need = {Value(need.Code)}",
                null => "false",
            });
    }

    /// <summary>In the service's own names, those of its areas or of its need.</summary>
    private string Service(string word) => Query(word, [.. desk.Words.AreasAround(word), .. desk.Words.Needs(word)]);

    /// <summary>In the agency's names or those of its areas and its seat.</summary>
    private string Agency(string word) => Query(word, desk.Words.AreasAround(word));

    /// <summary>In names alone.</summary>
    private string Lexeme(string word) => Query(word, []);

    // A word has letters and digits only, and codes are the country's own, so no quotation ends early.
    private string Query(string word, IEnumerable<string> codes) => $"CAST({Value(string.Join(" | ", codes.Select(code => $"'{code}'").Prepend($"'{word}':*")))} AS tsquery)";

    private void Add(string condition) => _all.Add(condition);

    private string Value(object value)
    {
        var name = $"p{_parameters.Count}";
        _parameters.Add(new NpgsqlParameter(name, value));
        return "@" + name;
    }

    /// <summary>Made anew for each statement: a parameter belongs to one.</summary>
    private object[] With(params (string Name, object Value)[] more) =>
        [.. desk.Viewer.Parameters(), .. _parameters.Select(parameter => new NpgsqlParameter(parameter.ParameterName, parameter.Value)), .. more.Select(pair => new NpgsqlParameter(pair.Name, pair.Value))];
}
