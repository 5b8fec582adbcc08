using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One name with its text or bytes.</summary>
    public sealed class Entry
    {
        private readonly string? text;
        private readonly byte[]? bytes;

        /// <summary>Bytes. <see cref="ArgumentException"/> when the name is no header name or does not end with <c>-bin</c>.</summary>
        public Entry(string key, byte[] valueBytes)
        {
            Key = Normal(key);
            ArgumentNullException.ThrowIfNull(valueBytes);
            if (!IsBinary) throw new ArgumentException("The name of an entry with bytes ends with -bin.", nameof(key));
            bytes = valueBytes.AsSpan().ToArray();
        }

        /// <summary>Text. <see cref="ArgumentException"/> when the name is no header name or ends with <c>-bin</c>, or the text is not printable ASCII.</summary>
        public Entry(string key, string value)
        {
            Key = Normal(key);
            ArgumentNullException.ThrowIfNull(value);
            if (IsBinary) throw new ArgumentException("The name of an entry with text does not end with -bin.", nameof(key));
            if (value.AsSpan().ContainsAnyExceptInRange(' ', '~')) throw new ArgumentException("The text of an entry is printable ASCII; send other text as bytes.", nameof(value));
            text = value;
        }

        private Entry(string key, string? text, byte[]? bytes) => (Key, this.text, this.bytes) = (key, text, bytes);

        /// <summary>The name, in lower case.</summary>
        public string Key { get; }

        /// <summary>The text. Throws for an entry with bytes.</summary>
        public string Value => text ?? throw new InvalidOperationException("This entry carries bytes.");

        /// <summary>A copy of the bytes, or of the text's.</summary>
        public byte[] ValueBytes => bytes is not null ? bytes.AsSpan().ToArray() : Encoding.ASCII.GetBytes(text!);

        /// <summary>Whether it carries bytes.</summary>
        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        internal ReadOnlySpan<byte> RawBytes => bytes;

        /// <inheritdoc />
        public override string ToString() => IsBinary ? $"[Entry: key={Key}, {bytes!.Length} bytes]" : $"[Entry: key={Key}, value={text}]";

        // What came over the wire is taken as it is: it cannot be refused any more.
        internal static Entry Received(string key, string text) => new(key.ToLowerInvariant(), text, null);

        internal static Entry Received(string key, byte[] bytes) => new(key.ToLowerInvariant(), null, bytes);

        private static string Normal(string key)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            var lower = key.ToLowerInvariant();
            foreach (var c in lower)
                if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' or '.'))
                    throw new ArgumentException("A name is of letters, digits, '_', '-' and '.'.", nameof(key));
            return lower;
        }
    }
}
