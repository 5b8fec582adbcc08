using System.Buffers;
using System.Buffers.Binary;

namespace Tiltas.Grpc.Wire;

/// <summary>What the next bytes of a stream are.</summary>
internal enum FrameResult
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>A whole message.</summary>
    Message,

    /// <summary>A message longer than allowed.</summary>
    TooLarge,

    /// <summary>The first byte is neither 0 nor 1.</summary>
    BadFlag,
}

/// <summary>Length-prefixed messages: one byte that says whether compressed, four bytes of length, big-endian, the message.</summary>
internal static class Frames
{
    public const int HeaderLength = 5;

    /// <summary>Cuts the next message off the front of <paramref name="buffer"/>; on anything but a message the buffer stays as it is.</summary>
    public static FrameResult TryRead(ref ReadOnlySequence<byte> buffer, int? maxSize, out bool compressed, out ReadOnlySequence<byte> payload)
    {
        compressed = false;
        payload = default;
        if (buffer.IsEmpty) return FrameResult.Incomplete;
        scoped ReadOnlySpan<byte> header = buffer.FirstSpan;
        Span<byte> joined = stackalloc byte[HeaderLength];
        if (header.Length < HeaderLength)
        {
            // The network may cut a message anywhere, even inside its header.
            var there = (int)Math.Min(buffer.Length, HeaderLength);
            buffer.Slice(0, there).CopyTo(joined);
            header = joined[..there];
        }
        if (header[0] > 1) return FrameResult.BadFlag;
        if (header.Length < HeaderLength) return FrameResult.Incomplete;
        compressed = header[0] == 1;
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > (maxSize ?? int.MaxValue)) return FrameResult.TooLarge;
        if (buffer.Length < HeaderLength + length) return FrameResult.Incomplete;
        payload = buffer.Slice(HeaderLength, length);
        buffer = buffer.Slice(payload.End);
        return FrameResult.Message;
    }

    public static void WriteHeader(Span<byte> header, bool compressed, int length)
    {
        header[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..HeaderLength], length);
    }
}
