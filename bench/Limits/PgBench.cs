using System.Globalization;
using System.Text.RegularExpressions;
using Tiltas.Bench.Network;
using Tiltas.Local;
using Tiltas.Local.Processes;

namespace Tiltas.Bench.Limits;

/// <summary>PostgreSQL's own load program committing rows on the cluster under measurement: what no service can be faster than one by one.</summary>
internal sealed partial class PgBench(BenchServers servers, string database, string name, string script)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private readonly string _file = Write(servers.Folder, name, script);

    /// <summary>Transactions a second.</summary>
    public async Task<double> Run(int clients, TimeSpan time, CancellationToken stop)
    {
        var address = servers.Postgres.Address;
        string Number(double number) => number.ToString(CultureInfo.InvariantCulture);
        var answer = await Programs.RunAsync(
            [
                Path.Combine(servers.Postgres.Binaries.Folder, "pgbench"), "--no-vacuum", "--protocol=prepared", "--file", _file,
                "--client", Number(clients), "--jobs", Number(Math.Min(clients, Environment.ProcessorCount)), "--time", Number(Math.Ceiling(time.TotalSeconds)),
                "--host", address.Host, "--port", Number(address.Port), "--username", address.User, database,
            ],
            stop, new Dictionary<string, string?> { ["PGPASSWORD"] = address.Password, ["LC_ALL"] = "C.UTF-8" });
        answer.OrThrow("pgbench");
        // Its time begins before its clients are connected; on a busy machine a second may pass with that alone.
        if (answer.Output.Contains("actually processed: 0", StringComparison.Ordinal) && time < Longest) return await Run(clients, Longest, stop);
        if (Failed().Match(answer.Output) is not { Success: true } failed || failed.Groups[1].Value != "0" || Rate().Match(answer.Output) is not { Success: true } rate)
            throw new LocalException($"pgbench did not commit all:\n{answer.Output}");
        return double.Parse(rate.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    private static string Write(string folder, string name, string script)
    {
        var file = Path.Combine(folder, name + ".pgbench.sql");
        File.WriteAllText(file, script);
        return file;
    }

    [GeneratedRegex("tps = ([0-9.]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Rate();

    [GeneratedRegex("number of failed transactions: ([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Failed();
}
