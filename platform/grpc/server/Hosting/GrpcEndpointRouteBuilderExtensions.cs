using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Tiltas.Grpc.Server.Hosting;
using Tiltas.Grpc.Server.Methods;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds conventions to all endpoints of a service.</summary>
public sealed class GrpcServiceEndpointConventionBuilder : IEndpointConventionBuilder
{
    private readonly IReadOnlyList<IEndpointConventionBuilder> endpoints;

    internal GrpcServiceEndpointConventionBuilder(IReadOnlyList<IEndpointConventionBuilder> endpoints) => this.endpoints = endpoints;

    /// <inheritdoc />
    public void Add(Action<EndpointBuilder> convention)
    {
        foreach (var endpoint in endpoints) endpoint.Add(convention);
    }

    /// <inheritdoc />
    public void Finally(Action<EndpointBuilder> finallyConvention)
    {
        foreach (var endpoint in endpoints) endpoint.Finally(finallyConvention);
    }
}

/// <summary>Maps services.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>Each method of the service at <c>/service/method</c>. Whatever gRPC request no route takes is answered with UNIMPLEMENTED from now on.</summary>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder endpoints) where TService : class
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var mapped = endpoints.ServiceProvider.GetService<MappedServices>()
            ?? throw new InvalidOperationException("Call AddGrpc on the services before a service is mapped.");
        var binder = new EndpointBinder<TService>(endpoints.ServiceProvider.GetRequiredService<ServiceSettings<TService>>(), endpoints.ServiceProvider);
        GeneratedBinding(typeof(TService)).Invoke(null, [binder, null]);
        List<IEndpointConventionBuilder> builders = [];
        foreach (var (method, handler, metadata) in binder.Methods)
        {
            var builder = endpoints.Map(RoutePatternFactory.Parse(method.FullName), handler);
            builder.WithDisplayName($"gRPC {method.FullName}").WithMetadata(metadata);
            builders.Add(builder);
            mapped.Add(method, typeof(TService));
        }
        var options = endpoints.ServiceProvider.GetRequiredService<Microsoft.Extensions.Options.IOptions<Grpc.AspNetCore.Server.GrpcServiceOptions>>().Value;
        if (options.IgnoreUnknownServices is not true && mapped.TakeUnknown()) UnknownMethod.Map(endpoints);
        return new(builders);
    }

    private static MethodInfo GeneratedBinding(Type service)
    {
        for (var type = service; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is not { } attribute) continue;
            return attribute.BindType.GetMethod(attribute.BindMethodName, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static, [typeof(ServiceBinderBase), type])
                ?? throw new InvalidOperationException($"{attribute.BindType} has no method {attribute.BindMethodName}(ServiceBinderBase, {type.Name}).");
        }
        throw new InvalidOperationException($"{service} does not inherit from a generated service base.");
    }
}
