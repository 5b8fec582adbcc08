using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Locations;
using Tiltas.Directory.Services;

namespace Tiltas.Directory.OpenReferral;

/// <summary>
/// What is asked for as conditions of one statement, with what the viewer may not see left out of it: count, pages and rows all come from
/// the same. Rows are told apart and go on by slug.
/// </summary>
internal sealed class Conditions(Desk desk)
{
    private readonly List<string> _all = [];
    private readonly List<NpgsqlParameter> _parameters = [];

    /// <summary>Services of every agency, by identifier, those after the given one.</summary>
    public static Func<string, IQueryable<Service>> Services(Desk desk, Asked asked)
    {
        var where = new Conditions(desk);
        where.OfService(asked);
        if (asked.ModifiedAfter is { } after) where.Add($"greatest(s.changed_at, a.changed_at, {Viewer.Shown}) >= {where.Value(after)}");
        foreach (var word in asked.Words) where.Add($"({where.ServiceHas(word)})");
        var sql = $"""
            SELECT s.* FROM services s JOIN agencies a ON a.id = s.agency LEFT JOIN services_shown h ON h.service = s.id
            WHERE s.id > @last {where.Text}
            """;
        return last => desk.Db.Services.FromSqlRaw(sql, where.With(("last", last))).AsNoTracking();
    }

    /// <summary>Agencies of every standing.</summary>
    public static Func<string, IQueryable<Agency>> Organizations(Desk desk, Asked asked)
    {
        var where = new Conditions(desk);
        if (asked.ModifiedAfter is { } after) where.Add($"a.changed_at >= {where.Value(after)}");
        if (asked.Taxonomy is { } taxonomy) where.Add(desk.Taxonomies.All.Any(one => one.Id == taxonomy) ? "true" : "false");
        if (asked.Term is { } id)
            where.Add(desk.Taxonomies.Find(id) switch
            {
                { IsArea: true } area => $"a.competence && {where.Value(desk.Words.Country.Around(area.Code))}",
                { } need => $"a.standing = 'Active' AND EXISTS (SELECT 1 FROM services s WHERE s.agency = a.id AND s.withdrawn_at IS NULL AND s.need = {where.Value(need.Code)})",
                null => "false",
            });
        foreach (var word in asked.Words)
        {
            var areas = desk.Words.AreasAround(word);
            where.Add(areas.Length == 0
                ? $"array_to_tsvector(a.search) @@ {where.Lexeme(word)}"
                : $"(array_to_tsvector(a.search) @@ {where.Lexeme(word)} OR a.competence && {where.Value(areas)} OR a.municipality = ANY ({where.Value(areas)}))");
        }
        var sql = $"SELECT a.* FROM agencies a WHERE a.id > @last {where.Text}";
        return last => desk.Db.Agencies.FromSqlRaw(sql, where.With(("last", last))).AsNoTracking();
    }

    /// <summary>Services at the locations that there are for the viewer, while service and agency are active.</summary>
    /// <param name="desk">Who looks, where.</param>
    /// <param name="asked">What for.</param>
    /// <param name="near">Where the postcode lies.</param>
    public static Func<string, IQueryable<ServiceLocation>> ServicesAtLocations(Desk desk, Asked asked, Place? near)
    {
        var where = new Conditions(desk);
        where.OfService(asked);
        if (asked.ModifiedAfter is { } after) where.Add($"greatest(s.changed_at, a.changed_at, l.changed_at) >= {where.Value(after)}");
        foreach (var word in asked.Words)
        {
            var areas = desk.Words.AreasAround(word);
            where.Add($"({where.ServiceHas(word)} OR array_to_tsvector(l.search) @@ {where.Lexeme(word)}{(areas.Length == 0 ? "" : $" OR l.municipality = ANY ({where.Value(areas)})")})");
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
        return last => desk.Db.ServiceLocations.FromSqlRaw(sql, where.With(("service", last.Split('/')[0]), ("location", last.Split('/')[^1]))).AsNoTracking();
    }

    private string Text => string.Concat(_all.Select(condition => " AND " + condition));

    private void OfService(Asked asked)
    {
        if (asked.Organization is { } organization) Add($"a.hsds_id = {Value(organization)}");
        if (asked.Taxonomy is { } taxonomy) Add(desk.Taxonomies.All.Any(one => one.Id == taxonomy) ? "true" : "false");
        if (asked.Term is { } id)
            Add(desk.Taxonomies.Find(id) switch
            {
                { IsArea: true } area => $"s.areas && {Value(desk.Words.Country.Around(area.Code))}",
                { } need => $"s.need = {Value(need.Code)}",
                null => "false",
            });
    }

    /// <summary>In the service's own names, its agency's, those of its areas or of its need. Each part has an index of its own.</summary>
    private string ServiceHas(string word)
    {
        var lexeme = Lexeme(word);
        var any = new List<string>
        {
            $"array_to_tsvector(s.search) @@ {lexeme}",
            $"s.agency = ANY (ARRAY(SELECT f.id FROM agencies f WHERE array_to_tsvector(f.search) @@ {lexeme}))",
        };
        if (desk.Words.AreasAround(word) is { Length: > 0 } areas) any.Add($"s.areas && {Value(areas)}");
        if (desk.Words.Needs(word) is { Length: > 0 } needs) any.Add($"s.need = ANY ({Value(needs)})");
        return string.Join(" OR ", any);
    }

    private void Add(string condition) => _all.Add(condition);

    // Letters and digits only, so the quotation cannot end early.
    private string Lexeme(string word) => $"CAST({Value($"'{word}':*")} AS tsquery)";

    private string Value(object value)
    {
        var name = $"p{_parameters.Count}";
        _parameters.Add(new NpgsqlParameter(name, value));
        return "@" + name;
    }

    /// <summary>Made anew for each statement: a parameter belongs to one.</summary>
    private object[] With(params (string Name, string Value)[] more) =>
        [.. desk.Viewer.Parameters(), .. _parameters.Select(parameter => new NpgsqlParameter(parameter.ParameterName, parameter.Value)), .. more.Select(pair => new NpgsqlParameter(pair.Name, pair.Value))];
}
