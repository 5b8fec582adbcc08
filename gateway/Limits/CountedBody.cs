namespace Tiltas.Gateway.Limits;

/// <summary>
/// A body that fails as too large once it is longer than allowed, and as too slow when it is not there in time. The server's own measure of
/// slowness would end the whole connection, with everything else that its caller has open on it.
/// </summary>
internal sealed class CountedBody(Stream body, long limit, CancellationTokenSource? late) : Stream
{
    private long _read;
    private CancellationTokenSource? _either;
    private CancellationToken _given;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (late is null) return Count(await body.ReadAsync(buffer, cancellationToken));
        try
        {
            return Count(await body.ReadAsync(buffer, Either(cancellationToken)));
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body came too slowly.", StatusCodes.Status408RequestTimeout);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _either?.Dispose();
            late?.Dispose();
        }
        base.Dispose(disposing);
    }

    // One for all reads, as whoever copies a body comes with the same token each time.
    private CancellationToken Either(CancellationToken cancellationToken)
    {
        if (_either is null || cancellationToken != _given)
        {
            _either?.Dispose();
            (_either, _given) = (CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late!.Token), cancellationToken);
        }
        return _either.Token;
    }

    private int Count(int read)
    {
        _read += read;
        return _read <= limit ? read : throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
    }
}
