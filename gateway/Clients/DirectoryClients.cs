using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Hosting.Passports;

namespace Tiltas.Gateway.Clients;

/// <summary>
/// Keeps up with the clients that agencies keep in the directory: asks every second whether something changed. What was learned last is kept in
/// <c>Gateway:ClientsCopyFile</c>, so that a gateway that starts while the directory is away lets in whom it let in before. Without that
/// setting only the clients file counts.
/// </summary>
public sealed partial class DirectoryClients(
    ClientRegistry registry, PassportIssuer passports, IConfiguration configuration, IHttpClientFactory http, TimeProvider time, ILogger<DirectoryClients> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Caller _self = new() { Agency = AgencyId.From("tiltas-gateway"), Client = "gateway", Roles = [Roles.Gateway] };
    private EntityTagHeaderValue? _known;
    private bool _isAway;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (configuration["Gateway:ClientsCopyFile"] is not { Length: > 0 } copy) return;
        await LearnFromCopy(copy, stoppingToken);
        using var timer = new PeriodicTimer(BetweenQuestions, time);
        do
        {
            try
            {
                await Ask(copy, stoppingToken);
                if (_isAway) Log.Back(logger);
                _isAway = false;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException or UnauthorizedAccessException or JsonException or InvalidOperationException
                || e is OperationCanceledException && !stoppingToken.IsCancellationRequested)
            {
                if (!_isAway) Log.Away(logger, e.GetType().Name);
                _isAway = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Ask(string copy, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(configuration["Gateway:Inside:Directory"] ?? "http://unset.invalid"), "/clients"));
        request.Headers.TryAddWithoutValidation("Authorization", (string?)passports.HeaderFor(_self));
        if (_known is not null) request.Headers.IfNoneMatch.Add(_known);
        using var answer = await http.CreateClient(nameof(DirectoryClients)).SendAsync(request, either.Token);
        if (answer.StatusCode == HttpStatusCode.NotModified) return;
        answer.EnsureSuccessStatusCode();

        var list = await answer.Content.ReadAsByteArrayAsync(either.Token);
        registry.Learn(Read(list));
        await Keep(copy, list, stop);
        _known = answer.Headers.ETag;
    }

    private IReadOnlyList<Client> Read(byte[] list) => ClientList.Read(list, (entry, what) => Log.BadEntry(logger, entry, what));

    private async Task LearnFromCopy(string copy, CancellationToken stop)
    {
        try
        {
            if (File.Exists(copy)) registry.Learn(Read(await File.ReadAllBytesAsync(copy, stop)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            Log.BadCopy(logger, e.GetType().Name);
        }
    }

    // In one step, and for nobody else to read: it holds the hashes of secrets.
    private static async Task Keep(string copy, byte[] list, CancellationToken stop)
    {
        var next = copy + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new FileStream(next, options)) await file.WriteAsync(list, stop);
        File.Move(next, copy, overwrite: true);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "DirectoryClientsAway", Level = LogLevel.Warning, Message = "The directory's clients cannot be learned; the former ones stay: {ErrorType}")]
        public static partial void Away(ILogger logger, string errorType);

        [LoggerMessage(EventId = 2, EventName = "DirectoryClientsBack", Level = LogLevel.Information, Message = "The directory's clients are learned again")]
        public static partial void Back(ILogger logger);

        [LoggerMessage(EventId = 4, EventName = "DirectoryClientBad", Level = LogLevel.Error, Message = "Entry {Entry} of the directory's clients {What} and is passed over")]
        public static partial void BadEntry(ILogger logger, int entry, string what);

        [LoggerMessage(EventId = 3, EventName = "DirectoryClientsCopyBad", Level = LogLevel.Warning, Message = "The copy of the directory's clients cannot be used: {ErrorType}")]
        public static partial void BadCopy(ILogger logger, string errorType);
    }
}
