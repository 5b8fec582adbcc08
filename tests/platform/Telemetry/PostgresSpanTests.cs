using Microsoft.AspNetCore.Builder;
using Npgsql;
using Tiltas.TestKit;

namespace Tiltas.Platform.Tests.Telemetry;

public sealed class PostgresSpanTests
{
    private const string Canary = "Kanarele";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The driver's own spans: statement, parameter values and the server's words stay here.</summary>
    [Fact]
    public async Task Query_FailingOnAParameter_LeavesNoCanaryWithTheCollector()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var store = NpgsqlDataSource.Create(await TestPostgres.ConnectionString());
        await using var service = await RunningService.Start(
            map: app => app.MapGet("/v1/x", async () =>
            {
                await using var fits = store.CreateCommand($"SELECT '{Canary}' || $1");
                fits.Parameters.Add(new() { Value = Canary });
                await fits.ExecuteScalarAsync(Cancelled);
                await using var fails = store.CreateCommand("SELECT CAST($1 AS int)");
                fails.Parameters.Add(new() { Value = Canary });
                await fails.ExecuteScalarAsync(Cancelled);
            }),
            settings: collector.Settings);
        using var answer = await service.Api.GetAsync("/v1/x", Cancelled);
        var page = Exposition.Parse(await service.Inside.GetStringAsync("/metrics", Cancelled));
        await service.Stop();

        Assert.False(collector.Holds(Canary));
        var server = collector.Spans().Single(span => span.Number(6) == 2);
        var queries = collector.Spans().Where(span => span.Text(5) == "postgresql" && span.Hex(1) == server.Hex(1)).ToList();
        Assert.Contains(queries, query => query.Attributes(9).ContainsKey("db.namespace"));
        Assert.Contains(queries, query => query.Attributes(9).GetValueOrDefault("error.type") is not null);
        Assert.Equal("histogram", page.Types["db_client_operation_duration_seconds"]);
        Assert.DoesNotContain(page.Samples, sample => sample.Key.Contains(Canary) || sample.Key.Contains("Username="));
    }
}
