using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Memoranda;

internal static class MemorandumErrors
{
    public static Error.NotFound NotFound { get; } = new("TLT-DIR-0301", "There is no such memorandum.");
    public static Error.Invalid TermBackwards { get; } = new("TLT-DIR-0302", "The last day in force cannot be before the first.", "$.validTo");
    public static Error.Invalid NoSuchParty(int at) => new("TLT-DIR-0303", "A party must be an agency of the directory.", $"$.parties[{at}]");
    public static Error.Conflict PartyRemoved { get; } = new("TLT-DIR-0304", "An agency that was removed enters no memorandum.", "party-takes-part");
    public static Error.Conflict Ended { get; } = new("TLT-DIR-0305", "This memorandum has ended; put a new one in force under another identifier.", "ended-stays-ended");
    public static Error.Conflict EndedOnAnotherDay { get; } = new("TLT-DIR-0306", "This memorandum was ended on another day.", "ended-stays-ended");
    public static Error.Invalid EndsBeforeItBegins { get; } = new("TLT-DIR-0307", "A memorandum cannot end before its first day in force.", "$.on");
    public static Error.Invalid EndsAfterItsTerm { get; } = new("TLT-DIR-0308", "A memorandum cannot be ended after the last day of its term.", "$.on");
}
