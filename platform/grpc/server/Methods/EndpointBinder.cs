using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tiltas.Grpc.Server.Hosting;

namespace Tiltas.Grpc.Server.Methods;

/// <summary>Makes an endpoint's handler of each method that the generated binding names.</summary>
internal sealed class EndpointBinder<TService>(ServiceSettings<TService> settings, IServiceProvider root) : ServiceBinderBase where TService : class
{
    private readonly ServiceInstance<TService> instances = new(root);
    private readonly List<(IMethod, RequestDelegate, object[])> methods = [];

    public IReadOnlyList<(IMethod Method, RequestDelegate Handler, object[] Metadata)> Methods => methods;

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var target = Target(method, typeof(TRequest), typeof(ServerCallContext));
        var open = target.CreateDelegate<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>();
        UnaryServerMethod<TRequest, TResponse> invoke = (request, context) => instances.Use(context, (open, request), static (service, context, with) => with.open(service, with.request, context));
        foreach (var interceptor in Outwards())
        {
            var inner = invoke;
            invoke = (request, context) => interceptor.Use(context, (inner, request), static (one, context, with) => one.UnaryServerHandler(with.request, context, with.inner));
        }
        Add(method, target, new UnaryHandler<TRequest, TResponse>(settings, method, invoke).Handle);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var target = Target(method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
        var open = target.CreateDelegate<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>();
        ClientStreamingServerMethod<TRequest, TResponse> invoke = (requests, context) => instances.Use(context, (open, requests), static (service, context, with) => with.open(service, with.requests, context));
        foreach (var interceptor in Outwards())
        {
            var inner = invoke;
            invoke = (requests, context) => interceptor.Use(context, (inner, requests), static (one, context, with) => one.ClientStreamingServerHandler(with.requests, context, with.inner));
        }
        Add(method, target, new ClientStreamingHandler<TRequest, TResponse>(settings, method, invoke).Handle);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var target = Target(method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        var open = target.CreateDelegate<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>();
        ServerStreamingServerMethod<TRequest, TResponse> invoke = (request, responses, context) =>
            instances.Use(context, (open, request, responses), static (service, context, with) => Whole(with.open(service, with.request, with.responses, context)));
        foreach (var interceptor in Outwards())
        {
            var inner = invoke;
            invoke = (request, responses, context) => interceptor.Use(context, (inner, request, responses),
                static (one, context, with) => Whole(one.ServerStreamingServerHandler(with.request, with.responses, context, with.inner)));
        }
        Add(method, target, new ServerStreamingHandler<TRequest, TResponse>(settings, method, invoke).Handle);
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var target = Target(method, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        var open = target.CreateDelegate<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>();
        DuplexStreamingServerMethod<TRequest, TResponse> invoke = (requests, responses, context) =>
            instances.Use(context, (open, requests, responses), static (service, context, with) => Whole(with.open(service, with.requests, with.responses, context)));
        foreach (var interceptor in Outwards())
        {
            var inner = invoke;
            invoke = (requests, responses, context) => interceptor.Use(context, (inner, requests, responses),
                static (one, context, with) => Whole(one.DuplexStreamingServerHandler(with.requests, with.responses, context, with.inner)));
        }
        Add(method, target, new DuplexHandler<TRequest, TResponse>(settings, method, invoke).Handle);
    }

    private static async Task<bool> Whole(Task work)
    {
        await work;
        return true;
    }

    private IEnumerable<InterceptorInstance> Outwards() => settings.Interceptors.Reverse().Select(registration => new InterceptorInstance(registration));

    private static MethodInfo Target(IMethod method, params Type[] parameters) =>
        typeof(TService).GetMethod(method.Name, BindingFlags.Public | BindingFlags.Instance, parameters)
        ?? throw new InvalidOperationException($"{typeof(TService)} has no method {method.Name} that serves {method.FullName}.");

    private void Add(IMethod method, MethodInfo target, RequestDelegate handle) => methods.Add((method, handle,
        [.. typeof(TService).GetCustomAttributes(inherit: true), .. target.GetCustomAttributes(inherit: true), new HttpMethodMetadata([HttpMethods.Post]), new GrpcMethodMetadata(typeof(TService), method)]));
}
