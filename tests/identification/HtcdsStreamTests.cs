using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Htcds;
using Tiltas.Local.Servers;

namespace Tiltas.Identification.Tests;

/// <summary>How an export leaves, on a real server.</summary>
public sealed class HtcdsStreamTests
{
    private const int Before = 500;
    private static readonly HtcdsRecord Record = new()
    {
        Subject = SubjectRef.From(Guid.CreateVersion7(DateTimeOffset.UnixEpoch)), Screening = null, Version = 1, At = DateTimeOffset.UnixEpoch, TraffickingStatus = "PossibleVictimOfTrafficking",
        DecisionMakingOrg = "NGO", MethodsOfControl = [], TypeOfExploitation = [], OrganisationType = "NGO", Status = VictimStatus.Presumed, AgeBand = AgeBand.Unknown,
        Set = null, SetVersion = null, Observed = [], Language = null,
    };

    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_ArriveBeforeTheLastIsRead()
    {
        await using var server = await Serve();
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(server.Urls.Single()), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
        for (var line = 0; line < Before / 2; line++) Assert.NotNull(await reader.ReadLineAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        _goOn.SetResult();
        var left = 0;
        while (await reader.ReadLineAsync(Cancel) is not null) left++;
        Assert.Equal(1 + Before + 1, Before / 2 + left);
    }

    [Fact]
    public async Task Export_ThatFailsHalfWay_DoesNotLookWhole()
    {
        await using var server = await Serve();
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(server.Urls.Single()), HttpCompletionOption.ResponseHeadersRead, Cancel);
        _goOn.SetException(new IOException("The store went away."));
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<WebApplication> Serve()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{PortRegister.Any()}");
        var app = builder.Build();
        app.MapGet("/", () => new ExportHtcds.Streamed(Records(), HtcdsForm.Csv, NullLogger.Instance));
        await app.StartAsync(Cancel);
        return app;
    }

    private async IAsyncEnumerable<HtcdsRecord> Records()
    {
        for (var i = 0; i < Before; i++) yield return Record;
        await _goOn.Task;
        yield return Record;
    }
}
