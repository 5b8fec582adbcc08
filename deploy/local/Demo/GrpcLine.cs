using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Tiltas.Local.Data;
using Tiltas.Protos.Notification.V1;

namespace Tiltas.Local.Demo;

/// <summary>One agency's connections to the gateway's TLS address, and its token. Whom to trust is the file of the authority alone.</summary>
internal sealed class GrpcLine : IDisposable
{
    private readonly SocketsHttpHandler _handler = new();
    private readonly X509Certificate2 _authority;
    private readonly ApiClient _signIn;

    internal GrpcLine(GrpcDoor door, string clientId, string secret)
    {
        _authority = X509CertificateLoader.LoadCertificateFromFile(door.Authority);
        _handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { _authority },
        };
        Channel = GrpcChannel.ForAddress(door.Address, new GrpcChannelOptions { HttpHandler = _handler, ThrowOperationCanceledOnCancellation = true });
        _signIn = new ApiClient(door.Address, clientId, secret, _handler);
    }

    internal GrpcChannel Channel { get; }

    /// <summary>What goes with a call: the token, and where the call stands in traces.</summary>
    internal async Task<Metadata> HeadAsync(string traceId, CancellationToken stop) => new()
    {
        { "authorization", $"Bearer {await _signIn.TokenAsync(stop)}" }, { "traceparent", AgencySystem.TraceParent(traceId) },
    };

    public void Dispose()
    {
        Channel.Dispose();
        _signIn.Dispose();
        _handler.Dispose();
        _authority.Dispose();
    }
}

/// <summary>The feed over gRPC, as a server stream.</summary>
internal sealed class GrpcFeed(string agency, GrpcLine line, Notifications.NotificationsClient client) : IFeed
{
    private const int PageSize = 500;

    public string Agency { get; } = agency;

    public async Task<long> EndAsync(CancellationToken stop)
    {
        var cursor = 0L;
        while (true)
        {
            try
            {
                var head = await line.HeadAsync(AgencySystem.NewTraceId(), stop);
                var page = await client.ListNoticesAsync(new ListNoticesRequest { After = cursor, PageSize = PageSize }, head, cancellationToken: stop);
                cursor = page.Next;
                if (page.Notices.Count < PageSize) return cursor;
            }
            catch (RpcException e)
            {
                throw new NotSeenException($"{Agency} cannot read its feed: {e.StatusCode}, {e.Status.Detail}");
            }
        }
    }

    public async IAsyncEnumerable<Told> FollowAsync(long after, [EnumeratorCancellation] CancellationToken stop)
    {
        var traceId = AgencySystem.NewTraceId();
        using var stream = client.Subscribe(new SubscribeRequest { After = after }, await line.HeadAsync(traceId, stop), cancellationToken: stop);
        await foreach (var message in stream.ResponseStream.ReadAllAsync(stop))
            if (message.Notice is { } notice)
                yield return new Told(notice.Sequence, notice.ReferralId.Length == 0 ? null : notice.ReferralId, notice.Kind.ToString(), traceId);
    }
}
