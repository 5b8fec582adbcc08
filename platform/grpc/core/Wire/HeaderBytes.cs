using Grpc.Core;

namespace Tiltas.Grpc.Wire;

/// <summary>Values of <c>-bin</c> headers: base64 with or without padding, several joined by commas.</summary>
internal static class HeaderBytes
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    public static string Encode(Metadata.Entry entry) => entry.IsBinary ? Encode(entry.RawBytes) : entry.Value;

    /// <summary>Adds a header as it came. False when a binary value is no base64; the others of the line are added all the same.</summary>
    public static bool Add(Metadata to, string name, string value)
    {
        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            to.Add(Metadata.Entry.Received(name, value));
            return true;
        }
        var whole = true;
        foreach (var part in value.AsSpan().Split(','))
        {
            if (TryDecode(value.AsSpan(part).Trim(), out var bytes)) to.Add(Metadata.Entry.Received(name, bytes));
            else whole = false;
        }
        return whole;
    }

    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        var bare = text.TrimEnd('=');
        if (bare.Length % 4 == 1 || text.Length - bare.Length > 2) return false;
        Span<char> padded = bare.Length <= 1024 ? stackalloc char[bare.Length + 3] : new char[bare.Length + 3];
        bare.CopyTo(padded);
        var length = bare.Length;
        while (length % 4 != 0) padded[length++] = '=';
        var decoded = new byte[length / 4 * 3];
        if (!Convert.TryFromBase64Chars(padded[..length], decoded, out var written)) return false;
        bytes = written == decoded.Length ? decoded : decoded[..written];
        return true;
    }
}
