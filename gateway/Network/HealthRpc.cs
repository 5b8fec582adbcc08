using Grpc.Core;
using Grpc.Health.V1;
using Tiltas.Gateway.Routes;
using Serving = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Tiltas.Gateway.Network;

/// <summary>gRPC's public health service: the whole network under the empty name, each service under its own full name.</summary>
internal sealed class HealthRpc(ShowHealth health, TimeProvider time) : Health.HealthBase
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        new() { Status = await Look(request.Service, context.CancellationToken) ?? throw new RpcException(new Status(StatusCode.NotFound, "There is no such service here.")) };

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        Serving? told = null;
        while (true)
        {
            var now = await Look(request.Service, context.CancellationToken) ?? Serving.ServiceUnknown;
            if (now != told) await responseStream.WriteAsync(new HealthCheckResponse { Status = now });
            told = now;
            // Nobody tells the gateway of a change; while somebody watches, it looks.
            await Task.Delay(BetweenLooks, time, context.CancellationToken);
        }
    }

    private async Task<Serving?> Look(string service, CancellationToken cancel)
    {
        var network = await health.HandleAsync(cancel);
        if (service.Length == 0) return Of(network.Status);
        return RouteTable.ServiceOf(service) is { } name && network.Services.TryGetValue(name.ToLowerInvariant(), out var status) ? Of(status) : null;
    }

    private static Serving Of(string status) => status == ShowHealth.Ready ? Serving.Serving : Serving.NotServing;
}
