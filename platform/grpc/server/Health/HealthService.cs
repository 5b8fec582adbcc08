using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Tiltas.Grpc;

/// <summary>The public health service, version 1.</summary>
internal sealed class HealthService(HealthStatuses statuses) : Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        Task.FromResult(new HealthCheckResponse
        {
            Status = statuses.Look(request.Service).State ?? throw new RpcException(new(StatusCode.NotFound, "There is no such service here.")),
        });

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        HealthCheckResponse.Types.ServingStatus? told = null;
        while (true)
        {
            var (state, changed) = statuses.Look(request.Service);
            var now = state ?? HealthCheckResponse.Types.ServingStatus.ServiceUnknown;
            if (now != told) await responseStream.WriteAsync(new() { Status = now });
            told = now;
            await changed.WaitAsync(context.CancellationToken);
        }
    }
}

/// <summary>Adds the health service.</summary>
public static class HealthExtensions
{
    /// <summary>Adds <see cref="HealthStatuses"/>, fed by whoever knows.</summary>
    public static IServiceCollection AddGrpcHealth(this IServiceCollection services)
    {
        services.TryAddSingleton<HealthStatuses>();
        return services;
    }

    /// <summary>Maps <c>grpc.health.v1.Health</c>.</summary>
    public static GrpcServiceEndpointConventionBuilder MapGrpcHealthService(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<HealthService>();
}
