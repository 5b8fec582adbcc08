using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Tiltas.Local.Data;

/// <summary>One record of the country's files on its way into the directory: agency, service or location.</summary>
internal sealed record ImportRow(string Kind, string Path, CountryRecord Record, int? Present);

/// <summary>Hands records to the directory's import, one a line.</summary>
internal sealed class ImportFile(DirectoryRecords directory)
{
    /// <summary>
    /// Takes in all that the directory's present state allows, in one go. What it does not allow, because an agency was removed meanwhile, is
    /// answered with its code and left out; what is wrong in itself stops everything.
    /// </summary>
    internal async Task<(IReadOnlyDictionary<ImportRow, int> Versions, IReadOnlyDictionary<ImportRow, string> Refused)> TakeInAsync(IReadOnlyList<ImportRow> rows, CancellationToken stop)
    {
        var refused = new Dictionary<ImportRow, string>();
        while (true)
        {
            ImportRow[] rest = [.. rows.Where(row => !refused.ContainsKey(row))];
            if (rest.Length == 0) return (new Dictionary<ImportRow, int>(), refused);
            var lines = string.Concat(rest.Select(row => Line(row) + "\n"));
            var (status, answer) = await directory.ImportAsync(Encoding.UTF8.GetBytes(lines), DirectoryRecords.Lines, dryRun: false, stop);
            if (status == HttpStatusCode.OK)
                return (answer["records"]!.AsArray().ToDictionary(row => rest[row!["line"]!.GetValue<int>() - 1], row => row!["version"]!.GetValue<int>()), refused);
            foreach (var error in answer["errors"]?.AsArray() ?? throw new LocalException($"The import answered {(int)status}: {answer.ToJsonString()}"))
            {
                var row = rest[error!["line"]!.GetValue<int>() - 1];
                if (error["status"]!.GetValue<int>() != (int)HttpStatusCode.Conflict) throw new LocalException($"{row.Record.Id}, {error["name"]}: {error["message"]} ({error["code"]})");
                refused[row] = error["code"]!.GetValue<string>();
            }
        }
    }

    private static string Line(ImportRow row)
    {
        var line = new JsonObject { ["record"] = row.Kind, ["id"] = row.Record.Id };
        foreach (var (name, value) in row.Record.Body) line[name] = value?.DeepClone();
        return line.ToJsonString();
    }
}
