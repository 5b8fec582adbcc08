using System.Globalization;
using System.Text;
using Tiltas.Hosting.Problems;

namespace Tiltas.Gateway.Grpc;

/// <summary>An error as gRPC says it: a status code, a message, and <c>google.rpc.Status</c> with the details.</summary>
internal static class RichStatus
{
    public const int InvalidArgument = 3, DeadlineExceeded = 4, PermissionDenied = 7, ResourceExhausted = 8,
        Aborted = 10, Unimplemented = 12, Internal = 13, Unavailable = 14, Unauthenticated = 16;

    private const string Types = "type.googleapis.com/google.rpc.";

    public static int CodeOf(Error error) => error.Status switch
    {
        401 => Unauthenticated,
        403 => PermissionDenied,
        404 or 405 or 415 or 426 => Unimplemented,
        409 => Aborted,
        408 or 504 => DeadlineExceeded,
        413 or 429 => ResourceExhausted,
        503 => Unavailable,
        >= 500 => Internal,
        _ => InvalidArgument,
    };

    /// <summary>The message as the header grpc-message carries it: printable ASCII, the rest and '%' as %XX of UTF-8.</summary>
    public static string Encode(string message)
    {
        var text = new StringBuilder(message.Length);
        foreach (var b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7e and not (byte)'%') text.Append((char)b);
            else text.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }

    /// <summary>The value of grpc-status-details-bin.</summary>
    public static string Details(Error error)
    {
        var info = new Wire().Text(1, error.Code.Replace('-', '_')).Text(2, "tiltas").Part(3, Entry("code", error.Code));
        if (error is Error.Forbidden forbidden)
        {
            info.Part(3, Entry("rule", forbidden.Rule));
            if (forbidden.Missing.Length > 0) info.Part(3, Entry("missing", string.Join(',', forbidden.Missing)));
        }
        var status = new Wire().Number(1, CodeOf(error)).Text(2, error.Sentence).Part(3, Any("ErrorInfo", info));
        if (error.RetryAfter is { } seconds) status.Part(3, Any("RetryInfo", new Wire().Part(1, new Wire().Number(1, seconds))));
        return Convert.ToBase64String(status.ToArray());
    }

    private static Wire Entry(string key, string value) => new Wire().Text(1, key).Text(2, value);

    private static Wire Any(string type, Wire value) => new Wire().Text(1, Types + type).Part(2, value);

    /// <summary>Writes the three kinds of protobuf field that these messages are made of.</summary>
    private sealed class Wire
    {
        private readonly List<byte> _bytes = [];

        public Wire Number(int field, long value)
        {
            Varint((ulong)field << 3);
            Varint((ulong)value);
            return this;
        }

        public Wire Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public Wire Part(int field, Wire value) => Bytes(field, value.ToArray());

        public byte[] ToArray() => _bytes.ToArray();

        private Wire Bytes(int field, byte[] value)
        {
            Varint(((ulong)field << 3) | 2);
            Varint((ulong)value.Length);
            _bytes.AddRange(value);
            return this;
        }

        private void Varint(ulong value)
        {
            for (; value > 0x7f; value >>= 7) _bytes.Add((byte)(value | 0x80));
            _bytes.Add((byte)value);
        }
    }
}
