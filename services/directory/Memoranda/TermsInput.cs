using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Directory.Values;

namespace Tiltas.Directory.Memoranda;

/// <summary>A clause as it is sent.</summary>
internal sealed record ClauseInput
{
    public string? Number { get; init; }
    public DataClass[]? DataClasses { get; init; }
    public Purpose[]? Purposes { get; init; }
    public Need[]? Needs { get; init; }
    public AgencyId[]? From { get; init; }
    public AgencyId[]? To { get; init; }
}

/// <summary>Reads what drafts and entered memoranda have in common.</summary>
internal static class TermsInput
{
    private const int MostClauses = 100;
    private const int MostFinishDays = 3650;

    /// <summary>Clauses in the order of the paper; the lists of each are sets.</summary>
    public static Clause[] Clauses(FieldReader fields, ClauseInput?[]? clauses, AgencyId[] parties)
    {
        if (clauses is null) return fields.Fail<Clause[]>(FieldErrors.Missing("$.clauses"));
        if (clauses.Length is 0 or > MostClauses) return fields.Fail<Clause[]>(FieldErrors.Count("$.clauses", 1, MostClauses));
        var numbers = new HashSet<ClauseNumber>();
        var read = new List<Clause>(clauses.Length);
        for (var i = 0; i < clauses.Length && fields.Error is null; i++)
        {
            if (clauses[i] is not { } input) return fields.Fail<Clause[]>(FieldErrors.Missing($"$.clauses[{i}]"));
            var clause = Read(fields, input, $"$.clauses[{i}]", parties);
            if (fields.Error is null && !numbers.Add(clause.Number)) return fields.Fail<Clause[]>(FieldErrors.Repeated($"$.clauses[{i}].number"));
            read.Add(clause);
        }
        return [.. read];
    }

    /// <summary>With Finish a number of days, else none.</summary>
    public static int? FinishDays(FieldReader fields, TerminationEffect atEnd, int? days) => (atEnd, days) switch
    {
        (TerminationEffect.Finish, >= 1 and <= MostFinishDays) or (TerminationEffect.Stop, null) => days,
        _ => fields.Fail<int?>(MemorandumErrors.FinishDays),
    };

    public static string DocumentHash(FieldReader fields, string? hash, string field) =>
        hash is null ? fields.Fail<string>(FieldErrors.Missing(field))
        : hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower) ? hash
        : fields.Fail<string>(MemorandumErrors.DocumentHash(field));

    private static Clause Read(FieldReader fields, ClauseInput input, string at, AgencyId[] parties)
    {
        var number = input.Number is null ? fields.Fail<ClauseNumber>(FieldErrors.Missing(at + ".number"))
            : ClauseNumber.TryParse(input.Number, out var parsed) ? parsed
            : fields.Fail<ClauseNumber>(MemorandumErrors.ClauseNumber(at + ".number"));
        return new Clause
        {
            Number = number,
            DataClasses = fields.Set(input.DataClasses, at + ".dataClasses", 1, 50),
            Purposes = fields.Set(input.Purposes, at + ".purposes", 1, 50),
            Needs = fields.Set(input.Needs ?? [], at + ".needs", 0, 50),
            From = Side(fields, input.From, at + ".from", parties),
            To = Side(fields, input.To, at + ".to", parties),
        };
    }

    private static AgencyId[]? Side(FieldReader fields, AgencyId[]? side, string field, AgencyId[]? parties)
    {
        if (side is null) return null;
        var agencies = fields.Set(side, field, 1, 50);
        return fields.Error is null && !Array.TrueForAll(agencies, agency => parties!.Contains(agency)) ? fields.Fail<AgencyId[]>(MemorandumErrors.Direction(field)) : agencies;
    }
}
