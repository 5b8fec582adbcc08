using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Tiltas.Hosting.Problems;

/// <summary>How JSON is read and written, at the API (strict) and in stored messages (an added field is tolerated).</summary>
public static class TiltasJson
{
    private static readonly ConcurrentDictionary<string, bool> Members = new(StringComparer.Ordinal);

    /// <summary>For requests and answers: unknown members, duplicates, integers for codes and unsafe text are refused.</summary>
    public static JsonSerializerOptions Api { get; } = Strict(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>For messages: as the API, but unknown members are passed over, so that an added optional field breaks nobody.</summary>
    public static JsonSerializerOptions Messages { get; } = Lenient();

    /// <summary>Applies the API's rules to options that a framework owns.</summary>
    public static JsonSerializerOptions Strict(JsonSerializerOptions options)
    {
        options.MaxDepth = 32;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new SafeTextConverter());
        options.Converters.Add(new CodeConverterFactory());
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(static type =>
        {
            foreach (var property in type.Properties) Members.TryAdd(property.Name, true);
        });
        return options;
    }

    /// <summary>True for a member's name of our own; any other was thought of by a caller and is not given back.</summary>
    public static bool IsMember(string name) => Members.ContainsKey(name);

    private static JsonSerializerOptions Lenient()
    {
        var options = Strict(new JsonSerializerOptions(JsonSerializerDefaults.Web));
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
        return AbsentIsNull(options);
    }

    /// <summary>
    /// Null is not written, so a <c>required</c> member that may be null must be readable when it is absent; without this a
    /// memorandum without a last day could be written to the outbox and never be read from it.
    /// </summary>
    public static JsonSerializerOptions AbsentIsNull(JsonSerializerOptions options)
    {
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(static type =>
        {
            foreach (var property in type.Properties)
                if (property.IsRequired && (property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is not null : property.IsSetNullable))
                    property.IsRequired = false;
        });
        return options;
    }
}

/// <summary>Text without NUL, other control characters or lone surrogates, which no store of ours may meet. At most 8 192 characters.</summary>
public sealed class SafeTextConverter : JsonConverter<string>
{
    private const int Longest = 8192;

    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.String => Checked(ref reader),
            _ => throw new JsonException("text is expected"),
        };

    /// <inheritdoc/>
    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Checked(ref reader);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    private static string Checked(ref Utf8JsonReader reader)
    {
        string? text;
        try
        {
            text = reader.GetString();
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("valid Unicode is expected");
        }
        return IsSafe(text) ? text! : throw new JsonException("text of at most 8192 characters without control characters is expected");
    }

    /// <summary>True when the text may be stored and shown.</summary>
    public static bool IsSafe(string? text)
    {
        if (text is null || text.Length > Longest) return false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c < ' ' && c is not ('\n' or '\r' or '\t') || c is '\u007f' or '\ufffe' or '\uffff') return false;
            if (!char.IsSurrogate(c)) continue;
            if (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }
        return true;
    }
}

/// <summary>Codes travel by their exact names; numbers, other spellings and combinations are refused and never repeated back.</summary>
public sealed class CodeConverterFactory : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(CodeConverter<>).MakeGenericType(typeToConvert))!;

    private sealed class CodeConverter<T> : JsonConverter<T> where T : struct, Enum
    {
        private static readonly FrozenDictionary<string, T> ByName = Enum.GetValues<T>().ToFrozenDictionary(v => v.ToString(), StringComparer.Ordinal);
        private static readonly FrozenDictionary<T, JsonEncodedText> Names = Enum.GetValues<T>().ToFrozenDictionary(v => v, v => JsonEncodedText.Encode(v.ToString()));

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? Find(ref reader) : throw Unknown();

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Find(ref reader);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Names[value]);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(Names[value]);

        private static T Find(ref Utf8JsonReader reader)
        {
            if (reader.HasValueSequence || reader.ValueSpan.Length > 64 || reader.ValueIsEscaped) throw Unknown();
            return ByName.TryGetValue(System.Text.Encoding.UTF8.GetString(reader.ValueSpan), out var value) ? value : throw Unknown();
        }

        private static JsonException Unknown() => new($"a code of the list {typeof(T).Name} is expected, one of {string.Join(", ", Enum.GetNames<T>())}");
    }
}
