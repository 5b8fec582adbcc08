using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;
using Grpc.Net.Compression;
using Tiltas.Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// Reads framed messages from an answer's body, one at a time. The rented arrays belong to the one who reads: only the reader, when no read
/// is running, may dispose it.
/// </summary>
internal sealed class MessageReader(Stream stream, int? maxSize, string? encoding) : IDisposable
{
    private const int FirstSize = 4096;
    private const int MostAtOnce = 1 << 20;
    private readonly IncomingMessage _message = new();
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private PooledBuffer? _plain;
    private ICompressionProvider? _provider;
    private ReadOnlySequence<byte> _payload;
    private bool _compressed;
    private int _start, _end;

    /// <summary>True after an end of the body in the middle of a message.</summary>
    public bool IsCutShort => _start != _end;

    /// <summary>True when a message is at hand, false at the end of the body. <see cref="BadAnswerException"/> for anything else.</summary>
    public ValueTask<bool> NextAsync(CancellationToken stop) => TryCut() ? new(true) : ReadAsync(stop);

    /// <summary>The message at hand.</summary>
    public T Take<T>(Marshaller<T> marshaller)
    {
        try
        {
            return _message.Read(_compressed ? Decompressed() : _payload, marshaller);
        }
        catch (Exception e) when (e is not BadAnswerException)
        {
            throw new BadAnswerException(StatusCode.Internal, "The response message cannot be read: " + e.Message);
        }
        finally
        {
            _payload = default;
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
        _plain?.Dispose();
    }

    private async ValueTask<bool> ReadAsync(CancellationToken stop)
    {
        do
        {
            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), stop);
            if (read == 0) return false;
            _end += read;
        }
        while (!TryCut());
        return true;
    }

    private bool TryCut()
    {
        var rest = new ReadOnlySequence<byte>(_buffer, _start, _end - _start);
        switch (Frames.TryRead(ref rest, maxSize, out _compressed, out _payload))
        {
            case FrameResult.Incomplete: return false;
            case FrameResult.TooLarge: throw TooLarge();
            case FrameResult.BadFlag: throw new BadAnswerException(StatusCode.Internal, "A message of the answer has an unknown flag.");
            default:
                _start = _end - (int)rest.Length;
                return true;
        }
    }

    // The length in a frame's header is the server's word: the buffer grows toward it as bytes come, not before.
    private void MakeRoom()
    {
        var kept = _end - _start;
        var frame = kept >= Frames.HeaderLength ? Frames.HeaderLength + (long)BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start + 1)) : Frames.HeaderLength;
        var wanted = (int)Math.Min(frame, Math.Max(MostAtOnce, 2L * kept));
        if (_buffer.Length - _start >= wanted && _end < _buffer.Length) return;
        if (wanted > _buffer.Length || kept == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, FirstSize));
            _buffer.AsSpan(_start, kept).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        }

        (_start, _end) = (0, kept);
    }

    private ReadOnlySequence<byte> Decompressed()
    {
        _provider ??= encoding is null or Tiltas.Grpc.Wire.Compression.Identity
            ? throw new BadAnswerException(StatusCode.Internal, "A message of the answer is compressed, but the answer names no encoding.")
            : GrpcChannel.Provider(encoding) ?? throw new BadAnswerException(StatusCode.Internal, "The answer is compressed in a way this client does not know.");
        _plain ??= new() { Limit = maxSize ?? int.MaxValue };
        _plain.Clear();
        try
        {
            Tiltas.Grpc.Wire.Compression.Decompress(_provider, _payload, _plain);
        }
        catch (TooMuchException)
        {
            throw TooLarge();
        }

        return new(_plain.WrittenMemory);
    }

    private static BadAnswerException TooLarge() => new(StatusCode.ResourceExhausted, "A message of the answer is larger than this channel takes.");
}
