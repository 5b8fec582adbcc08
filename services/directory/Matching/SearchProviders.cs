using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Matching.Rules;
using Tiltas.Directory.Services;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Rpc;

namespace Tiltas.Directory.Matching;

/// <summary>
/// <c>POST /v1/providers/search</c>: who can help this person with this need, at this place and time, and why or why not. A POST, so that
/// what is asked stays out of addresses; nothing of it is written down anywhere.
/// </summary>
internal sealed class SearchProviders(Candidates candidates, Country country, CountryTime calendar, Provision provision, TimeProvider time)
{
    private const int Usual = 50;
    private const int Most = 200;

    public sealed record Request
    {
        public Need? Need { get; init; }
        public string? Place { get; init; }
        public Purpose? Purpose { get; init; }
        public TraitsInput? Traits { get; init; }
        public string? At { get; init; }
        public bool? OnlySuitable { get; init; }
        public int? Limit { get; init; }
    }

    public sealed record TraitsInput
    {
        public Sex? Sex { get; init; }
        public AgeBand? AgeBand { get; init; }
        public bool? WithChildren { get; init; }
        public VictimStatus? Status { get; init; }
        public AccessNeed[]? Accessibility { get; init; }
        public string?[]? Languages { get; init; }
    }

    /// <summary>The answer: counts are of all that were found, the lists hold the first of them.</summary>
    public sealed record Answer
    {
        public required DateTimeOffset At { get; init; }
        public required int SuitableCount { get; init; }
        public required IReadOnlyList<Provider> Suitable { get; init; }
        public required int NotSuitableCount { get; init; }
        /// <summary>Absent when it was not wanted.</summary>
        public required IReadOnlyList<Provider>? NotSuitable { get; init; }
    }

    public sealed record Provider
    {
        public required ServiceId Service { get; init; }
        public required AgencyId Agency { get; init; }
        public required ImmutableSortedDictionary<string, string> Name { get; init; }
        public required Tier Tier { get; init; }
        public required bool Open { get; init; }
        public required DateTimeOffset? OpensAt { get; init; }
        public required OnCall? OnCall { get; init; }
        public required Vacancy? Places { get; init; }
        public required MemorandumId? Memorandum { get; init; }
        public required DateOnly? AssuredOn { get; init; }
        public required IReadOnlyList<Reason> For { get; init; }
        public required IReadOnlyList<Reason> Against { get; init; }
    }

    public sealed record Vacancy(int Total, int Free, DateTimeOffset UpdatedAt);

    [JsonConverter(typeof(WrittenReason))]
    public sealed record Reason(ReasonCode Code, bool Excludes, Words Words);

    public sealed record Words(string Lt, string En);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/v1/providers/search",
        async (Request request, Caller caller, SearchProviders search, CancellationToken stop) => (await search.Find(request, caller, stop)).ToHttp(Results.Ok))
        .WithMetadata(ReadsOnly.Instance);

    public async Task<Result<Answer>> Find(Request request, Caller caller, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var fields = new FieldReader(country);
        var at = request.At is null ? now : Moment(request.At, fields);
        var need = fields.Required(request.Need, "$.need");
        var place = request.Place is null ? fields.Fail<string>(FieldErrors.Missing("$.place")) : country.IsArea(request.Place) ? request.Place : fields.Fail<string>(FieldErrors.Area("$.place"));
        var purpose = fields.Required(request.Purpose, "$.purpose");
        var traits = Read(request.Traits ?? new(), fields);
        var limit = request.Limit is null or (>= 1 and <= Most) ? request.Limit ?? Usual : fields.Fail<int>(MatchingErrors.Limit);
        if (fields.Error is { } error) return error;

        var around = country.Around(place);
        var day = calendar.Day(at);
        var hours = new HoursAt(at, calendar);
        var (offers, agreements, standing) = await candidates.Read(caller.Agency, need, around, hours, now, stop);
        var (suitable, notSuitable) = FindProviders.Of(new Question
        {
            Asker = caller.Agency, AskersStanding = standing, Need = need, Purpose = purpose, Around = around, Traits = traits, Day = day,
            OldestAssurance = Assurance.Oldest(day, provision.AssuranceDays),
        }, offers.Select(candidate => candidate.Offer), agreements);
        var known = offers.ToDictionary(candidate => candidate.Offer.Service);
        return new Answer
        {
            At = at,
            SuitableCount = suitable.Count,
            Suitable = [.. suitable.Take(limit).Select(match => Shape(match, known[match.Offer.Service], hours))],
            NotSuitableCount = notSuitable.Count,
            NotSuitable = request.OnlySuitable is true ? null : [.. notSuitable.Take(limit).Select(match => Shape(match, known[match.Offer.Service], hours))],
        };
    }

    /// <summary>A moment with its offset: a clock's time alone says nothing to a machine elsewhere.</summary>
    public static bool TryMoment(string text, out DateTimeOffset at) =>
        DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", "yyyy-MM-dd'T'HH:mm'Z'"],
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at)
        && at.Year is >= 2000 and <= 2199;

    private static DateTimeOffset Moment(string text, FieldReader fields) => TryMoment(text, out var at) ? at : fields.Fail<DateTimeOffset>(MatchingErrors.Moment("$.at"));

    private static Traits Read(TraitsInput input, FieldReader fields) => new()
    {
        Sex = input.Sex,
        AgeBand = input.AgeBand,
        WithChildren = input.WithChildren,
        Status = input.Status,
        Accessibility = fields.Set(input.Accessibility ?? [], "$.traits.accessibility", 0, Enum.GetValues<AccessNeed>().Length),
        Languages = input.Languages is not { Length: > 0 } ? [] : fields.Languages(input.Languages, "$.traits.languages"),
    };

    private static Provider Shape(Match match, Candidate candidate, HoursAt hours) => new()
    {
        Service = match.Offer.Service,
        Agency = match.Offer.Agency,
        Name = candidate.Service.Name,
        Tier = match.Tier,
        Open = match.Offer.Open,
        OpensAt = hours.NextOpening(candidate.Service.Hours),
        OnCall = candidate.Service.Line,
        Places = candidate.Capacity is var (total, updated) && match.Offer.Places is { } places ? new Vacancy(total, Math.Max(0, places.Available - places.Kept), updated) : null,
        Memorandum = match.Memorandum,
        AssuredOn = match.Offer.AssuredOn,
        For = [.. match.For.Select(Of)],
        Against = [.. match.Against.Select(Of)],
    };

    /// <summary>An answer has a thousand reasons of some forty kinds: each kind is put into words once.</summary>
    private sealed class WrittenReason : JsonConverter<Reason>
    {
        private static readonly byte[][] Texts = [.. Enum.GetValues<ReasonCode>().Select(code => Said[code])
            .Select(reason => JsonSerializer.SerializeToUtf8Bytes(new { reason.Code, reason.Excludes, reason.Words }, TiltasJson.Api))];

        public override Reason Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Reason value, JsonSerializerOptions options) => writer.WriteRawValue(Texts[(int)value.Code], skipInputValidation: true);
    }

    private static readonly Dictionary<ReasonCode, Reason> Said = Enum.GetValues<ReasonCode>()
        .ToDictionary(code => code, code => new Reason(code, Reasons.Excludes(code), new Words(Reasons.Words(code).Lt, Reasons.Words(code).En)));

    private static Reason Of(ReasonCode code) => Said[code];
}

internal static class MatchingErrors
{
    public static Error.Invalid Moment(string field) => new("TLT-DIR-0901", "A moment from 2000 to 2199 with its offset is expected, such as 2026-01-31T18:00:00+02:00.", field);
    public static Error.Invalid Limit { get; } = new("TLT-DIR-0902", "A number from 1 to 200 is expected.", "$.limit");
}

internal static class MatchingFeature
{
    public static void AddMatching(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<KnownServices>();
        builder.Services.AddSingleton<KnownAgreements>();
        builder.Services.AddSingleton<Candidates>();
        builder.Services.AddSingleton<SearchProviders>();
    }

    public static void MapProviders(this IEndpointRouteBuilder app) => SearchProviders.Map(app);
}
