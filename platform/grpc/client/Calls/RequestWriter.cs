using System.Net.Sockets;
using Grpc.Core;
using Tiltas.Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>The messages of a request stream, one write at a time.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The rented array goes back with the last write or completion; nobody owns a writer.")]
internal sealed class RequestWriter<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, MessageStream body) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private const int Idle = 0, Writing = 1, Completed = 2;
    private readonly PooledBuffer _framed = new();
    private int _state;

    public WriteOptions? WriteOptions { get; set; } = call.Options.WriteOptions;

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        switch (Interlocked.CompareExchange(ref _state, Writing, Idle))
        {
            case Writing: return Task.FromException(new InvalidOperationException("The message before is still being written: await each WriteAsync."));
            case Completed: return Task.FromException(new InvalidOperationException("The request stream is complete."));
        }

        var writing = WriteOptions;
        if (call.Over is not null || !call.TryFrame(message, _framed, writing)) return Refused();
        var flush = writing?.Flags.HasFlag(WriteFlags.BufferHint) != true;
        if (cancellationToken.CanBeCanceled || body.Take() is not { } stream) return WriteSlowlyAsync(null, default, flush, cancellationToken);

        // Most writes end in the connection's buffer at once; they cost no state machine.
        try
        {
            var write = stream.WriteAsync(_framed.WrittenMemory, call.Stop);
            if (!write.IsCompletedSuccessfully) return WriteSlowlyAsync(stream, write.AsTask(), flush, default);
            write.GetAwaiter().GetResult();
            var flushing = flush ? stream.FlushAsync(call.Stop) : Task.CompletedTask;
            if (!flushing.IsCompletedSuccessfully) return WriteSlowlyAsync(stream, flushing, false, default);
        }
        catch (Exception e)
        {
            return WriteSlowlyAsync(stream, Task.FromException(e), false, default);
        }

        Release();
        return Task.CompletedTask;
    }

    public Task CompleteAsync()
    {
        switch (Interlocked.CompareExchange(ref _state, Completed, Idle))
        {
            case Writing: return Task.FromException(new InvalidOperationException("A message is still being written: await each WriteAsync."));
            case Completed: return Task.FromException(new InvalidOperationException("The request stream is complete."));
        }

        _framed.Dispose();
        body.Complete();
        return Task.CompletedTask;
    }

    private async Task WriteSlowlyAsync(Stream? stream, Task? running, bool flush, CancellationToken cancellationToken)
    {
        using var cancellation = cancellationToken.UnsafeRegister(static call => ((ClientCall)call!).Cancel(), call);
        try
        {
            if (stream is null)
            {
                await body.ReadyAsync();
                stream = body.Take()!;
                running = stream.WriteAsync(_framed.WrittenMemory, call.Stop).AsTask();
            }

            await running!;
            if (flush) await stream.FlushAsync(call.Stop);
        }
        catch (Exception e)
        {
            throw await WhyAsync(e);
        }
        finally
        {
            Release();
        }
    }

    // A write fails because the call is over or about to be. Where someone reads the answer, its status is the reason; else the answer is
    // left for the caller to read, and only the write fails.
    private async Task<Exception> WhyAsync(Exception failure)
    {
        if (call.Response is { } response) await response.ContinueWith(static _ => { }, TaskScheduler.Default);
        if (call.Over is { } end) return ExceptionOf(end);
        return new RpcException(failure is HttpRequestException or SocketException or IOException
            ? StatusOf.Failure(failure)
            : new(StatusCode.Cancelled, "The server ended the call before the message was sent; its status is at the end of the response stream.", failure));
    }

    private Task Refused()
    {
        Release();
        return Task.FromException(ExceptionOf(call.Ended("status")));
    }

    private Exception ExceptionOf(CallEnd end) => end.Status.StatusCode == StatusCode.OK
        ? new InvalidOperationException("The call is over: the server answered before this message was sent.")
        : call.ExceptionOf(end);

    private void Release()
    {
        if (call.Over is null) _framed.Clear();
        else _framed.Dispose();
        Interlocked.CompareExchange(ref _state, Idle, Writing);
    }
}
