using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;
using Tiltas.Identification.Parties;

namespace Tiltas.Identification.Screenings;

/// <summary>
/// GET /v1/subjects/{ref}/screenings/topics: what the person was already asked about, by whichever agency, so that nobody has to tell it
/// again without need. It says which part of which set was gone through, and when; never what was found, where, or by whom. What was found
/// does not leave the database here: observed and not observed are one list before it is read. Whole parts rather than single
/// indicators, because an agency that writes down only what it saw would else be telling it. So a part of one indicator is not told of,
/// and a part counts as wholly gone through by one screening alone: from what several left out together, whoever made the others could
/// work out what was in the last.
/// </summary>
public sealed class ReadTopics(NpgsqlDataSource store, IndicatorSets sets, Door door)
{
    // Sorted, so that the order of the list tells nothing either.
    private const string Asked = """
        SELECT set_id, set_version, at, ARRAY(SELECT unnest(observed || not_observed) ORDER BY 1) FROM screenings WHERE subject = $1
        """;

    public sealed record TopicList
    {
        public required SubjectRef Subject { get; init; }
        public required Topic[] Items { get; init; }
    }

    /// <summary>One part of one set that some screening went through.</summary>
    public sealed record Topic
    {
        public required string Set { get; init; }
        public required int SetVersion { get; init; }
        public required SortedDictionary<string, string> Title { get; init; }
        public required DefinitionElement Element { get; init; }
        public required SortedDictionary<string, string> Text { get; init; }

        /// <summary>True when one screening left out none of the part's indicators.</summary>
        public required bool Whole { get; init; }

        /// <summary>How many screenings touched it.</summary>
        public required int Times { get; init; }
        public required DateTimeOffset LastAt { get; init; }
    }

    /// <summary>What one screening asked about.</summary>
    public sealed record Screened(IndicatorSet Set, DateTimeOffset At, IReadOnlySet<string> Indicators);

    public async Task<Result<TopicList>> Handle(Caller caller, SubjectRef subject, CancellationToken stop)
    {
        if (await door.Refuses(caller.Agency, subject, stop) is { } refusal) return refusal;

        var screened = new List<Screened>();
        await using var command = store.CreateCommand(Asked);
        command.Parameters.Add(new() { Value = subject.Value });
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            screened.Add(new Screened(sets.Used(reader.GetString(0), reader.GetInt32(1)), reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<string[]>(3).ToHashSet(StringComparer.Ordinal)));
        }
        return new TopicList { Subject = subject, Items = Of(screened) };
    }

    /// <summary>Adds screenings up, set by set and part by part.</summary>
    public static Topic[] Of(IReadOnlyCollection<Screened> screened) =>
    [
        .. from one in screened
           group one by (one.Set.Id, one.Set.Version) into same
           orderby same.Key.Id, same.Key.Version
           from element in Enum.GetValues<DefinitionElement>()
           let codes = same.First().Set.Indicators.Where(indicator => indicator.Element == element).Select(indicator => indicator.Code).ToArray()
           let touched = same.Where(one => codes.Any(one.Indicators.Contains)).ToArray()
           where touched.Length > 0 && codes.Length > 1
           select new Topic
           {
               Set = same.Key.Id, SetVersion = same.Key.Version, Title = same.First().Set.Title, Element = element, Text = Explanation.Words(element),
               Whole = touched.Any(one => codes.All(one.Indicators.Contains)), Times = touched.Length, LastAt = touched.Max(one => one.At),
           },
    ];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/subjects/{subject}/screenings/topics", async (Caller caller, SubjectRef subject, ReadTopics handler, CancellationToken stop) =>
            (await handler.Handle(caller, subject, stop)).ToHttp(Results.Ok));
}
