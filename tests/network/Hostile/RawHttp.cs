using System.Net.Sockets;
using System.Text;
using System.Net;
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
        if (body.Length > 0 || requestLine.StartsWith('P')) head.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Length: {Encoding.Latin1.GetByteCount(body)}\r\n");
        head.Append("\r\n").Append(body);
        return Parse(await Exchange(gateway, Encoding.Latin1.GetBytes(head.ToString())));
    }

    private static async Task<string> Exchange(Uri gateway, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Host, gateway.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(request, TestContext.Current.CancellationToken);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, patience.Token);
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    private static Answer Parse(string text)
    {
        var parts = text.Split("\r\n\r\n", 2);
        var lines = parts[0].Split("\r\n");
        using var carrier = new HttpResponseMessage();
        var fields = lines.Skip(1).Select(line => line.Split(": ", 2)).ToLookup(pair => pair[0], pair => pair[^1], StringComparer.OrdinalIgnoreCase);
        foreach (var field in fields) carrier.Headers.TryAddWithoutValidation(field.Key, field);
        var body = fields["Transfer-Encoding"].Contains("chunked") ? Join(parts[1]) : parts[1];
        return new((HttpStatusCode)int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), body, carrier.Headers, fields["Content-Type"].FirstOrDefault()?.Split(';')[0]);
    }

    private static string Join(string chunked)
    {
        var bytes = Encoding.UTF8.GetBytes(chunked);
        using var body = new MemoryStream();
        for (var at = 0; at < bytes.Length;)
        {
            var end = Array.IndexOf(bytes, (byte)'\r', at);
            var size = Convert.ToInt32(Encoding.ASCII.GetString(bytes, at, end - at), 16);
            if (size == 0) break;
            body.Write(bytes, end + 2, size);
            at = end + 2 + size + 2;
        }
        return Encoding.UTF8.GetString(body.ToArray());
    }
}
