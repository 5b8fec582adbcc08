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

    // Most calls wait for nothing: the plain way is not asynchronous, here and below.
    public Task Handle(HttpContext http)
    {
        if (Protocol.Refuse(http)) return Task.CompletedTask;
        if (!http.Request.Path.Value.AsSpan().EndsWith(method.FullName, StringComparison.Ordinal))
        {
            // Routing minds neither case nor a slash at the end; gRPC does.
            UnknownMethod.Tell(http);
            return Task.CompletedTask;
        }
        var call = new ServerCall(http, settings, method, name);
        try
        {
            if (call.Begin() && Serve(call) is { IsCompletedSuccessfully: false } serving)
            {
                var waiting = Wait(call, serving);
                call.LeaveActivity();
                return waiting;
            }
        }
        catch (Exception exception)
        {
            call.Fail(exception);
        }
        var finishing = call.Finish();
        if (finishing.IsCompletedSuccessfully) return Task.CompletedTask;
        call.LeaveActivity();
        return finishing.AsTask();
    }

    private static async Task Wait(ServerCall call, Task serving)
    {
        try
        {
            await serving;
        }
        catch (Exception exception)
        {
            call.Fail(exception);
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

    protected static Task Respond(ServerCall call, Marshaller<TResponse> responses, Task<TResponse> work)
    {
        if (!work.IsCompletedSuccessfully) return RespondLater(call, responses, work);
        var writing = Write(call, responses, work.Result);
        return writing.IsCompletedSuccessfully ? Task.CompletedTask : writing.AsTask();
    }

    private static async Task RespondLater(ServerCall call, Marshaller<TResponse> responses, Task<TResponse> work)
    {
        if (!work.IsCompleted) call.Arm();
        await Write(call, responses, await work);
    }

    private static ValueTask Write(ServerCall call, Marshaller<TResponse> responses, TResponse? response)
    {
        if (response is null) throw new InvalidOperationException("The method returned null.");
        return call.Status.StatusCode == StatusCode.OK && !call.IsOver ? call.WriteOnly(responses, response) : default;
    }
}

internal sealed class UnaryHandler<TRequest, TResponse>(ServiceSettings settings, Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> invoke)
    : MethodHandler<TRequest, TResponse>(settings, method) where TRequest : class where TResponse : class
{
    protected override Task Serve(ServerCall call)
    {
        var reading = RequestReader.ReadOnly(call, Requests);
        return reading.IsCompletedSuccessfully ? Respond(call, Responses, invoke(reading.Result, call)) : ServeLater(call, reading);
    }

    private async Task ServeLater(ServerCall call, ValueTask<TRequest> reading) => await Respond(call, Responses, invoke(await reading, call));
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
