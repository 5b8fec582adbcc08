using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Tiltas.Local.Data;
using Tiltas.Local.Network;

namespace Tiltas.Local.Commands;

/// <summary>
/// <c>tiltas import FILE [--dry-run]</c> and <c>tiltas export [FILE]</c>: the directory as one file, a table or, when it is called
/// <c>.ndjson</c>, a record a line, or <c>.json</c>, Open Referral HSDS (<c>.hsds.ndjson</c>: a document of HSDS a line), into the network that
/// runs and out of it, as its registrar. Exit code 1 when the file has errors: then nothing of it was taken in.
/// </summary>
internal static class ExchangeCommand
{
    internal static async Task<int> ImportAsync(Workplace place, IReadOnlyList<string> arguments)
    {
        var (file, dryRun) = arguments switch
        {
            [var one] when one != "--dry-run" => (one, false),
            [var one, "--dry-run"] => (one, true),
            ["--dry-run", var one] => (one, true),
            _ => throw new LocalException("usage: tiltas import FILE [--dry-run]"),
        };
        if (!File.Exists(file)) throw new LocalException($"There is no file {file}.");
        using var stop = new StopSignals();
        using var registrar = Registrar(place);
        var (status, answer) = await new DirectoryRecords(registrar).ImportAsync(await File.ReadAllBytesAsync(file, stop.Token), TypeOf(file), dryRun, stop.Token);
        if (status == HttpStatusCode.OK) Tell(answer, dryRun);
        else foreach (var line in Errors(file, status, answer)) Console.Error.WriteLine(line);
        return status == HttpStatusCode.OK ? 0 : 1;
    }

    internal static async Task<int> ExportAsync(Workplace place, IReadOnlyList<string> arguments)
    {
        if (arguments.Count > 1 || arguments is [['-', ..]]) throw new LocalException("usage: tiltas export [FILE]");
        var type = TypeOf(arguments is [var name] ? name : "");
        if (type == DirectoryRecords.HsdsLines) throw new LocalException("HSDS is given out as one document: call the file .hsds.json.");
        using var stop = new StopSignals();
        using var registrar = Registrar(place);
        var bytes = await new DirectoryRecords(registrar).ExportAsync(type, stop.Token);
        if (arguments is [var file])
        {
            await File.WriteAllBytesAsync(file, bytes, stop.Token);
            return 0;
        }
        await using var output = Console.OpenStandardOutput();
        await output.WriteAsync(bytes, stop.Token);
        return 0;
    }

    private static void Tell(JsonNode answer, bool dryRun)
    {
        foreach (var row in answer["records"]!.AsArray().Where(row => row!["change"]!.GetValue<string>() != "Unchanged"))
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"line {row!["line"]}: {row["record"]} {row["id"]}: {row["change"]!.GetValue<string>().ToLowerInvariant()}"));
            foreach (var field in row["fields"]?.AsArray() ?? [])
                Console.Out.WriteLine($"    {field!["field"]!.GetValue<string>()[2..]}: {Shown(field["before"])} → {Shown(field["after"])}");
        }
        if (answer["notKept"] is JsonArray { Count: > 0 } notKept) Console.Out.WriteLine("has no place in the directory: " + string.Join(", ", notKept));
        if (answer["passedOver"]?.GetValue<int>() is > 0 and var passedOver) Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passedOver} services are not active and were passed over"));
        Console.Out.WriteLine($"{answer["new"]} new, {answer["changed"]} changed, {answer["unchanged"]} unchanged{(dryRun ? "; a dry run: nothing was written" : "")}");
    }

    private static IEnumerable<string> Errors(string file, HttpStatusCode status, JsonNode answer) => answer["errors"] is JsonArray errors
        ? errors.Select(error => $"{file}, line {error!["line"]}, column {error["column"]} {error["name"]}: {error["message"]} ({error["code"]})").Append("Nothing was taken in.")
        : [$"The directory answered {(int)status}: {answer["detail"]}"];

    private static string Shown(JsonNode? value) => value?.ToJsonString(Json.Options) ?? "–";

    private static string TypeOf(string file) =>
        Ends(file, ".hsds.ndjson") ? DirectoryRecords.HsdsLines : Ends(file, ".ndjson") ? DirectoryRecords.Lines : Ends(file, ".json") ? DirectoryRecords.Hsds : DirectoryRecords.Table;

    private static bool Ends(string file, string with) => file.EndsWith(with, StringComparison.OrdinalIgnoreCase);

    private static ApiClient Registrar(Workplace place) =>
        place.Run.Read() is { Ready: true, Gateway: { } gateway } state && state.Owner.IsAlive()
            ? new ApiClient(gateway, "registrar", new Servers.Secrets(place.In("secrets.json")).Of(NetworkKeys.SecretName("registrar"))) { Patience = TimeSpan.FromMinutes(11) }
            : throw new LocalException("No network runs here. ./tiltas up starts one.");
}
