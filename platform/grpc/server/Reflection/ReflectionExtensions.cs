using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tiltas.Grpc.Server.Reflection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds reflection.</summary>
public static class GrpcReflectionExtensions
{
    /// <summary>Adds what reflection needs; after <c>AddGrpc</c>.</summary>
    public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
    {
        services.TryAddSingleton<ReflectionAnswers>();
        return services;
    }

    /// <summary>Maps <c>grpc.reflection.v1</c> and <c>v1alpha</c>.</summary>
    public static GrpcServiceEndpointConventionBuilder MapGrpcReflectionService(this IEndpointRouteBuilder endpoints) =>
        new([endpoints.MapGrpcService<ReflectionService>(), endpoints.MapGrpcService<AlphaReflectionService>()]);
}
