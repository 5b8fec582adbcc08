using System.Diagnostics;
using Google.Rpc;
using Grpc.Core;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Notification.V1;
using Tiltas.Protos.Referral.V1;
#if !USE_OFFICIAL_GRPC
using Tiltas.Grpc;
#endif

namespace Tiltas.Local.Demo;

/// <summary>How a call over gRPC ended.</summary>
internal sealed record RpcAnswer : Answer
{
    /// <summary>Null when it went well.</summary>
    internal required RpcException? Refusal { get; init; }

    internal override bool Ok => Refusal is null;

    internal override string Problem => Refusal is { } refusal ? $"{refusal.StatusCode} {CodeOf(refusal)}: {refusal.Status.Detail}" : "OK";

    private static string CodeOf(RpcException refusal) =>
        refusal.GetRpcStatus()?.GetDetail<ErrorInfo>() is { } info && info.Metadata.TryGetValue("code", out var code) ? code : "without a code";
}

/// <summary>A recipient over gRPC with TLS: the feed as a server stream, the rest as unary calls, each with a trace of its own.</summary>
internal sealed class GrpcRecipient : IRecipient
{
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan OneCall = TimeSpan.FromSeconds(30);
    private readonly GrpcLine _line;
    private readonly Referrals.ReferralsClient _referrals;
    private readonly Notifications.NotificationsClient _notifications;

    internal GrpcRecipient(GrpcDoor door, string agency, string secret)
    {
        Agency = agency;
        _line = new GrpcLine(door, $"{agency}-system", secret);
        (_referrals, _notifications) = (new(_line.Channel), new(_line.Channel));
    }

    public string Agency { get; }

    public string Way => "gRPC";

    public Task<FeedWatch> WatchFeedAsync(CancellationToken stop) => FeedWatch.FromNowAsync(new GrpcFeed(Agency, _line, _notifications), stop);

    public async Task<(Answer Answer, Disclosure? Dossier)> ReadDossierAsync(string referral, CancellationToken stop)
    {
        var (answer, read) = await CallAsync(options => _referrals.ReadDossierAsync(new ReadDossierRequest { ReferralId = referral }, options), stop);
        return (answer, read is null ? null : new Disclosure(
            [.. read.Given.Select(part => part.DataClass.ToString())],
            [.. read.Withheld.Select(part => new KeptBack(part.DataClass.ToString(), part.Rule, part.Missing))]));
    }

    public async Task<Answer> ReportSeenAsync(long notice, CancellationToken stop) =>
        (await CallAsync(options => _notifications.ReportSeenAsync(new ReportSeenRequest { Sequence = notice }, options), stop)).Answer;

    public async Task<Answer> MoveAsync(string referral, RecipientMove move, CancellationToken stop) => move switch
    {
        RecipientMove.Accept => (await CallAsync(options => _referrals.AcceptReferralAsync(new AcceptReferralRequest { ReferralId = referral }, options), stop)).Answer,
        RecipientMove.Decline => (await CallAsync(options => _referrals.DeclineReferralAsync(new DeclineReferralRequest { ReferralId = referral, Code = DeclineCode.NoCapacity }, options), stop)).Answer,
        RecipientMove.Start => (await CallAsync(options => _referrals.StartServiceAsync(new StartServiceRequest { ReferralId = referral }, options), stop)).Answer,
        _ => (await CallAsync(options => _referrals.CompleteReferralAsync(new CompleteReferralRequest { ReferralId = referral, Outcome = Outcome.ServiceDelivered }, options), stop)).Answer,
    };

    public void Dispose() => _line.Dispose();

    private async Task<(RpcAnswer Answer, T? Got)> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken stop) where T : class
    {
        var traceId = AgencySystem.NewTraceId();
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var options = new CallOptions(await _line.HeadAsync(traceId, stop), TimeProvider.System.GetUtcNow().UtcDateTime + OneCall, stop);
            var sent = Stopwatch.GetTimestamp();
            try
            {
                using var running = call(options);
                var got = await running;
                return (Ended(null), got);
            }
            catch (RpcException e) when (WaitOf(e) is { } wait && Stopwatch.GetElapsedTime(began) + wait < LongestPatience)
            {
                // As long as the gateway asks: its rate is limited for each agency.
                await Task.Delay(wait, stop);
            }
            catch (RpcException e)
            {
                return (Ended(e), null);
            }

            RpcAnswer Ended(RpcException? refusal) => new() { Refusal = refusal, TraceId = traceId, Sent = sent, Took = Stopwatch.GetElapsedTime(sent) };
        }
    }

    private static TimeSpan? WaitOf(RpcException refusal) =>
        refusal.StatusCode is StatusCode.ResourceExhausted or StatusCode.Unavailable ? refusal.GetRpcStatus()?.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan() : null;
}
