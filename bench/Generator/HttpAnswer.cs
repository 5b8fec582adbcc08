namespace Tiltas.Bench.Generator;

/// <summary>One answer. The body lies in the connection's buffer and is gone with the next exchange.</summary>
internal readonly record struct HttpAnswer(int Status, ReadOnlyMemory<byte> Body, bool Closes)
{
    private static ReadOnlySpan<byte> EndOfHead => "\r\n\r\n"u8;

    /// <summary>Reads one answer from the front of what has arrived; false while some of it is missing.</summary>
    public static bool TryRead(Memory<byte> arrived, out HttpAnswer answer, out int length)
    {
        (answer, length) = (default, 0);
        var end = arrived.Span.IndexOf(EndOfHead);
        if (end < 0) return false;

        var head = arrived.Span[..(end + 2)];
        if (!head.StartsWith("HTTP/1.1 "u8) || !System.Buffers.Text.Utf8Parser.TryParse(head[9..12], out int status, out _)) throw new IOException("That is no HTTP/1.1 answer.");
        var closes = Header(head, "connection"u8) is { Length: > 0 } connection && Same(connection, "close"u8);
        var rest = arrived[(end + 4)..];
        if (Same(Header(head, "transfer-encoding"u8), "chunked"u8))
        {
            if (!Unchunk(rest, out var body, out var taken)) return false;
            (answer, length) = (new(status, body, closes), end + 4 + taken);
            return true;
        }
        var size = System.Buffers.Text.Utf8Parser.TryParse(Header(head, "content-length"u8), out int stated, out _) ? stated : 0;
        if (rest.Length < size) return false;
        (answer, length) = (new(status, rest[..size], closes), end + 4 + size);
        return true;
    }

    // The parts are pushed together in place: what is read once need not be kept.
    private static bool Unchunk(Memory<byte> rest, out ReadOnlyMemory<byte> body, out int taken)
    {
        (body, taken) = (default, 0);
        // With its end everything before it has arrived, so moving starts once.
        if (rest.Span.IndexOf("\r\n0\r\n\r\n"u8) < 0) return false;
        var (from, filled) = (0, 0);
        while (true)
        {
            var line = rest.Span[from..].IndexOf("\r\n"u8);
            if (line < 0 || !System.Buffers.Text.Utf8Parser.TryParse(rest.Span.Slice(from, line), out int size, out _, 'x')) return false;
            from += line + 2;
            if (rest.Length < from + size + 2) return false;
            if (size == 0)
            {
                (body, taken) = (rest[..filled], from + 2);
                return true;
            }
            rest.Span.Slice(from, size).CopyTo(rest.Span[filled..]);
            filled += size;
            from += size + 2;
        }
    }

    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        var from = head.IndexOf("\r\n"u8) + 2;
        while (from < head.Length)
        {
            var end = head[from..].IndexOf("\r\n"u8);
            if (end <= 0) break;
            var line = head.Slice(from, end);
            if (line.Length > name.Length && line[name.Length] == ':' && Same(line[..name.Length], name)) return line[(name.Length + 1)..].Trim((byte)' ');
            from += end + 2;
        }
        return default;
    }

    private static bool Same(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => System.Text.Ascii.EqualsIgnoreCase(a, b);
}
