using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tiltas.Contracts;

/// <summary>An identifier made of a UUID version 7; it says nothing about a person.</summary>
public interface IUuidId<TSelf> : IParsable<TSelf> where TSelf : struct, IUuidId<TSelf>
{
    /// <summary>The UUID.</summary>
    Guid Value { get; }

    /// <summary>Wraps a UUID that is known to be of this kind.</summary>
    static abstract TSelf From(Guid value);
}

/// <summary>The person concerned, by a pseudonym that only the network knows.</summary>
[JsonConverter(typeof(UuidIdConverter<SubjectRef>))]
public readonly record struct SubjectRef(Guid Value) : IUuidId<SubjectRef>
{
    /// <inheritdoc/>
    public static SubjectRef From(Guid value) => new(value);
    /// <inheritdoc/>
    public static SubjectRef Parse(string s, IFormatProvider? provider) => UuidId.Parse<SubjectRef>(s);
    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SubjectRef result) => UuidId.TryParse(s, out result);
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}

/// <summary>One need of one subject, offered by one agency to another.</summary>
[JsonConverter(typeof(UuidIdConverter<ReferralId>))]
public readonly record struct ReferralId(Guid Value) : IUuidId<ReferralId>
{
    /// <inheritdoc/>
    public static ReferralId From(Guid value) => new(value);
    /// <inheritdoc/>
    public static ReferralId Parse(string s, IFormatProvider? provider) => UuidId.Parse<ReferralId>(s);
    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ReferralId result) => UuidId.TryParse(s, out result);
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}

/// <summary>One recorded consent of one subject.</summary>
[JsonConverter(typeof(UuidIdConverter<ConsentId>))]
public readonly record struct ConsentId(Guid Value) : IUuidId<ConsentId>
{
    /// <inheritdoc/>
    public static ConsentId From(Guid value) => new(value);
    /// <inheritdoc/>
    public static ConsentId Parse(string s, IFormatProvider? provider) => UuidId.Parse<ConsentId>(s);
    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ConsentId result) => UuidId.TryParse(s, out result);
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}

/// <summary>One screening of one subject by one agency.</summary>
[JsonConverter(typeof(UuidIdConverter<ScreeningId>))]
public readonly record struct ScreeningId(Guid Value) : IUuidId<ScreeningId>
{
    /// <inheritdoc/>
    public static ScreeningId From(Guid value) => new(value);
    /// <inheritdoc/>
    public static ScreeningId Parse(string s, IFormatProvider? provider) => UuidId.Parse<ScreeningId>(s);
    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ScreeningId result) => UuidId.TryParse(s, out result);
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}

/// <summary>One time that a person was told of rights.</summary>
[JsonConverter(typeof(UuidIdConverter<InformationId>))]
public readonly record struct InformationId(Guid Value) : IUuidId<InformationId>
{
    /// <inheritdoc/>
    public static InformationId From(Guid value) => new(value);
    /// <inheritdoc/>
    public static InformationId Parse(string s, IFormatProvider? provider) => UuidId.Parse<InformationId>(s);
    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out InformationId result) => UuidId.TryParse(s, out result);
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}

/// <summary>One thing about one subject that stayed open too long.</summary>
[JsonConverter(typeof(UuidIdConverter<GapId>))]
public readonly record struct GapId(Guid Value) : IUuidId<GapId>
{
    /// <inheritdoc/>
    public static GapId From(Guid value) => new(value);
    /// <inheritdoc/>
    public static GapId Parse(string s, IFormatProvider? provider) => UuidId.Parse<GapId>(s);
    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out GapId result) => UuidId.TryParse(s, out result);
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}

/// <summary>One form that an agency filled in about one subject.</summary>
[JsonConverter(typeof(UuidIdConverter<FormId>))]
public readonly record struct FormId(Guid Value) : IUuidId<FormId>
{
    /// <inheritdoc/>
    public static FormId From(Guid value) => new(value);
    /// <inheritdoc/>
    public static FormId Parse(string s, IFormatProvider? provider) => UuidId.Parse<FormId>(s);
    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out FormId result) => UuidId.TryParse(s, out result);
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");
}

/// <summary>Shared reading and writing of UUID identifiers.</summary>
public static class UuidId
{
    /// <summary>Reads the 36-character form only; braces, URNs and spaces are refused.</summary>
    public static bool TryParse<T>(string? s, out T result) where T : struct, IUuidId<T>
    {
        var ok = Guid.TryParseExact(s, "D", out var value) && value != Guid.Empty;
        result = ok ? T.From(value) : default;
        return ok;
    }

    /// <summary>As <see cref="TryParse{T}"/>, for callers that know the text to be right.</summary>
    /// <exception cref="FormatException">The text is no UUID; it is not repeated in the message.</exception>
    public static T Parse<T>(string? s) where T : struct, IUuidId<T> =>
        TryParse<T>(s, out var id) ? id : throw new FormatException($"Not a {typeof(T).Name}.");
}

/// <summary>UUID identifiers are JSON strings in the 36-character form.</summary>
public sealed class UuidIdConverter<T> : JsonConverter<T> where T : struct, IUuidId<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetGuid(out var value) && value != Guid.Empty
            ? T.From(value)
            : throw new JsonException("a UUID in its 36-character form is expected");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
