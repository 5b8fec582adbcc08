using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>Sends exactly these bytes, for requests that a client library would not let out.</summary>
internal static class RawHttp
{
    public static async Task<Answer> Send(Uri gateway, string requestLine, IEnumerable<string> headers, string body = "")
    {
        var head = new StringBuilder().Append(requestLine).Append(" HTTP/1.1\r\nHost: ").Append(gateway.Authority).Append("\r\nConnection: close\r\n");
        foreach (var header in headers) head.Append(header).Append("\r\n");
        if (body.Length > 0) head.Append("Content-Type: application/json\r\n");
        if (body.Length > 0 || requestLine.StartsWith('P')) head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.Latin1.GetByteCount(body)}\r\n");
        head.Append("\r\n").Append(body);
        return Parse(await Exchange(gateway, Encoding.Latin1.GetBytes(head.ToString())));
    }

    private static async Task<byte[]> Exchange(Uri gateway, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Host, gateway.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(request, TestContext.Current.CancellationToken);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, patience.Token);
        return answer.ToArray();
    }

    private static Answer Parse(byte[] answer)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0) throw new InvalidDataException($"No head in the {answer.Length} bytes of the answer.");
        var lines = Encoding.Latin1.GetString(answer, 0, end).Split("\r\n");
        using var carrier = new HttpResponseMessage();
        var fields = lines.Skip(1).Select(line => line.Split(": ", 2)).ToLookup(pair => pair[0], pair => pair[^1], StringComparer.OrdinalIgnoreCase);
        foreach (var field in fields) carrier.Headers.TryAddWithoutValidation(field.Key, field);
        var body = answer.AsSpan(end + 4);
        var text = Encoding.UTF8.GetString(fields["Transfer-Encoding"].Contains("chunked") ? Join(body) : body);
        return new((HttpStatusCode)int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), text, carrier.Headers, fields["Content-Type"].FirstOrDefault()?.Split(';')[0]);
    }

    // On bytes: a chunk may end within a letter.
    private static byte[] Join(ReadOnlySpan<byte> chunked)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var end = chunked.IndexOf("\r\n"u8);
            if (end < 0) throw new InvalidDataException("The answer breaks off before its last chunk.");
            var size = int.Parse(chunked[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size == 0) return body.ToArray();
            body.Write(chunked.Slice(end + 2, size));
            chunked = chunked[(end + 2 + size + 2)..];
        }
    }
}
