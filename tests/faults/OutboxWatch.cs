using Npgsql;
using Tiltas.TestKit;

namespace Tiltas.Faults.Tests;

/// <summary>Looks once a second for a message that has waited for more than a minute while there was a broker to take it. Ids tell their own age, however often a row was put back.</summary>
internal sealed class OutboxWatch : IAsyncDisposable
{
    private const string Oldest = "SELECT id FROM outbox WHERE parked_at IS NULL ORDER BY id LIMIT 1";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task<TimeSpan> _watch;

    public OutboxWatch(TestNetwork network) => _watch = Watch(network, _stop.Token);

    /// <summary>So long nothing could leave, and nobody is to blame.</summary>
    public TimeSpan Away { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Assert.InRange(await _watch, TimeSpan.Zero, Longest + Away);
        _stop.Dispose();
    }

    private static async Task<TimeSpan> Watch(TestNetwork network, CancellationToken stop)
    {
        var worst = TimeSpan.Zero;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (!stop.IsCancellationRequested)
        {
            foreach (var service in (string[])["directory", "identification", "referral", "notification"])
            {
                try
                {
                    if (await network.Query(service, Oldest) is [[Guid id]] && Age(id) is var age && age > worst) worst = age;
                }
                catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
                {
                    // The store is away: what waits in it is seen when it is back.
                }
            }
            try
            {
                await timer.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return worst;
            }
        }
        return worst;
    }

    private static TimeSpan Age(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var made = DateTimeOffset.FromUnixTimeMilliseconds(bytes[0] * (1L << 40) + System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]) * 256L + bytes[5]);
        return TimeProvider.System.GetUtcNow() - made;
    }
}
