using System.Net.Http.Headers;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// An answer that is being read. Who ends the call and who reads it may be different threads: the connection's stream and the rented
/// buffers are released by whichever of them is last.
/// </summary>
internal sealed class Answer(HttpResponseMessage response, MessageReader reader)
{
    private const int Idle = 0, Reading = 1, Closed = 2;
    private int _state;

    public MessageReader Reader => reader;

    /// <summary>Complete only after the body's end.</summary>
    public HttpHeaders Trailers => response.TrailingHeaders;

    /// <summary>False when the answer is closed or another read runs.</summary>
    public bool Enter() => Interlocked.CompareExchange(ref _state, Reading, Idle) == Idle;

    public void Leave()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Reading) != Reading) Release();
    }

    /// <summary>Releases now, or when the running read leaves.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _state, Closed) == Idle) Release();
    }

    private void Release()
    {
        reader.Dispose();
        response.Dispose();
    }
}
