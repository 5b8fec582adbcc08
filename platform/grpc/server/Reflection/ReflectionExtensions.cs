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

    /// <summary>Adds reflection that also tells of services to which this process only leads.</summary>
    public static IServiceCollection AddGrpcReflectionOf(this IServiceCollection services, params Google.Protobuf.Reflection.ServiceDescriptor[] behind)
    {
        services.AddSingleton(new Behind(behind));
        return services.AddGrpcReflection();
    }

    /// <summary>Maps <c>grpc.reflection.v1</c> and <c>v1alpha</c>.</summary>
    public static GrpcServiceEndpointConventionBuilder MapGrpcReflectionService(this IEndpointRouteBuilder endpoints) =>
        new([endpoints.MapGrpcService<ReflectionService>(), endpoints.MapGrpcService<AlphaReflectionService>()]);
}
