using System.Buffers;
using System.Text;

namespace Tiltas.Grpc.Wire;

/// <summary><c>grpc-message</c>: UTF-8, where all but printable ASCII and the percent sign itself stand as <c>%XX</c>.</summary>
internal static class PercentEncoding
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(" !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    public static string Encode(string text)
    {
        var first = text.AsSpan().IndexOfAnyExcept(Plain);
        if (first < 0) return text;
        var encoded = new StringBuilder(text, 0, first, text.Length + 32);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.AsSpan(first).EnumerateRunes())
        {
            if (rune.IsAscii && Plain.Contains((char)rune.Value))
            {
                encoded.Append((char)rune.Value);
                continue;
            }
            foreach (var b in bytes[..rune.EncodeToUtf8(bytes)]) encoded.Append('%').Append("0123456789ABCDEF"[b >> 4]).Append("0123456789ABCDEF"[b & 15]);
        }
        return encoded.ToString();
    }

    /// <summary>What is no valid escape stays as it came: a message for people is never lost over a wrong sign.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%', StringComparison.Ordinal)) return encoded;
        var bytes = new ArrayBufferWriter<byte>(encoded.Length);
        for (var i = 0; i < encoded.Length;)
        {
            if (encoded[i] == '%' && i + 2 < encoded.Length && char.IsAsciiHexDigit(encoded[i + 1]) && char.IsAsciiHexDigit(encoded[i + 2]))
            {
                bytes.Write([(byte)((Convert.ToInt32(encoded[i + 1].ToString(), 16) << 4) | Convert.ToInt32(encoded[i + 2].ToString(), 16))]);
                i += 3;
                continue;
            }
            var end = encoded.IndexOf('%', i + 1);
            if (end < 0) end = encoded.Length;
            bytes.Advance(Encoding.UTF8.GetBytes(encoded.AsSpan(i, end - i), bytes.GetSpan(3 * (end - i))));
            i = end;
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
