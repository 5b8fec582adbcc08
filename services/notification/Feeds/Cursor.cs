using System.Globalization;
using Microsoft.Extensions.Primitives;
using Tiltas.Hosting.Problems;

namespace Tiltas.Notification.Feeds;

/// <summary>Reads numbers from the outside: digits only, within bounds, given once.</summary>
internal static class Cursor
{
    public static bool TryParse(string? text, out long seq) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seq);

    /// <exception cref="RejectedRequestException">Not a cursor.</exception>
    public static long Parse(StringValues values, string field) => Number(values, 0, 0, long.MaxValue, FeedErrors.CursorWrong(field));

    /// <exception cref="RejectedRequestException">Not such a number.</exception>
    public static long Number(StringValues values, long otherwise, long least, long most, Error error)
    {
        if (values.Count == 0) return otherwise;
        return values.Count == 1 && TryParse(values[0], out var number) && number >= least && number <= most ? number : throw new RejectedRequestException(error);
    }
}
