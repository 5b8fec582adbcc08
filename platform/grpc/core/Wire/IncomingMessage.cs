using System.Buffers;
using Grpc.Core;

namespace Tiltas.Grpc.Wire;

/// <summary>Hands one payload after the other to a marshaller, where it lies.</summary>
internal sealed class IncomingMessage : DeserializationContext
{
    private ReadOnlySequence<byte> payload;

    public T Read<T>(ReadOnlySequence<byte> payload, Marshaller<T> marshaller)
    {
        this.payload = payload;
        try
        {
            return marshaller.ContextualDeserializer(this);
        }
        finally
        {
            this.payload = default;
        }
    }

    public override int PayloadLength => (int)payload.Length;

    public override byte[] PayloadAsNewBuffer() => payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => payload;
}
