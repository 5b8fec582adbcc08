using System.Threading.Channels;
using Npgsql;

namespace Tiltas.Notification.Feeds;

/// <summary>
/// Tells other replicas which feeds have news, at most twenty times a second and outside the transactions that wrote it, because
/// NOTIFY makes commits wait for each other. After a lost connection every reader looks again.
/// </summary>
internal sealed partial class FeedExchange : BackgroundService
{
    private const int LongestPayload = 7000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly NpgsqlDataSource _store;
    private readonly FeedBell _bell;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _self;
    private readonly Channel<bool> _rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private HashSet<string> _news = new(StringComparer.Ordinal);
    private bool _away;

    public FeedExchange(NpgsqlDataSource store, FeedBell bell, TimeProvider time, ILogger<FeedExchange> logger)
    {
        (_store, _bell, _time, _logger) = (store, bell, time, logger);
        _self = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        bell.Committed += Note;
    }

    public override void Dispose()
    {
        _bell.Committed -= Note;
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Keep(Listen, stoppingToken), Keep(Tell, stoppingToken));

    private void Note(IReadOnlyCollection<string> agencies)
    {
        lock (_gate) _news.UnionWith(agencies);
        _rung.Writer.TryWrite(true);
    }

    private async Task Listen(CancellationToken stop)
    {
        await using var connection = await _store.OpenConnectionAsync(stop);
        connection.Notification += (_, notice) => Hear(notice.Payload);
        await using (var listen = new NpgsqlCommand("LISTEN tiltas_feed", connection)) await listen.ExecuteNonQueryAsync(stop);
        _bell.WakeAll();
        _away = false;
        await using var alive = new NpgsqlCommand("SELECT", connection);
        while (true)
        {
            // A connection of which one side is gone is silent for ever.
            if (!await connection.WaitAsync(Silence, stop)) await alive.ExecuteNonQueryAsync(stop);
        }
    }

    private void Hear(string payload)
    {
        if (payload.Split(':', 2) is not [var sender, var agencies] || sender == _self) return;
        if (agencies.Length == 0) _bell.WakeAll();
        else foreach (var agency in agencies.Split(',')) _bell.Wake(agency);
    }

    private async Task Tell(CancellationToken stop)
    {
        while (true)
        {
            await _rung.Reader.ReadAsync(stop);
            HashSet<string> news;
            lock (_gate) (news, _news) = (_news, new(StringComparer.Ordinal));
            try
            {
                await Notify(string.Join(',', news), stop);
            }
            catch
            {
                Note(news);
                throw;
            }
            await Task.Delay(Pause, _time, stop);
        }
    }

    private async Task Notify(string agencies, CancellationToken stop)
    {
        await using var notify = _store.CreateCommand("SELECT pg_notify('tiltas_feed', $1)");
        // An empty list means: whichever.
        notify.Parameters.Add(new() { Value = $"{_self}:{(agencies.Length <= LongestPayload ? agencies : "")}" });
        await notify.ExecuteNonQueryAsync(stop);
    }

    private async Task Keep(Func<CancellationToken, Task> work, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await work(stop);
            }
            catch (Exception exception) when (!stop.IsCancellationRequested)
            {
                if (!_away) Log.Trouble(_logger, exception.GetType().Name);
                _away = true;
                await Task.Delay(TimeSpan.FromSeconds(1), _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 102, EventName = "FeedExchangeTrouble", Level = LogLevel.Warning, Message = "The notice to other replicas waits: {ErrorType}")]
        public static partial void Trouble(ILogger logger, string errorType);
    }
}
