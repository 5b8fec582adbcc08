using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Tiltas.Grpc.Wire;

/// <summary>
/// Writes framed messages to a target, one after the other. A message that is not compressed and whose length is announced goes straight to
/// the target; any other is kept in a rented buffer until its length is known.
/// </summary>
internal sealed class OutgoingMessage : SerializationContext, IBufferWriter<byte>, IDisposable
{
    // What a rare large message needed is not kept for the many small ones.
    private const int MostKept = 64 * 1024;

    private IBufferWriter<byte> target = null!;
    private ICompressionProvider? provider;
    private CompressionLevel? level;
    private int maxSize;
    private int? announced;
    private bool direct;
    private bool headerDue;
    private bool complete;
    private PooledBuffer? kept;
    private PooledBuffer? compressed;

    /// <summary>Serializes and frames one message. <see cref="TooMuchException"/> when it is longer than allowed; nothing was written then.</summary>
    public void Write<T>(IBufferWriter<byte> target, Marshaller<T> marshaller, T message, ICompressionProvider? provider, CompressionLevel? level, int? maxSize)
    {
        (this.target, this.provider, this.level, this.maxSize) = (target, provider, level, maxSize ?? int.MaxValue);
        (announced, direct, headerDue, complete) = (null, false, false, false);
        try
        {
            marshaller.ContextualSerializer(message, this);
            if (!complete) throw new InvalidOperationException("The marshaller did not complete the message.");
        }
        finally
        {
            (this.target, this.provider) = (null!, null);
            Trim(kept);
            Trim(compressed);
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        if (payloadLength > maxSize) throw new TooMuchException();
        announced = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (announced is { } length && (provider is null || length == 0))
        {
            if (!direct) (direct, headerDue) = (true, true);
            return this;
        }
        return kept ??= new();
    }

    // The header goes with the first of the message's bytes: the target is asked for room once.
    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        if (!headerDue) return target.GetSpan(sizeHint);
        var room = target.GetSpan(Frames.HeaderLength + Math.Max(sizeHint, 1));
        Frames.WriteHeader(room, compressed: false, announced!.Value);
        return room[Frames.HeaderLength..];
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        if (!headerDue) return target.GetMemory(sizeHint);
        var room = target.GetMemory(Frames.HeaderLength + Math.Max(sizeHint, 1));
        Frames.WriteHeader(room.Span, compressed: false, announced!.Value);
        return room[Frames.HeaderLength..];
    }

    void IBufferWriter<byte>.Advance(int count)
    {
        // Before it asked for any room, a writer may say that it used none.
        if (count == 0) return;
        target.Advance(headerDue ? Frames.HeaderLength + count : count);
        headerDue = false;
    }

    public override void Complete()
    {
        End();
        if (headerDue) Header(compressed: false, announced!.Value);
        headerDue = false;
        if (direct) return;
        if (announced == 0 || kept is null) Header(compressed: false, 0);
        else Send(kept.Written);
    }

    public override void Complete(byte[] payload)
    {
        End();
        Send(payload);
    }

    public void Dispose()
    {
        kept?.Dispose();
        compressed?.Dispose();
    }

    private void Send(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > maxSize) throw new TooMuchException();
        if (provider is null || payload.Length == 0)
        {
            Header(compressed: false, payload.Length);
            target.Write(payload);
            return;
        }
        compressed ??= new();
        compressed.Clear();
        Compression.Compress(provider, level, payload, compressed);
        Header(compressed: true, compressed.Length);
        target.Write(compressed.Written);
    }

    private void Header(bool compressed, int length)
    {
        Frames.WriteHeader(target.GetSpan(Frames.HeaderLength), compressed, length);
        target.Advance(Frames.HeaderLength);
    }

    private static void Trim(PooledBuffer? buffer)
    {
        if (buffer is null) return;
        if (buffer.Capacity > MostKept) buffer.Dispose();
        else buffer.Clear();
    }

    private void End()
    {
        if (complete) throw new InvalidOperationException("The marshaller completed the message twice.");
        complete = true;
    }
}
