using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a marshaller puts one message: either one array, or the length, the writer and the end.</summary>
public abstract class SerializationContext
{
    /// <summary>The whole message.</summary>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException("This context takes no arrays.");

    /// <summary>The writer for the message's bytes.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException("This context has no writer.");

    /// <summary>Announces how many bytes will be written.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>All bytes are written.</summary>
    public virtual void Complete() => throw new NotSupportedException("This context has no writer.");
}

/// <summary>Where a marshaller finds one message.</summary>
public abstract class DeserializationContext
{
    /// <summary>Length in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>A copy that stays.</summary>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotSupportedException("This context gives no arrays.");

    /// <summary>The bytes where they lie; valid until the marshaller returns.</summary>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw new NotSupportedException("This context gives no sequences.");
}
