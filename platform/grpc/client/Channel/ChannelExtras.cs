using Grpc.Core;
using Grpc.Net.Client;

namespace Tiltas.Grpc;

/// <summary>Settings of a channel that the official library does not have, or has in another form.</summary>
public static class ChannelExtras
{
    /// <summary>Takes deadlines and waits between attempts from this clock.</summary>
    public static GrpcChannelOptions UseTime(this GrpcChannelOptions options, TimeProvider time)
    {
        options.Time = time;
        return options;
    }

    /// <summary>
    /// Sends an HTTP/2 ping when a connection with open calls has been silent for <paramref name="delay"/>, and gives the connection up when
    /// no answer comes within <paramref name="timeout"/>: its calls end with UNAVAILABLE. Servers may refuse pings more often than every few
    /// seconds. Only for a channel with a handler of its own.
    /// </summary>
    public static GrpcChannelOptions UseKeepAlive(this GrpcChannelOptions options, TimeSpan delay, TimeSpan timeout)
    {
        options.KeepAliveDelay = delay;
        options.KeepAliveTimeout = timeout;
        return options;
    }

    /// <summary>Has the call's requests compressed; <paramref name="encoding"/> is gzip or deflate. WriteFlags.NoCompress leaves a message out.</summary>
    public static CallOptions WithCompression(this CallOptions options, string encoding)
    {
        var headers = new Metadata();
        foreach (var entry in options.Headers ?? []) headers.Add(entry);
        headers.Add(Wire.Names.InternalEncodingRequest, encoding);
        return options.WithHeaders(headers);
    }



}

/// <summary>Call credentials for common cases.</summary>
public static class CallTokens
{
    /// <summary>
    /// Sends <c>authorization: Bearer …</c> with each call. The function is asked every time, so it should keep a token while it is good.
    /// Ids and tokens never reach a log.
    /// </summary>
    public static CallCredentials Bearer(Func<CancellationToken, Task<string>> token) => CallCredentials.FromInterceptor(async (context, metadata) =>
        metadata.Add("authorization", "Bearer " + await token(context.CancellationToken)));
}
