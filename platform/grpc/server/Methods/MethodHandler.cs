using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Tiltas.Grpc.Server.Calls;
using Tiltas.Grpc.Server.Hosting;

namespace Tiltas.Grpc.Server.Methods;

/// <summary>Serves the calls of one method: reads, lets the service work, writes, ends.</summary>
internal abstract class MethodHandler<TRequest, TResponse>(ServiceSettings settings, Method<TRequest, TResponse> method)
    where TRequest : class where TResponse : class
{
    private readonly string name = method.FullName[1..];

    protected Marshaller<TRequest> Requests => method.RequestMarshaller;

    protected Marshaller<TResponse> Responses => method.ResponseMarshaller;

    public async Task Handle(HttpContext http)
    {
        if (Protocol.Refuse(http)) return;
        if (!http.Request.Path.Value.AsSpan().EndsWith(method.FullName, StringComparison.Ordinal))
        {
            // Routing minds neither case nor a slash at the end; gRPC does.
            UnknownMethod.Tell(http);
            return;
        }
        var call = new ServerCall(http, settings, method, name);
        if (call.Begin())
        {
            try
            {
                await Serve(call);
            }
            catch (Exception exception)
            {
                call.Fail(exception);
            }
        }
        await call.Finish();
    }

    protected abstract Task Serve(ServerCall call);

    // A method that waits may be overtaken by the deadline; one that does not, cannot.
    protected static Task Watched(ServerCall call, Task work)
    {
        if (!work.IsCompleted) call.Arm();
        return work;
    }

    protected static async Task Respond(ServerCall call, Marshaller<TResponse> responses, Task<TResponse> work)
    {
        if (!work.IsCompleted) call.Arm();
        var response = await work ?? throw new InvalidOperationException("The method returned null.");
        if (call.Status.StatusCode == StatusCode.OK && !call.IsOver) await call.WriteOnly(responses, response);
    }
}

internal sealed class UnaryHandler<TRequest, TResponse>(ServiceSettings settings, Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> invoke)
    : MethodHandler<TRequest, TResponse>(settings, method) where TRequest : class where TResponse : class
{
    protected override async Task Serve(ServerCall call) => await Respond(call, Responses, invoke(await RequestReader.ReadOnly(call, Requests), call));
}

internal sealed class ClientStreamingHandler<TRequest, TResponse>(
    ServiceSettings settings, Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> invoke)
    : MethodHandler<TRequest, TResponse>(settings, method) where TRequest : class where TResponse : class
{
    protected override Task Serve(ServerCall call) => Respond(call, Responses, invoke(new RequestStream<TRequest>(call, Requests), call));
}

internal sealed class ServerStreamingHandler<TRequest, TResponse>(
    ServiceSettings settings, Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> invoke)
    : MethodHandler<TRequest, TResponse>(settings, method) where TRequest : class where TResponse : class
{
    protected override async Task Serve(ServerCall call) =>
        await Watched(call, invoke(await RequestReader.ReadOnly(call, Requests), new ResponseStream<TResponse>(call, Responses), call));
}

internal sealed class DuplexHandler<TRequest, TResponse>(
    ServiceSettings settings, Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> invoke)
    : MethodHandler<TRequest, TResponse>(settings, method) where TRequest : class where TResponse : class
{
    protected override Task Serve(ServerCall call) =>
        Watched(call, invoke(new RequestStream<TRequest>(call, Requests), new ResponseStream<TResponse>(call, Responses), call));
}
