using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Tiltas.Gateway.Grpc;

/// <summary>
/// The answer of a stream on its way out, which can be ended between two messages: over gRPC an end in the middle of one is INTERNAL to most
/// clients, whatever status it names, and INTERNAL is what nobody calls again after. A write under way is never given up for the end:
/// the server would break the connection, or reset the stream, and no end would be seen.
/// </summary>
/// <param name="to">Where the answer goes.</param>
/// <param name="framed">Whether these are messages of gRPC; else each write stands for itself.</param>
/// <param name="cut">Ends even a write that its reader does not take.</param>
internal sealed class WholeMessages(IHttpResponseBodyFeature to, bool framed, CancellationToken cut) : Stream, IHttpResponseBodyFeature
{
    private const int HeaderLength = 5;

    private readonly Lock _lock = new();
    private readonly byte[] _header = new byte[HeaderLength];
    private int _headerRead;
    private uint _rest;
    private Action? _end;
    private bool _ended;

    public Stream Stream => this;

    // Our own services write whole messages here, and end by themselves.
    public PipeWriter Writer => to.Writer;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    private bool IsBetween => _headerRead == 0;

    /// <summary>Runs <paramref name="end"/> once no message is under way, which may be now; nothing is written after.</summary>
    public void EndBetween(Action end)
    {
        lock (_lock)
        {
            if (_ended) return;
            _ended = IsBetween;
            if (!_ended) _end = end;
        }
        if (_ended) end();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Action? end;
        int taken;
        lock (_lock)
        {
            if (_ended) throw new OperationCanceledException(cancellationToken);
            taken = Pass(buffer.Span, toTheEndOfOne: _end is not null);
            _ended = _end is not null && IsBetween;
            end = _ended ? _end : null;
        }
        // With the writer's own token a message whose beginning is out could lose its end.
        await to.Stream.WriteAsync(buffer[..taken], cut);
        end?.Invoke();
        if (taken < buffer.Length) throw new OperationCanceledException(cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => to.Stream.FlushAsync(cut);
    public override void Flush() => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public Task StartAsync(CancellationToken cancellationToken = default) => to.StartAsync(cancellationToken);
    public Task CompleteAsync() => to.CompleteAsync();
    public void DisableBuffering() => to.DisableBuffering();
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    private int Pass(ReadOnlySpan<byte> bytes, bool toTheEndOfOne)
    {
        if (!framed) return bytes.Length;
        var at = 0;
        while (at < bytes.Length)
        {
            if (_headerRead < HeaderLength)
            {
                _header[_headerRead++] = bytes[at++];
                if (_headerRead < HeaderLength) continue;
                _rest = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(1));
            }
            var passed = (int)Math.Min(_rest, (uint)(bytes.Length - at));
            at += passed;
            _rest -= (uint)passed;
            if (_rest > 0) continue;
            _headerRead = 0;
            if (toTheEndOfOne) break;
        }
        return at;
    }
}
