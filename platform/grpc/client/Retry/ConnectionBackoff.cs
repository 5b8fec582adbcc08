using System.Net.Sockets;

namespace Grpc.Net.Client.Retry;

/// <summary>
/// The pauses between tries to connect of a call that waits until its channel is ready, by the public description of connection
/// backoff: each 1.6 times the last, a fifth up or down by chance.
/// </summary>
internal sealed class ConnectionBackoff(GrpcChannel channel)
{
    private double _ticks = channel.InitialReconnectBackoff.Ticks;

    public TimeSpan Next()
    {
        var ticks = Math.Min(_ticks, channel.MaxReconnectBackoff.Ticks);
        _ticks = ticks * 1.6;
        return TimeSpan.FromTicks((long)(ticks * (0.8 + (0.4 * channel.Random()))));
    }

    /// <summary>Did it fail before there was a connection to send anything by?</summary>
    // The handler leaves a SocketException bare when the other end goes away right after it accepted.
    public static bool NotConnected(Exception failure) => failure is SocketException or HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };
}
