using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tiltas.Grpc.Wire;

namespace Tiltas.Grpc.Server.Calls;

/// <summary>Metadata from and to HTTP headers.</summary>
internal static class Headers
{
    /// <summary>Without what belongs to the protocol. INVALID_ARGUMENT when one is no ASCII or a binary one no base64.</summary>
    public static Metadata Read(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers)
        {
            if (IsOfTheProtocol(name)) continue;
            foreach (var value in values)
            {
                if (value.AsSpan().ContainsAnyExceptInRange('\t', '~'))
                    throw new RpcException(new(StatusCode.InvalidArgument, "A header is not ASCII."));
                if (!HeaderBytes.Add(metadata, name, value ?? "")) throw new RpcException(new(StatusCode.InvalidArgument, "A binary header is not base64."));
            }
        }
        return metadata.Freeze();
    }

    public static void Write(IHeaderDictionary headers, Metadata metadata)
    {
        foreach (var entry in metadata)
        {
            if (IsOfTheProtocol(entry.Key)) continue;
            var value = HeaderBytes.Encode(entry);
            headers[entry.Key] = headers.TryGetValue(entry.Key, out var before) ? StringValues.Concat(before, value) : value;
        }
    }

    private static bool IsOfTheProtocol(string name) => name is [':', ..] || name.ToLowerInvariant() is Names.Status or Names.Message or Names.Timeout or Names.Encoding
        or Names.AcceptEncoding or Names.InternalEncodingRequest or "content-type" or "content-length" or "te" or "host" or "connection" or "transfer-encoding" or "upgrade";
}
