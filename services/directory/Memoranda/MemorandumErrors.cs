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
    public static Error.Invalid TermsTwice { get; } = new("TLT-DIR-0309", "Clauses and the three lists say the same thing: one of the two is expected.", "$.clauses");
    public static Error.Invalid ClauseNumber(string field) => new("TLT-DIR-0310", "A clause number is up to 16 letters and digits, in groups parted by single dots or hyphens, such as 4.2.", field);
    public static Error.Invalid Direction(string field) => new("TLT-DIR-0311", "Who sends and who receives under a clause must be parties.", field);
    public static Error.Invalid FinishDays { get; } = new("TLT-DIR-0312", "Finish names 1 to 3650 days for running referrals; Stop names none.", "$.finishDays");
    public static Error.Invalid DocumentHash(string field) => new("TLT-DIR-0313", "A SHA-256 is 64 hexadecimal digits in lower case.", field);
    public static Error.Forbidden NotAParty { get; } = new("TLT-DIR-0314", "An agency drafts memoranda to which it is itself a party, before and after.", "own-memoranda", "the calling agency among the parties");
    public static Error.Forbidden OnlyDrafter { get; } = new("TLT-DIR-0315", "A draft is changed by the party that drafted it; another party can discard it and draft its own.", "own-drafts");
    public static Error.NotFound NoDraft { get; } = new("TLT-DIR-0316", "There is no such draft.");
    public static Error.Invalid NotInSpace { get; } = new("TLT-DIR-0317", "The identifier of a new memorandum begins with that of the agency that drafts it and a hyphen, and with no longer one of another agency.", "id");
    public static Error.Conflict OtherRevision { get; } = new("TLT-DIR-0318", "The draft was changed since: another revision is there to be read and signed.", "sign-what-was-read");
    public static Error.Conflict OtherDocument { get; } = new("TLT-DIR-0319", "What was signed is not the drafted document: the hashes differ.", "same-document");
    public static Error.Conflict SignedOtherwise { get; } = new("TLT-DIR-0320", "This party has signed this revision by another office or signatory.", "one-signature-a-party");
    public static Error.Invalid Signatory(string field) => new("TLT-DIR-0321", "An office is a slug such as director; a signatory is a reference of up to 64 letters, digits, dots, hyphens and underscores. Never a name.", field);
    public static Error.Conflict Outdated { get; } = new("TLT-DIR-0322", "The memorandum was changed since this was drafted; draft it again.", "draft-of-the-present");
    public static Error.Invalid BeginsLater { get; } = new("TLT-DIR-0323", "A new version replaces the one in force when the last has signed, so its first day cannot lie ahead of that.", "$.validFrom");
    public static Error.Forbidden NotActive { get; } = new("TLT-DIR-0324", "Only an agency that is active in the directory drafts and signs.", "standing:active", "an active standing in the directory");
    public static Error.Forbidden NotYoursToStop { get; } = new("TLT-DIR-0325", "A memorandum is suspended, resumed and ended by its parties and the registrar.", "parties-or-registrar", "registrar");
    public static Error.Forbidden NotYoursToResume { get; } = new("TLT-DIR-0326", "A suspension is lifted by the agency that declared it, or by the registrar.", "own-suspensions", "registrar");
    public static Error.Invalid SuspendsInThePast { get; } = new("TLT-DIR-0327", "A suspension holds from today or a later day on.", "$.from");
    public static Error.NotFound NoVersion { get; } = new("TLT-DIR-0328", "There is no such version.");
    public static Error.Invalid ToOneself { get; } = new("TLT-DIR-0329", "Two different agencies are expected.", "to");
    public static Error.Forbidden NotYoursToAsk { get; } = new("TLT-DIR-0330", "What one agency may send another is told to these two, to registrars and to auditors.", "own-permissions", "auditor");
    public static Error.Invalid NoSuchAgency(string name) => new("TLT-DIR-0331", "An agency of the directory is expected.", name);
}
