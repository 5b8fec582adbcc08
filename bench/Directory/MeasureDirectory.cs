using System.Globalization;
using System.Net;
using System.Text;
using Npgsql;
using Tiltas.Bench.BarePath;
using Tiltas.Bench.Generator;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Network;
using Tiltas.Bench.Report;
using Tiltas.Local.Data;

namespace Tiltas.Bench.Directory;

/// <summary>
/// P9: finding providers, searching by words and reading whole pages in a directory of 5 000 agencies and 20 000 services, asked at the
/// gateway at a steady rate; beside it the plain statement, and the plans of the service's own statements.
/// </summary>
internal sealed class MeasureDirectory(BenchServers servers, BenchNetwork network, Processes processes, Plan plan, Findings findings)
{
    private const int Agencies = 5_000;
    private const int Services = 20_000;
    private const int Drawn = 200;
    private const int Explained = 20;
    private const int BigTable = 1_000;
    private const string Section = "P9 the directory: 5 000 agencies, 20 000 services";

    /// <summary>Before the network's sessions are opened.</summary>
    public static async Task Prepare(BenchServers servers, CancellationToken stop)
    {
        await using var superuser = NpgsqlDataSource.Create(servers.Postgres.Address.ConnectionString("postgres"));
        await StatementPlans.Load(superuser, stop);
    }

    public async Task Run(CancellationToken stop)
    {
        await using var store = NpgsqlDataSource.Create(servers.Postgres.Address.ConnectionString(network.Local.StoreName("directory")));
        var data = CountryData.Read(network.Local.Country);
        var drawn = DrawnDirectory.Draw(data, network.Local.Country, BenchNetwork.Sender, Agencies, Services);
        await new FilledDirectory(store).Fill(drawn, stop);

        var questions = new DrawnQuestions(drawn, data);
        var token = await network.Token(stop);
        Kind Of(string name, double most, Func<DrawnQuestion> draw) => new(name, most, [.. Enumerable.Range(0, Drawn).Select(_ => draw())], network.Gateway, token);
        Kind[] kinds =
        [
            Of("matching", 20, questions.Matching), Of("matching, the country alone", 20, questions.Fallback),
            Of("text search", 50, () => questions.Text(post: false)), Of("text search, POST", 50, () => questions.Text(post: true)),
            Of("full HSDS page", 50, questions.FullPage),
        ];
        if (plan.AnswersFile is { } file) await Write(file, kinds, token, stop);
        foreach (var kind in kinds) await ClosedLoop.Run(kind.Traffic, 2, plan.WarmUp / 2, stop);
        var rpc = new FindProvidersRpc(network, kinds[0].Questions, token);
        await rpc.Run(plan.WarmUp / 4, stop);
        await processes.Settle(stop);

        var (plain, rpcRounds) = (new PlainStatements(store), new List<Delays>());
        List<Func<Task>> parts = [async () => rpcRounds.Add(await rpc.Run(plan.Latency, stop))];
        foreach (var kind in kinds)
        {
            parts.Add(() => kind.Measure(processes, plan, findings, stop));
            parts.Add(async () => kind.Plain.Add(await plain.Run(kind.Questions, plan.Limit / 2, stop)));
        }
        await Rounds.Run(plan.Rounds, parts);
        foreach (var kind in kinds)
        {
            Report(kind.Name, kind.Answered, kind.Most, Usage.Median(kind.Cpu));
            findings.Add(Section, $"{kind.Name}: plain statement p50", "ms", [.. kind.Plain.Select(delays => delays.At(0.5))]);
            findings.Add(Section, $"{kind.Name}: p50 / plain statement's", "×", MeasurePath.Ratio([.. kind.Answered.Select(delays => delays.At(0.5))], [.. kind.Plain.Select(delays => delays.At(0.5))]));
        }
        Report("matching over gRPC", rpcRounds, kinds[0].Most, null);
        await Explain(store, kinds, stop);
    }

    private void Report(string name, List<Delays> rounds, double most, Usage? cpu)
    {
        findings.Add(Section, $"{name}: p50", "ms", [.. rounds.Select(delays => delays.At(0.5))], cpu: cpu);
        findings.Add(Section, $"{name}: p99", "ms", [.. rounds.Select(delays => delays.At(0.99))], Goal.Most(most));
    }

    /// <summary>A table of some size that is read from end to end is a fault, however fast it was this time.</summary>
    private async Task Explain(NpgsqlDataSource store, Kind[] kinds, CancellationToken stop)
    {
        var big = await BigTables(store, stop);
        var plans = new StatementPlans(store, Path.Combine(servers.Folder, "postgres.log"));
        foreach (var kind in kinds)
        {
            var told = await plans.Of(async () => await kind.AskEach(Explained, stop), big, stop);
            findings.Note(Section, $"{kind.Name}: index {string.Join(", ", told.SelectMany(one => one.Indexes).Distinct().Order(StringComparer.Ordinal))}");
            foreach (var scan in told.SelectMany(one => one.Scanned.Where(big.Contains).Select(table => (Table: table, one.Statement))).GroupBy(scan => scan.Table))
            {
                findings.Note(Section, $"{kind.Name}: sequential scan of {scan.Key} in {scan.Count()} statements");
                findings.Fault($"P9 {kind.Name}: sequential scan of {scan.Key}: {string.Join(' ', scan.First().Statement.Split((char[])['\n', ' '], StringSplitOptions.RemoveEmptyEntries))}");
            }
        }
    }

    private static async Task<HashSet<string>> BigTables(NpgsqlDataSource store, CancellationToken stop)
    {
        await using var command = store.CreateCommand("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples >= $1");
        command.Parameters.Add(new() { Value = (float)BigTable });
        await using var reader = await command.ExecuteReaderAsync(stop);
        var tables = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(stop)) tables.Add(reader.GetString(0));
        return tables;
    }

    private async Task Write(string file, Kind[] kinds, string token, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = network.Gateway };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        await using var to = new StreamWriter(file, append: false, new UTF8Encoding(false));
        foreach (var question in kinds.SelectMany(kind => kind.Questions))
        {
            using var request = new HttpRequestMessage(new HttpMethod(question.Method), question.Path);
            if (question.Body is { } body) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await http.SendAsync(request, stop);
            await to.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{question.Method} {question.Path} {question.Body?.ToJsonString()}"));
            await to.WriteLineAsync($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(stop)}");
        }
    }

    /// <summary>Questions of one kind.</summary>
    private sealed class Kind(string name, double most, IReadOnlyList<DrawnQuestion> questions, Uri gateway, string token)
    {
        public string Name => name;

        /// <summary>Milliseconds that 99 of 100 answers may take.</summary>
        public double Most => most;

        public IReadOnlyList<DrawnQuestion> Questions => questions;

        public Traffic Traffic { get; } = new ListedRequests(
            [.. questions.Select(question => new RequestShape(question.Method, new Uri(gateway, question.Path), question.Body?.ToJsonString() ?? "", $"Authorization: Bearer {token}"))])
        { Address = new IPEndPoint(IPAddress.Loopback, gateway.Port) };

        public List<Delays> Answered { get; } = [];

        public List<Delays> Plain { get; } = [];

        public List<Usage> Cpu { get; } = [];

        public async Task Measure(Processes processes, Plan plan, Findings findings, CancellationToken stop)
        {
            var before = processes.Now();
            var result = await OpenLoop.Run(Traffic, plan.Rates[0], plan.Latency, stop);
            Cpu.Add((processes.Now() - before).Per(Math.Max(1, result.Taken.Count)));
            foreach (var (answer, count) in result.Refused) findings.Fault($"P9 {name}: {count} × {answer}");
            Answered.Add(new Delays(result.Taken.Select(taken => taken.Answered.TotalMilliseconds)));
        }

        public async Task AskEach(int count, CancellationToken stop)
        {
            using var connection = await HttpConnection.Open(Traffic.Address, stop);
            for (var n = 0; n < count; n++) await connection.Exchange(Traffic.Write(n, connection.Request), stop);
        }
    }
}
