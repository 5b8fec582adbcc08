using System.Buffers;

namespace Tiltas.Grpc.Wire;

/// <summary>A growing buffer in a rented array, optionally with a limit. Disposing gives the array back; the buffer may be used again.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int Least = 256;
    private byte[] array = [];

    /// <summary>More than this throws <see cref="TooMuchException"/>.</summary>
    public int Limit { get; set; } = int.MaxValue;

    public int Length { get; private set; }

    public int Capacity => array.Length;

    public ReadOnlySpan<byte> Written => array.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => array.AsMemory(0, Length);

    public Span<byte> Span => array.AsSpan(0, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, array.Length - Length);
        if (Limit - Length < count) throw new TooMuchException();
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return array.AsSpan(Length);
    }

    public void Clear() => Length = 0;

    public void Dispose()
    {
        if (array.Length > 0) ArrayPool<byte>.Shared.Return(array);
        (array, Length) = ([], 0);
    }

    private void Ensure(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (array.Length - Length >= needed) return;
        var grown = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(Length + needed, Least), (int)Math.Min(2L * array.Length, Array.MaxLength)));
        array.AsSpan(0, Length).CopyTo(grown);
        if (array.Length > 0) ArrayPool<byte>.Shared.Return(array);
        array = grown;
    }
}

/// <summary>A buffer would grow past its limit.</summary>
internal sealed class TooMuchException() : Exception("More bytes than the limit allows.");
