using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Tiltas.Grpc.Wire;

namespace Tiltas.Grpc.Tests.Kit;

/// <summary>What came back, byte for byte. <see cref="Reset"/>: the HTTP/2 error that ended it without an answer.</summary>
internal sealed record Answer
{
    public int Http { get; init; }
    public StatusCode? Status { get; init; }
    public string? Message { get; init; }
    public bool TrailersOnly { get; init; }
    public byte[] Body { get; init; } = [];
    public Dictionary<string, string> Headers { get; init; } = [];
    public Dictionary<string, string> Trailers { get; init; } = [];
    public string? Reset { get; init; }

    public T Single<T>(MessageParser<T> parser) where T : IMessage<T>
    {
        Assert.Equal(StatusCode.OK, Status);
        return parser.ParseFrom(Body.AsSpan(5, (int)BinaryPrimitives.ReadUInt32BigEndian(Body.AsSpan(1))));
    }
}

/// <summary>Calls a server with HttpClient and hand-made frames: no gRPC library is in it.</summary>
internal sealed class RawCaller(Uri address) : IDisposable
{
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        UseCookies = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None, ActivityHeadersPropagator = null,
        InitialHttp2StreamWindowSize = 65535,
    });

    public const string Unary = "/grpc.testing.TestService/UnaryCall";
    public const string Empty = "/grpc.testing.TestService/EmptyCall";
    public const string Upload = "/grpc.testing.TestService/StreamingInputCall";
    public const string Download = "/grpc.testing.TestService/StreamingOutputCall";
    public const string Duplex = "/grpc.testing.TestService/FullDuplexCall";

    public static byte[] Frame(IMessage message) => Frame(message.ToByteArray());

    public static byte[] Frame(byte[] payload, byte flag = 0)
    {
        var frame = new byte[Frames.HeaderLength + payload.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame, Frames.HeaderLength);
        return frame;
    }

    public Task<Answer> Post(string path, byte[] body, params (string Name, string Value)[] headers) => Post(path, new ByteArrayContent(body), default, headers);

    public async Task<Answer> Post(string path, HttpContent content, CancellationToken stop, params (string Name, string Value)[] headers)
    {
        try
        {
            using var response = await Begin(path, content, stop, headers);
            return await Read(response, stop);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new() { Reset = ((exception as HttpProtocolException ?? exception.InnerException as HttpProtocolException)?.ErrorCode)?.ToString() ?? exception.Message };
        }
    }

    /// <summary>Returns with the response's headers; of its body no more is taken than the stream's first window holds, 64 KiB, until it is read.</summary>
    public async Task<HttpResponseMessage> Begin(string path, HttpContent content, CancellationToken stop, params (string Name, string Value)[] headers)
    {
        // Not disposed of: that would dispose of a body that is still being sent.
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content,
        };
        content.Headers.TryAddWithoutValidation("content-type", Array.Find(headers, header => header.Name == "content-type").Value ?? "application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var (name, value) in headers)
            if (name != "content-type") request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request, stop);
    }

    public void Dispose() => http.Dispose();

    private static async Task<Answer> Read(HttpResponseMessage response, CancellationToken stop)
    {
        var body = await response.Content.ReadAsByteArrayAsync(stop);
        var headers = Flat(response.Headers);
        foreach (var (name, value) in Flat(response.Content.Headers)) headers[name] = value;
        var trailers = Flat(response.TrailingHeaders);
        var trailersOnly = headers.ContainsKey("grpc-status");
        var ending = trailersOnly ? headers : trailers;
        return new()
        {
            Http = (int)response.StatusCode, Body = body, Headers = headers, Trailers = trailers, TrailersOnly = trailersOnly,
            Status = ending.TryGetValue("grpc-status", out var code) ? (StatusCode)int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) : null,
            Message = ending.TryGetValue("grpc-message", out var message) ? PercentEncoding.Decode(message) : null,
        };
    }

    private static Dictionary<string, string> Flat(HttpHeaders headers)
    {
        var flat = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in headers.NonValidated) flat[name] = string.Join(",", values);
        return flat;
    }
}
