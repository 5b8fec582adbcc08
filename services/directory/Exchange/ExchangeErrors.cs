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
}
