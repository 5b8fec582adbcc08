using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Tiltas.Contracts;

/// <summary>
/// A readable identifier of something public: <c>lt-kopzi</c>. Two to 63 characters of a–z, 0–9 and single hyphens,
/// beginning with a letter. Never made from a person's name.
/// </summary>
public interface ISlug<TSelf> : IParsable<TSelf> where TSelf : struct, ISlug<TSelf>
{
    /// <summary>The text.</summary>
    string Value { get; }

    /// <summary>Wraps a text that was checked before.</summary>
    static abstract TSelf From(string value);
}

/// <summary>An agency or organisation of the network.</summary>
[JsonConverter(typeof(SlugConverter<AgencyId>))]
public readonly record struct AgencyId : ISlug<AgencyId>
{
    private readonly string? _value;
    private AgencyId(string value) => _value = value;
    /// <inheritdoc/>
    public string Value => _value ?? "";
    /// <inheritdoc/>
    public static AgencyId From(string value) => new(value);
    /// <inheritdoc/>
    public static AgencyId Parse(string s, IFormatProvider? provider) => Slug.Parse<AgencyId>(s);
    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AgencyId result) => Slug.TryParse(s, out result);
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One service that one agency offers.</summary>
[JsonConverter(typeof(SlugConverter<ServiceId>))]
public readonly record struct ServiceId : ISlug<ServiceId>
{
    private readonly string? _value;
    private ServiceId(string value) => _value = value;
    /// <inheritdoc/>
    public string Value => _value ?? "";
    /// <inheritdoc/>
    public static ServiceId From(string value) => new(value);
    /// <inheritdoc/>
    public static ServiceId Parse(string s, IFormatProvider? provider) => Slug.Parse<ServiceId>(s);
    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ServiceId result) => Slug.TryParse(s, out result);
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One memorandum of understanding.</summary>
[JsonConverter(typeof(SlugConverter<MemorandumId>))]
public readonly record struct MemorandumId : ISlug<MemorandumId>
{
    private readonly string? _value;
    private MemorandumId(string value) => _value = value;
    /// <inheritdoc/>
    public string Value => _value ?? "";
    /// <inheritdoc/>
    public static MemorandumId From(string value) => new(value);
    /// <inheritdoc/>
    public static MemorandumId Parse(string s, IFormatProvider? provider) => Slug.Parse<MemorandumId>(s);
    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MemorandumId result) => Slug.TryParse(s, out result);
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Shared reading of slugs.</summary>
public static partial class Slug
{
    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Shape();

    /// <summary>True when the text has the form of a slug.</summary>
    public static bool TryParse<T>(string? s, out T result) where T : struct, ISlug<T>
    {
        var ok = s is { Length: >= 2 and <= 63 } && Shape().IsMatch(s);
        result = ok ? T.From(s!) : default;
        return ok;
    }

    /// <summary>As <see cref="TryParse{T}"/>, for callers that know the text to be right.</summary>
    /// <exception cref="FormatException">The text is no slug; it is not repeated in the message.</exception>
    public static T Parse<T>(string? s) where T : struct, ISlug<T> =>
        TryParse<T>(s, out var id) ? id : throw new FormatException($"Not a {typeof(T).Name}.");
}

/// <summary>Slugs are JSON strings.</summary>
public sealed class SlugConverter<T> : JsonConverter<T> where T : struct, ISlug<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Slug.TryParse<T>(reader.GetString(), out var id)
            ? id
            : throw new JsonException("an identifier of 2 to 63 characters a-z, 0-9 and hyphens is expected");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
