using System.Buffers;
using System.IO.Compression;
using Grpc.Net.Compression;

namespace Tiltas.Grpc.Wire;

/// <summary>Whole messages through a compression provider.</summary>
internal static class Compression
{
    public const string Identity = "identity";

    public static IReadOnlyList<ICompressionProvider> Standard { get; } =
        [new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest)];

    public static void Compress(ICompressionProvider provider, CompressionLevel? level, ReadOnlySpan<byte> payload, PooledBuffer to)
    {
        using var stream = provider.CreateCompressionStream(new BufferStream(to), level);
        stream.Write(payload);
    }

    /// <summary>Throws <see cref="TooMuchException"/> past the buffer's limit and <see cref="InvalidDataException"/> for what the provider cannot read or what is cut short.</summary>
    public static void Decompress(ICompressionProvider provider, ReadOnlySequence<byte> payload, PooledBuffer to)
    {
        var source = new SequenceStream(payload);
        using var stream = provider.CreateDecompressionStream(source);
        try
        {
            while (true)
            {
                var read = stream.Read(to.GetSpan(4096));
                if (read == 0) break;
                to.Advance(read);
            }
        }
        catch (Exception e) when (e is not (InvalidDataException or TooMuchException or OutOfMemoryException))
        {
            throw new InvalidDataException("The message cannot be decompressed.", e);
        }
    }
}

/// <summary>A stream that writes into a buffer.</summary>
internal sealed class BufferStream(IBufferWriter<byte> to) : OneWayStream
{
    public override bool CanWrite => true;

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => to.Write(buffer);
}

/// <summary>A stream that reads a sequence.</summary>
internal sealed class SequenceStream(ReadOnlySequence<byte> rest) : OneWayStream
{
    private ReadOnlySequence<byte> rest = rest;

    public override bool CanRead => true;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var taken = rest.Slice(0, Math.Min(buffer.Length, rest.Length));
        taken.CopyTo(buffer);
        rest = rest.Slice(taken.End);
        return (int)taken.Length;
    }
}

/// <summary>What the two have in common: no length, no place.</summary>
internal abstract class OneWayStream : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("This stream has no length.");

    public override long Position
    {
        get => throw new NotSupportedException("This stream has no place.");
        set => throw new NotSupportedException("This stream has no place.");
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is written only.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("This stream has no place.");

    public override void SetLength(long value) => throw new NotSupportedException("This stream has no length.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is read only.");
}
