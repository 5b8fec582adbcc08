using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tiltas.Hosting.Passports;

namespace Tiltas.Hosting.Rpc;

/// <summary>Serving the public gRPC API.</summary>
public static class RpcExtensions
{
    private const int LargestMessage = 1 << 20;

    /// <summary>Adds gRPC with the limits and the error model of the HTTP API. Health and reflection are the gateway's, which speaks for all services.</summary>
    public static void AddRpc(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RpcFailures>();
        builder.Services.AddSingleton<SafeText>();
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = LargestMessage;
            // An unknown address is answered by the problem middleware, over gRPC as over HTTP.
            options.IgnoreUnknownServices = true;
            options.Interceptors.Add<RpcFailures>();
            options.Interceptors.Add<SafeText>();
#if !USE_OFFICIAL_GRPC
            options.StatusDetails = RpcProblem.DetailsOf;
#endif
        });
    }

    /// <summary>
    /// Maps a service. Methods that the proto declares free of side effects are marked <see cref="ReadsOnly"/>, and so are those that
    /// <paramref name="reading"/> names: what they leave behind is no more than a note that something was read.
    /// </summary>
    public static GrpcServiceEndpointConventionBuilder MapRpc<TService>(
        this IEndpointRouteBuilder routes, Google.Protobuf.Reflection.ServiceDescriptor service, params string[] reading) where TService : class
    {
        var mapped = routes.MapGrpcService<TService>();
        mapped.Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<GrpcMethodMetadata>().LastOrDefault() is not { } metadata) return;
            if (reading.Contains(metadata.Method.Name) || service.FindMethodByName(metadata.Method.Name)?.GetOptions()?.IdempotencyLevel == MethodOptions.Types.IdempotencyLevel.NoSideEffects)
                endpoint.Metadata.Add(ReadsOnly.Instance);
        });
        return mapped;
    }

    /// <summary>As <see cref="MapRpc{TService}(IEndpointRouteBuilder, Google.Protobuf.Reflection.ServiceDescriptor, string[])"/>, each method for callers with one of the roles that are named for it.</summary>
    /// <exception cref="InvalidOperationException">For a method nobody is named, or somebody for none: nothing is served that nobody thought of.</exception>
    public static GrpcServiceEndpointConventionBuilder MapRpc<TService>(
        this IEndpointRouteBuilder routes, Google.Protobuf.Reflection.ServiceDescriptor service, IReadOnlyDictionary<string, string[]> roles) where TService : class
    {
        var unknown = service.Methods.Select(method => method.Name).Except(roles.Keys).Concat(roles.Keys.Except(service.Methods.Select(method => method.Name))).ToList();
        if (unknown.Count > 0) throw new InvalidOperationException($"Methods of {service.FullName} and the roles that may call them do not agree: {string.Join(", ", unknown)}.");
        var mapped = routes.MapRpc<TService>(service);
        mapped.Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<GrpcMethodMetadata>().LastOrDefault() is { } metadata) endpoint.Metadata.Add(new RoleRequirement(roles[metadata.Method.Name]));
        });
        return mapped;
    }
}

/// <summary>On an endpoint that reads: it goes on when intake pauses.</summary>
public sealed class ReadsOnly
{
    private ReadsOnly()
    {
    }

    /// <summary>The mark.</summary>
    public static ReadsOnly Instance { get; } = new();
}
