using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Grpc.Core;
using Tiltas.Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>What a failure on the way means as a gRPC status; the tables are those of the public protocol description.</summary>
internal static class StatusOf
{
    /// <summary>An answer without a gRPC status.</summary>
    public static Status Http(HttpStatusCode code) => new(code switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    }, $"The answer has no gRPC status; its HTTP status is {(int)code}.");

    /// <summary>A stream that the server reset, or a connection it gave up, with this HTTP/2 error code.</summary>
    public static StatusCode Reset(long errorCode) => errorCode switch
    {
        7 => StatusCode.Unavailable,        // REFUSED_STREAM
        8 => StatusCode.Cancelled,          // CANCEL
        11 => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        12 => StatusCode.PermissionDenied,  // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };

    /// <summary>Whatever sending or receiving threw.</summary>
    public static Status Failure(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case RpcException rpc: return rpc.Status;
                case BadAnswerException bad: return new(bad.Code, bad.Message);
                // An unanswered keep-alive ping is the handler's own finding, which it files under PROTOCOL_ERROR; only its text, which names no
                // error code, tells it from a reset by the server.
                case HttpProtocolException silent when !silent.Message.Contains("0x", StringComparison.Ordinal):
                    return new(StatusCode.Unavailable, "The connection is gone: " + silent.Message, failure);
                case HttpProtocolException reset: return new(Reset(reset.ErrorCode), $"The HTTP/2 stream ended with error {reset.ErrorCode}.", failure);
            }
        }

        return failure is HttpRequestException or SocketException or IOException or OperationCanceledException
            ? new(StatusCode.Unavailable, "The server cannot be reached or the connection broke: " + Innermost(failure).Message, failure)
            : new(StatusCode.Internal, "The call failed: " + failure.Message, failure);
    }

    /// <summary>The status in trailers, or in the headers of an answer that is nothing else. Null when there is none.</summary>
    public static Status? In(HttpHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues(Names.Status, out var values)) return null;
        var message = headers.NonValidated.TryGetValues(Names.Message, out var texts) ? PercentEncoding.Decode(texts.ToString()) : "";
        return int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? new(code is >= 0 and <= 16 ? (StatusCode)code : StatusCode.Unknown, message)
            : new(StatusCode.Unknown, "The answer's gRPC status is no number.");
    }

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e;
    }
}

/// <summary>An answer that breaks the protocol or this channel's limits.</summary>
internal sealed class BadAnswerException(StatusCode code, string message) : Exception(message)
{
    public StatusCode Code { get; } = code;
}
