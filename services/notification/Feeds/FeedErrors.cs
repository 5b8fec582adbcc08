using Tiltas.Hosting.Problems;

namespace Tiltas.Notification.Feeds;

internal static class FeedErrors
{
    public static Error NoSuchNotice { get; } = new Error.NotFound("TLT-NTF-0404", "There is no notice of that number on your feed.");

    public static Error CursorWrong(string field) => new Error.Invalid("TLT-NTF-0001", "A cursor is the number of a notice: 0 or more, digits only, given once.", field);

    public static Error CursorBeyondEnd(string field) =>
        new Error.Invalid("TLT-NTF-0007", "No notice of that number stands on your feed yet: a cursor from somewhere else would pass over those to come. Begin at 0.", field);

    public static Error BeyondEnd { get; } = new Error.Invalid("TLT-NTF-0004", "Only what stands on the feed can be acknowledged: a number from 0 to that of the last notice.", "through");

    public static Error SubscriberWrong { get; } = new Error.Invalid("TLT-NTF-0005", "A subscriber's name is 1 to 64 characters of a-z, 0-9 and hyphens.", "subscriber");

    public static Error TooManySubscribers { get; } = new Error.Conflict("TLT-NTF-0006", "An agency has at most 100 subscribers; use the name of one that exists.", "subscribers-at-most");

    public static Error Stopping { get; } = new Error.Unavailable("TLT-NTF-0503", "The service stops; subscribe again after the last notice that was dealt with.", 1);

    public static Error LimitWrong { get; } = new Error.Invalid("TLT-NTF-0002", "The limit is a number from 1 to 500, given once.", "limit");

    public static Error WaitWrong { get; } = new Error.Invalid("TLT-NTF-0003", "The wait is a number of seconds from 0 to 30, given once.", "wait");
}
