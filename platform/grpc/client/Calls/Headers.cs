using System.Net.Http.Headers;
using Grpc.Core;
using Tiltas.Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>Metadata to and from HTTP headers.</summary>
internal static class Headers
{
    public static void Write(Metadata from, HttpRequestHeaders to)
    {
        foreach (var entry in from)
            if (entry.Key != Names.InternalEncodingRequest) to.TryAddWithoutValidation(entry.Key, HeaderBytes.Encode(entry));
    }

    /// <summary>All headers but those that belong to the protocol. Read without validation: a server may send what HttpClient's parsers refuse.</summary>
    public static Metadata Read(HttpHeaders from)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in from.NonValidated)
        {
            if (IsProtocol(name)) continue;
            foreach (var value in values) HeaderBytes.Add(metadata, name, value);
        }

        return metadata;
    }

    private static bool IsProtocol(string name) => name.Length > 0 && (name[0] | 0x20) is 'g' or 'c' or 't'
        && (Is(name, Names.Status) || Is(name, Names.Message) || Is(name, Names.Encoding) || Is(name, Names.AcceptEncoding)
            || Is(name, "content-type") || Is(name, "trailer"));

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
