using System.Globalization;
using System.Reflection;
using Tiltas.Contracts;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Values;

/// <summary>Which part of a list is asked for: at most <c>limit</c> entries whose identifiers follow <c>after</c>.</summary>
internal readonly record struct Page(int Limit, string After)
{
    public const int Usual = 50;
    public const int Most = 200;

    /// <summary>Reads the query while an endpoint is bound.</summary>
    public static ValueTask<Page> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        _ = parameter;
        var query = context.Request.Query;
        var limit = Usual;
        if (query.TryGetValue("limit", out var number)
            && !(number.Count == 1 && int.TryParse(number[0], NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= Most))
            throw new RejectedRequestException(FieldErrors.Limit);
        if (!query.TryGetValue("after", out var after)) return ValueTask.FromResult(new Page(limit, ""));
        return after.Count == 1 && Slug.TryParse<AgencyId>(after[0], out var id)
            ? ValueTask.FromResult(new Page(limit, id.Value))
            : throw new RejectedRequestException(FieldErrors.After);
    }

    /// <summary>The answer, from one row more than the limit.</summary>
    public Listing<T> Of<T>(List<T> rows, Func<T, string> id) => rows.Count > Limit
        ? new Listing<T> { Items = rows[..Limit], Next = id(rows[Limit - 1]) }
        : new Listing<T> { Items = rows, Next = null };
}

/// <summary>One page of a list; <c>next</c> is absent on the last.</summary>
internal sealed record Listing<T>
{
    public required IReadOnlyList<T> Items { get; init; }
    public required string? Next { get; init; }
}

/// <summary>Reads filters of a query: absent, or exactly one entry of a list.</summary>
internal static class Filter
{
    /// <summary>A code by its exact name; numbers and combinations are refused.</summary>
    public static bool TryCode<T>(string? text, out T? code) where T : struct, Enum
    {
        code = null;
        if (text is null) return true;
        if (!Enum.TryParse<T>(text, ignoreCase: false, out var value) || value.ToString() != text || !Enum.IsDefined(value)) return false;
        code = value;
        return true;
    }

    /// <summary>An identifier.</summary>
    public static bool TryId<T>(string? text, out T? id) where T : struct, ISlug<T>
    {
        id = null;
        if (text is null) return true;
        if (!Slug.TryParse<T>(text, out var value)) return false;
        id = value;
        return true;
    }
}

/// <summary>The time as it is stored and sent.</summary>
internal static class Moments
{
    /// <summary>Now, in whole milliseconds, so that what is answered at once and what is read later are the same.</summary>
    public static DateTimeOffset Moment(this TimeProvider time) => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
