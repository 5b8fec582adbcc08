using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Testing;

namespace Tiltas.Grpc.Tests.Kit;

/// <summary>Makes the test service do what the header <c>x-do</c> asks for, and notes what the calls saw.</summary>
internal sealed class Script : Interceptor
{
    /// <summary>What happened, in order.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    /// <summary>Held calls wait for this, whatever their token says.</summary>
    public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when a held call has begun.</summary>
    public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when a flood waits until its caller takes something.</summary>
    public TaskCompletionSource Blocked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Each connection that calls came on, by its other end.</summary>
    public ConcurrentDictionary<string, bool> Peers { get; } = new();

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Peers[context.Peer] = true;
        switch (context.RequestHeaders.GetValue("x-do"))
        {
            case "throw": throw new InvalidOperationException("secret of the house");
            case "null": return null!;
            case "status":
                context.Status = new(StatusCode.AlreadyExists, "there is one");
                context.ResponseTrailers.Add("x-text", "some");
                break;
            case "hold": await Hold(context); break;
            case "wait": await Wait(context); break;
            case "deadline": context.ResponseTrailers.Add("x-left", context.Deadline == DateTime.MaxValue ? "none" : "some"); break;
            case "headers": await context.WriteResponseHeadersAsync(new Metadata { { "x-early", "1" } }); break;
            case "user-state": context.UserState["a"] = 1; break;
        }
        Seen.Enqueue("before");
        var response = await continuation(request, context);
        Seen.Enqueue("after");
        return response;
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Peers[context.Peer] = true;
        switch (context.RequestHeaders.GetValue("x-do"))
        {
            case "flood": await Flood((IServerStreamWriter<StreamingOutputCallResponse>)responseStream, context); break;
            case "throw-late":
                await responseStream.WriteAsync((TResponse)(object)new StreamingOutputCallResponse());
                throw new InvalidOperationException("secret of the house");
            case "hold":
                await responseStream.WriteAsync((TResponse)(object)new StreamingOutputCallResponse());
                await Hold(context);
                try
                {
                    await responseStream.WriteAsync((TResponse)(object)new StreamingOutputCallResponse());
                }
                catch (OperationCanceledException)
                {
                    Seen.Enqueue("refused write");
                    throw;
                }
                break;
            case "wait":
                await responseStream.WriteAsync((TResponse)(object)new StreamingOutputCallResponse());
                await Wait(context);
                break;
        }
        await continuation(request, responseStream, context);
    }

    /// <summary>Writes more at once than a caller takes that does not read, for as long as it is let.</summary>
    private async Task Flood(IServerStreamWriter<StreamingOutputCallResponse> to, ServerCallContext context)
    {
        var much = new StreamingOutputCallResponse { Payload = new() { Body = Google.Protobuf.ByteString.CopyFrom(new byte[1 << 20]) } };
        await context.WriteResponseHeadersAsync([]);
        try
        {
            while (true)
            {
                var write = to.WriteAsync(much);
                if (!write.IsCompleted) Blocked.TrySetResult();
                await write;
            }
        }
        finally
        {
            Seen.Enqueue(context.CancellationToken.IsCancellationRequested ? "flood over, cancelled" : "flood over");
        }
    }

    private async Task Hold(ServerCallContext context)
    {
        _ = context.CancellationToken;
        Began.TrySetResult();
        await Released.Task;
        Seen.Enqueue(context.CancellationToken.IsCancellationRequested ? "released, cancelled" : "released");
    }

    private async Task Wait(ServerCallContext context)
    {
        Began.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
        finally
        {
            Seen.Enqueue("cancelled");
        }
    }
}
