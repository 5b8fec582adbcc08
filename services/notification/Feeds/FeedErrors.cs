using Tiltas.Hosting.Problems;

namespace Tiltas.Notification.Feeds;

internal static class FeedErrors
{
    public static Error NoSuchNotice { get; } = new Error.NotFound("TLT-NTF-0404", "There is no notice of that number on your feed.");

    public static Error CursorWrong(string field) => new Error.Invalid("TLT-NTF-0001", "A cursor is the number of a notice: 0 or more, digits only, given once.", field);

    public static Error LimitWrong { get; } = new Error.Invalid("TLT-NTF-0002", "The limit is a number from 1 to 500, given once.", "limit");

    public static Error WaitWrong { get; } = new Error.Invalid("TLT-NTF-0003", "The wait is a number of seconds from 0 to 30, given once.", "wait");
}
