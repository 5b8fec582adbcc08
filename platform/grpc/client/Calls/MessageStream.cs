using System.Net;
using Tiltas.Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>A request body that lasts until the caller completes it or the call ends: it lends the connection's stream to the writer.</summary>
internal sealed class MessageStream : HttpContent, IRequestBody
{
    private readonly TaskCompletionSource<Stream> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Stream? _stream;
    private bool _used;

    public MessageStream() => Headers.TryAddWithoutValidation("content-type", Names.ContentType);

    public bool Replayable => false;

    /// <summary>The stream to write on, if a connection has taken the request; from then on no other connection can.</summary>
    public Stream? Take()
    {
        lock (_gate)
        {
            _used |= _stream is not null;
            return _stream;
        }
    }

    /// <summary>Waits for a connection. Cancelled when the call ends before there is one.</summary>
    public Task ReadyAsync() => _ready.Task;

    /// <summary>No more messages come.</summary>
    public void Complete() => _done.TrySetResult();

    public void CallEnded()
    {
        _ready.TrySetCanceled();
        _done.TrySetResult();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The headers wait for the first bytes of the body; the server shall know of the call before it has a message.
        await stream.FlushAsync(cancellationToken);
        lock (_gate)
        {
            // A connection that refused the request before reading any of it may be followed by another one.
            if (_used) throw new IOException("The connection broke after messages were sent.");
            _stream = stream;
        }

        _ready.TrySetResult(stream);
        try
        {
            await _done.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The server ended the call first and wants no more; its status is in the answer.
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
