using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Exchange;

/// <summary>What can be wrong with a file as such; what is wrong with a record in it has the code it always has.</summary>
internal static class ExchangeErrors
{
    public static Error.Invalid NotTaken { get; } = new("TLT-DIR-1101", "The file has errors, which are listed with line and column; nothing of it was taken in.");
    public static Error.Invalid NotATable(string sentence) => new("TLT-DIR-1102", sentence);
    public static Error.Invalid Form { get; } = new("TLT-DIR-1103", "The cell does not have the form that its column asks for.");
    public static Error.Invalid NotOfThis { get; } = new("TLT-DIR-1104", "This kind of record does not have this column: the cell must be empty.");
    public static Error.Invalid Twice { get; } = new("TLT-DIR-1105", "The file has this record twice.");
    public static Error.Invalid NotText { get; } = new("TLT-DIR-1106", "The file must be text in UTF-8.");

    // Of HSDS.
    public static Error.Invalid NotJson { get; } = new("TLT-DIR-1107", "What stands here is no JSON, or lies deeper than any record of HSDS.");
    public static Error.Invalid MemberTwice { get; } = new("TLT-DIR-1108", "The same member, or a column that has one value, stands here twice.");
    public static Error.Invalid Kind(string expected) => new("TLT-DIR-1109", $"HSDS has {expected} here.");
    public static Error.Invalid TooManyValues { get; } = new("TLT-DIR-1110", "The file has more values than one import takes; take it in in parts.");
    public static Error.Invalid NotARecord { get; } = new("TLT-DIR-1111", "An organization, a service (it has a status) or a location (it has a location_type) of HSDS is expected, a list of them, or a page with contents.");
    public static Error.Invalid Unidentified(string how) => new("TLT-DIR-1112", $"The directory does not know this id. Add the identifier that the record has or is to have here: {how}, or an attribute with link_type tiltas, label id and the identifier as value.");
    public static Error.Invalid WhoseRecord { get; } = new("TLT-DIR-1113", "Nothing says whose this is: put it into its organization, or add the organization_id of one that is in the file or in the directory.");
    public static Error.Invalid NotSaid(string column) => new("TLT-DIR-1114", $"A record needs this and HSDS did not say it: add an attribute with link_type tiltas, label {column} and, as value, what a table has in the column of that name.");
    public static Error.Invalid Contradicts { get; } = new("TLT-DIR-1115", "This says something else than other members of the same record do; correct one of them, or take it out.");
    public static Error.Invalid NotAWeek { get; } = new("TLT-DIR-1116", "Schedules are taken that are weekly, by day, with opens_at and closes_at in the country's time and for all the year; say other hours in an attribute with link_type tiltas and label hours, without schedules.");
    public static Error.Invalid Area { get; } = new("TLT-DIR-1117", "As extent the ISO 3166-2 code of the country, a county or a municipality is expected, see /hsds/taxonomy_terms.");
    public static Error.Invalid Language { get; } = new("TLT-DIR-1118", "A language with its code of ISO 639-1 or ISO 639-3 is expected.");
    public static Error.Invalid Term { get; } = new("TLT-DIR-1119", "This taxonomy has no such term, see /hsds/taxonomy_terms.");
    public static Error.Invalid OneNeed { get; } = new("TLT-DIR-1120", "A service is for one need; make one service of each.");
    public static Error.Invalid NotActive { get; } = new("TLT-DIR-1121", "An import withdraws nothing: withdraw the service, and leave it out or let its status be active.");
    public static Error.Refused NotThatType { get; } = new(415, "TLT-DIR-1122", "The body must be text/csv, application/x-ndjson, or HSDS as application/json or application/x-ndjson with the parameter profile=hsds; in UTF-8.");
}
