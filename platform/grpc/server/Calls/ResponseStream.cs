using System.IO.Pipelines;
using Grpc.Core;

namespace Tiltas.Grpc.Server.Calls;

/// <summary>The responses of a call that has many. A write that need not wait makes nothing but the message's bytes.</summary>
internal sealed class ResponseStream<T>(ServerCall call, Marshaller<T> marshaller) : IServerStreamWriter<T> where T : class
{
    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        return call.Write(marshaller, message, WriteOptions, cancellationToken);
    }
}

internal sealed partial class ServerCall
{
    // What a caller of WriteAsync asked to keep back is sent once there is this much of it.
    private const int MostKeptBack = 32 * 1024;

    // The response's, once it has started.
    private System.IO.Pipelines.PipeWriter? pipe;

    /// <summary>Writes one of many responses. One at a time.</summary>
    public Task Write<T>(Marshaller<T> marshaller, T message, WriteOptions? options, CancellationToken cancellationToken)
    {
        ValueTask<FlushResult> flush;
        lock (gate)
        {
            ThrowIfOver();
            if (blocked) throw new InvalidOperationException("A write is under way; await it before the next.");
            if (pipe is null)
            {
                Prepare(null);
                starting ??= Http.Response.StartAsync(CancellationToken.None);
                if (!starting.IsCompletedSuccessfully) return WriteAfterStart(marshaller, message, options, cancellationToken);
                pipe = Http.Response.BodyWriter;
            }
            Encode(pipe, marshaller, message, options);
            if (options is not null && options.Flags.HasFlag(WriteFlags.BufferHint) && pipe.CanGetUnflushedBytes && pipe.UnflushedBytes < MostKeptBack) return Task.CompletedTask;
            flush = pipe.FlushAsync(cancellationToken);
            if (flush.IsCompletedSuccessfully)
            {
                _ = flush.Result;
                return Task.CompletedTask;
            }
            blocked = true;
        }
        return WaitForRoom(flush);
    }

    /// <summary>Writes the one response of a call; the status that follows takes it along.</summary>
    public ValueTask WriteOnly<T>(Marshaller<T> marshaller, T message)
    {
        if (!armed) return WriteOnlyAlone(marshaller, message);
        lock (gate) return WriteOnlyAlone(marshaller, message);
    }

    // As long as nothing is armed, nobody else can end the call.
    private ValueTask WriteOnlyAlone<T>(Marshaller<T> marshaller, T message)
    {
        ThrowIfOver();
        if (!Http.Response.HasStarted)
        {
            Prepare(null);
            starting = Http.Response.StartAsync(CancellationToken.None);
            if (!starting.IsCompletedSuccessfully) return WriteOnlyAfterStart(marshaller, message);
        }
        Encode(Http.Response.BodyWriter, marshaller, message, null);
        return default;
    }

    private async ValueTask WriteOnlyAfterStart<T>(Marshaller<T> marshaller, T message)
    {
        await starting!;
        await WriteOnly(marshaller, message);
    }

    private async Task WriteAfterStart<T>(Marshaller<T> marshaller, T message, WriteOptions? options, CancellationToken cancellationToken)
    {
        await starting!;
        await Write(marshaller, message, options, cancellationToken);
    }

    private async Task WaitForRoom(ValueTask<FlushResult> flush)
    {
        Arm();
        try
        {
            await flush;
        }
        finally
        {
            blocked = false;
        }
    }
}
