using System.Net;
using Tiltas.Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>A request body of one framed message. Kept until the call is over and no connection is still sending it.</summary>
internal sealed class MessageContent : HttpContent, IRequestBody
{
    private readonly Lock _gate = new();
    private readonly PooledBuffer _framed;
    private int _sending;
    private bool _over;

    public MessageContent(PooledBuffer framed)
    {
        _framed = framed;
        Headers.TryAddWithoutValidation("content-type", Names.ContentType);
    }

    public bool Replayable => true;

    public void CallEnded()
    {
        lock (_gate)
        {
            _over = true;
            if (_sending == 0) _framed.Dispose();
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_over) throw new OperationCanceledException("The call is over.");
            _sending++;
        }

        try
        {
            await stream.WriteAsync(_framed.WrittenMemory, cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _sending--;
                if (_over && _sending == 0) _framed.Dispose();
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

/// <summary>What a call knows of its request body.</summary>
internal interface IRequestBody
{
    /// <summary>Whether it can be sent again.</summary>
    bool Replayable { get; }

    /// <summary>Tells that nothing more of it is wanted.</summary>
    void CallEnded();
}
