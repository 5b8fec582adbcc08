using System.Collections.Concurrent;
using Grpc.Core;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Notification.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>A stream of notices that is read until it ends.</summary>
internal sealed class Followed : IAsyncDisposable
{
    private readonly AsyncServerStreamingCall<SubscribeResponse> _call;
    private readonly ConcurrentQueue<Notice> _notices = new();

    private Followed(AsyncServerStreamingCall<SubscribeResponse> call)
    {
        _call = call;
        Ended = Read();
    }

    /// <summary>What came, in the order in which it came.</summary>
    public IReadOnlyList<Notice> Notices => [.. _notices];

    /// <summary>How it ended; does not throw.</summary>
    public Task<Refusal?> Ended { get; }

    /// <summary>Open once this returns: the answer's headers are there.</summary>
    public static async Task<Followed> Open(RpcAgency agency, SubscribeRequest request, DateTime? deadline = null)
    {
        var call = agency.Notifications.Subscribe(request, deadline: deadline);
        try
        {
            await call.ResponseHeadersAsync;
        }
        catch
        {
            call.Dispose();
            throw;
        }
        return new(call);
    }

    /// <summary>Waits for the end, which is to have this status.</summary>
    public async Task EndsAs(StatusCode status)
    {
        var end = await Ended.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(end?.Status == status, $"{status} was expected: {end}");
    }

    public IReadOnlyList<Notice> Of(string referral) => [.. _notices.Where(notice => notice.ReferralId == referral)];

    public Task<Notice> Next(NoticeKind kind, string referral) =>
        Eventually.Some($"{kind} on the stream", () => Task.FromResult(_notices.FirstOrDefault(notice => notice.Kind == kind && notice.ReferralId == referral)));

    public async ValueTask DisposeAsync()
    {
        _call.Dispose();
        await Ended;
    }

    private async Task<Refusal?> Read()
    {
        try
        {
            await foreach (var message in _call.ResponseStream.ReadAllAsync())
                if (message.Notice is { } notice) _notices.Enqueue(notice);
            return null;
        }
        catch (RpcException end)
        {
            return Refusal.Of(end);
        }
    }
}
