using System.Net;
using System.Text;

namespace Tiltas.Bench.Generator;

/// <summary>What is asked, request by request. Used by many connections at once.</summary>
internal abstract class Traffic
{
    /// <summary>Where the requests go.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>Writes the request of that number and answers its length.</summary>
    public abstract int Write(long number, Span<byte> request);

    /// <summary>Takes the answer to it: the id of what was taken in, or null when it was refused.</summary>
    public abstract Guid? Read(long number, HttpAnswer answer);
}

/// <summary>Another traffic, and a word of each request that was taken in.</summary>
internal sealed class OverheardTraffic(Traffic inner, Action<Guid> taken) : Traffic
{
    public override int Write(long number, Span<byte> request) => inner.Write(number, request);

    public override Guid? Read(long number, HttpAnswer answer)
    {
        var id = inner.Read(number, answer);
        if (id is { } known) taken(known);
        return id;
    }
}

/// <summary>A request written once, with places of a fixed length that each sending fills anew.</summary>
internal sealed class RequestShape
{
    /// <summary>Stands in the text where 36 characters are filled in later; the number tells the places apart.</summary>
    public static string Place(int number) => new((char)('\u0001' + number), 36);

    private readonly byte[] _bytes;

    public RequestShape(string method, Uri target, string body = "", params IReadOnlyList<string> headers)
    {
        var head = new StringBuilder().Append(method).Append(' ').Append(target.PathAndQuery).Append(" HTTP/1.1\r\nHost: ").Append(target.Authority).Append("\r\n");
        foreach (var header in headers) head.Append(header).Append("\r\n");
        if (body.Length > 0) head.Append("Content-Type: application/json\r\nContent-Length: ").Append(Encoding.UTF8.GetByteCount(body)).Append("\r\n");
        _bytes = Encoding.UTF8.GetBytes(head.Append("\r\n").Append(body).ToString());
        Places = [.. Enumerable.Range(0, 4).Select(n => _bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Place(n)))).TakeWhile(at => at >= 0)];
    }

    /// <summary>Where each place begins.</summary>
    public IReadOnlyList<int> Places { get; }

    public int CopyTo(Span<byte> request)
    {
        _bytes.CopyTo(request);
        return _bytes.Length;
    }
}

/// <summary>One request after another of a list, round and round; an answer 200 counts.</summary>
internal sealed class ListedRequests(IReadOnlyList<RequestShape> shapes) : Traffic
{
    public override int Write(long number, Span<byte> request) => shapes[(int)(number % shapes.Count)].CopyTo(request);

    public override Guid? Read(long number, HttpAnswer answer) => answer.Status == 200 ? Guid.Empty : null;
}

/// <summary>The same request again and again; an answer 200 counts.</summary>
internal sealed class SameRequest(RequestShape shape) : Traffic
{
    public override int Write(long number, Span<byte> request) => shape.CopyTo(request);

    public override Guid? Read(long number, HttpAnswer answer) => answer.Status == 200 ? Guid.Empty : null;
}
