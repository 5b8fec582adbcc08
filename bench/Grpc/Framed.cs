using System.Buffers.Binary;
using Google.Protobuf;

namespace Tiltas.Bench.Grpc;

/// <summary>A message as it travels, uncompressed.</summary>
internal static class Framed
{
    public static byte[] Bytes(IMessage message)
    {
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - 5);
        message.WriteTo(frame.AsSpan(5));
        return frame;
    }
}
