using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Exchange.Hsds;

/// <summary>JSON into values that know where they stand; or the first thing that is wrong with it, told where it is.</summary>
internal static class ReadJson
{
    private const int Deepest = 48;
    /// <summary>More than any country's directory; a file of nothing but brackets would else become a hundred times its size in memory.</summary>
    private const int MostValues = 2_000_000;

    /// <summary>A file of one document.</summary>
    public static (JsonNodeAt? Root, RowError? Fault) From(ReadOnlySpan<byte> bytes)
    {
        var values = 0;
        return From(bytes, 1, ref values);
    }

    /// <param name="bytes">One document.</param>
    /// <param name="firstLine">The line of the file on which it begins.</param>
    /// <param name="values">How many values the file had before it, and has with it.</param>
    public static (JsonNodeAt? Root, RowError? Fault) From(ReadOnlySpan<byte> bytes, int firstLine, ref int values)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        var cursor = new Cursor(bytes, firstLine);
        if (!Utf8.IsValid(bytes)) return (null, cursor.At(FirstInvalid(bytes)).Wrong(ExchangeErrors.NotText, "$"));
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Deepest });
        var open = new Stack<JsonNodeAt>();
        JsonNodeAt? root = null;
        string? name = null;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    open.Pop();
                    continue;
                }
                cursor = cursor.At((int)reader.TokenStartIndex);
                var parent = open.TryPeek(out var container) ? container : null;
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    if ((name = Read(ref reader)) is null) return (null, cursor.Wrong(ExchangeErrors.Kind(Text), parent!.Path));
                    if (parent!.Members.ContainsKey(name)) return (null, cursor.Wrong(ExchangeErrors.MemberTwice, parent.Path));
                    continue;
                }
                if (++values > MostValues) return (null, cursor.Wrong(ExchangeErrors.TooManyValues, "$"));
                var node = new JsonNodeAt(KindOf(reader.TokenType), parent, name, parent?.Items.Count ?? 0, cursor.Line, cursor.Column)
                {
                    Text = reader.TokenType == JsonTokenType.Number ? Encoding.UTF8.GetString(reader.ValueSpan) : reader.TokenType == JsonTokenType.String ? Read(ref reader) : null,
                };
                if (node is { Kind: JsonValueKind.String, Text: null }) return (null, cursor.Wrong(ExchangeErrors.Kind(Text), node.Path));
                parent?.Add(node, name);
                root ??= node;
                name = null;
                if (node.Kind is JsonValueKind.Object or JsonValueKind.Array) open.Push(node);
            }
        }
        catch (JsonException exception)
        {
            var where = Offset(bytes, exception.LineNumber ?? 0) + (int)(exception.BytePositionInLine ?? 0);
            return (null, new Cursor(bytes, firstLine).At(Math.Min(where, bytes.Length)).Wrong(ExchangeErrors.NotJson, open.TryPeek(out var within) ? within.Path : "$"));
        }
        return (root, null);
    }

    private const string Text = "a text of at most 8192 characters without control characters";

    private static string? Read(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() is { } text && SafeTextConverter.IsSafe(text) ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped.
            return null;
        }
    }

    private static JsonValueKind KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => JsonValueKind.Object,
        JsonTokenType.StartArray => JsonValueKind.Array,
        JsonTokenType.String => JsonValueKind.String,
        JsonTokenType.Number => JsonValueKind.Number,
        JsonTokenType.True => JsonValueKind.True,
        JsonTokenType.False => JsonValueKind.False,
        JsonTokenType.Null => JsonValueKind.Null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        return at;
    }

    private static int Offset(ReadOnlySpan<byte> bytes, long line)
    {
        var at = 0;
        for (; line > 0 && bytes[at..].IndexOf((byte)'\n') is >= 0 and var end; line--) at += end + 1;
        return at;
    }

    /// <summary>Where the reader is. It only goes on, so that a file is counted once.</summary>
    private readonly ref struct Cursor(ReadOnlySpan<byte> bytes, int line, int column = 1, int offset = 0)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private readonly int _offset = offset;
        public readonly int Line = line;
        public readonly int Column = column;

        public Cursor At(int next)
        {
            var passed = _bytes[_offset..next];
            var (lineNow, columnNow) = (Line, Column);
            if (passed.Count((byte)'\n') is > 0 and var lines)
            {
                (lineNow, columnNow) = (Line + lines, 1);
                passed = passed[(passed.LastIndexOf((byte)'\n') + 1)..];
            }
            foreach (var one in passed)
                if ((one & 0xC0) != 0x80) columnNow++;
            return new Cursor(_bytes, lineNow, columnNow, next);
        }

        public RowError Wrong(Error error, string path) => new(Line, Column, path, error.Status, error.Code, error.Sentence);
    }
}
