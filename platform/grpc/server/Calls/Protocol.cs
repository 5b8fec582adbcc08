using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tiltas.Grpc.Wire;

namespace Tiltas.Grpc.Server.Calls;

/// <summary>What is refused before it is a call at all.</summary>
internal static class Protocol
{
    /// <summary>True when the response says why: no HTTP/2, no gRPC content type.</summary>
    public static bool Refuse(HttpContext http)
    {
        var request = http.Request;
        if (ReferenceEquals(request.Protocol, HttpProtocol.Http2) || HttpProtocol.IsHttp2(request.Protocol) || HttpProtocol.IsHttp3(request.Protocol))
        {
            var contentType = request.ContentType;
            if (contentType == Names.ContentType || Names.IsGrpc(contentType)) return false;
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return true;
        }
        http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
        http.Response.Headers.Upgrade = "h2c";
        return true;
    }
}

/// <summary>Status codes as header values, made once.</summary>
internal static class StatusText
{
    private static readonly StringValues[] Codes = [.. Enumerable.Range(0, 17).Select(code => new StringValues(code.ToString(CultureInfo.InvariantCulture)))];

    public static StringValues Of(StatusCode code) => (uint)code < Codes.Length ? Codes[(int)code] : ((int)code).ToString(CultureInfo.InvariantCulture);
}
