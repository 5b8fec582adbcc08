using System.Net;
using System.Net.Sockets;

namespace Tiltas.Bench.Generator;

/// <summary>One kept-alive HTTP/1.1 connection over a bare socket: one request at a time, nothing pooled, nothing hidden.</summary>
internal sealed class HttpConnection : IDisposable
{
    private const int Largest = 4 * 1024 * 1024;
    private readonly IPEndPoint _address;
    private Socket _socket;
    private byte[] _buffer = new byte[16 * 1024];
    private int _used;
    private int _filled;

    private HttpConnection(IPEndPoint address, Socket socket) => (_address, _socket) = (address, socket);

    /// <summary>Where requests are written before they are sent.</summary>
    public byte[] Request { get; } = new byte[8 * 1024];

    public static async Task<HttpConnection> Open(IPEndPoint address, CancellationToken stop) => new(address, await Connect(address, stop));

    /// <summary>Sends the first <paramref name="length"/> bytes of <see cref="Request"/> and waits for the whole answer.</summary>
    public async ValueTask<HttpAnswer> Exchange(int length, CancellationToken stop)
    {
        _used = _filled = 0;
        for (var sent = 0; sent < length;)
            sent += await _socket.SendAsync(Request.AsMemory(sent, length - sent), SocketFlags.None, stop);

        while (true)
        {
            if (_filled == _buffer.Length) Grow();
            var more = await _socket.ReceiveAsync(_buffer.AsMemory(_filled), SocketFlags.None, stop);
            if (more == 0) throw new IOException("The connection ended before the answer.");
            _filled += more;
            if (!HttpAnswer.TryRead(_buffer.AsMemory(_used, _filled - _used), out var answer, out _)) continue;
            if (answer.Closes) await Again(stop);
            return answer;
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task Again(CancellationToken stop)
    {
        _socket.Dispose();
        _socket = await Connect(_address, stop);
    }

    private void Grow()
    {
        if (_buffer.Length >= Largest) throw new IOException("The answer is longer than any the bench asks for.");
        Array.Resize(ref _buffer, _buffer.Length * 2);
    }

    private static async Task<Socket> Connect(IPEndPoint address, CancellationToken stop)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, stop);
        return socket;
    }
}
