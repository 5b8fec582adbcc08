using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Tiltas.Contracts;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;

namespace Tiltas.Hosting.Rpc;

/// <summary>Reads the parts of a gRPC request into our own types. What cannot be read ends the call with INVALID_ARGUMENT and the field's path.</summary>
public static class RpcRequest
{
    /// <summary>Who asks; from the passport that the middleware verified.</summary>
    public static Caller Caller(this ServerCallContext context) =>
        context.GetHttpContext().Features.Get<Caller>() ?? throw RpcProblem.Of(new Error.Refused(401, CommonErrors.NotSignedIn, "A valid token is required."));

    /// <summary>A UUID identifier.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public static T Id<T>(string text, string field) where T : struct, IUuidId<T> =>
        T.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id : throw Wrong("A UUID of 36 characters is expected.", field);

    /// <summary>A readable identifier.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public static T Slug<T>(string text, string field) where T : struct, ISlug<T> =>
        Contracts.Slug.TryParse<T>(text, out var id) ? id : throw Wrong("An identifier is 2 to 63 characters of a-z, 0-9 and single hyphens and begins with a letter.", field);

    /// <summary>A readable identifier, or none for an empty text.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public static T? SlugOrNone<T>(string text, string field) where T : struct, ISlug<T> => text.Length == 0 ? null : Slug<T>(text, field);

    /// <summary>The caller's name for one attempt.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public static IdempotencyKey Key(string text) =>
        IdempotencyKey.TryParse(text, out var key) ? key : throw RpcProblem.Of(IdempotencyKey.Wrong("idempotency_key"));

    /// <summary>A code that must be given. The names of the two lists are the same; contract tests hold them together.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT when it is not said or newer than this server.</exception>
    public static TCode Code<TCode>(System.Enum proto, string field) where TCode : struct, System.Enum =>
        CodeOrNone<TCode>(proto, field) ?? throw Wrong("This code is required.", field);

    /// <summary>A code, or none when it is not said.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT when it is newer than this server.</exception>
    public static TCode? CodeOrNone<TCode>(System.Enum proto, string field) where TCode : struct, System.Enum
    {
        if (Convert.ToInt32(proto, CultureInfo.InvariantCulture) == 0) return null;
        // A value that the list lacks prints as its number, which names nothing.
        return System.Enum.TryParse<TCode>(proto.ToString(), out var code) && System.Enum.IsDefined(code) && !int.TryParse(proto.ToString(), out _)
            ? code
            : throw Wrong("This code is not in the list.", field);
    }

    /// <summary>Codes, each of which must be said.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public static TCode[] Codes<TCode, TProto>(IEnumerable<TProto> protos, string field) where TCode : struct, System.Enum where TProto : struct, System.Enum =>
        [.. protos.Select((proto, i) => Code<TCode>(proto, $"{field}[{i}]"))];

    /// <summary>A day, or none for an empty text.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public static DateOnly? DayOrNone(string text, string field) =>
        text.Length == 0 ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw Wrong("A day is written YYYY-MM-DD.", field);

    /// <summary>Text, or none for an empty one.</summary>
    public static string? TextOrNone(string text) => text.Length == 0 ? null : text;

    /// <summary>How many entries a page may have; 0 means the usual.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public static int PageSize(int size, int usual, int most) =>
        size == 0 ? usual : size >= 1 && size <= most ? size : throw Wrong($"A page has 1 to {most} entries.", "page_size");

    /// <summary>Ends the call with INVALID_ARGUMENT.</summary>
    public static RpcException Wrong(string sentence, string field) => RpcProblem.Of(new Error.Invalid(CommonErrors.Malformed, sentence, field));
}

/// <summary>Writes our own types as parts of a gRPC answer.</summary>
public static class RpcAnswer
{
    /// <summary>The value, or the end of the call with the error.</summary>
    /// <exception cref="RpcException">There is an error instead.</exception>
    public static T OrThrow<T>(this Result<T> result) => result.Error is { } error ? throw RpcProblem.Of(error) : result.Value;

    /// <summary>The same code in the published list.</summary>
    public static TProto ToProto<TProto>(this System.Enum code) where TProto : struct, System.Enum => System.Enum.Parse<TProto>(code.ToString());

    /// <summary>The same codes in the published list.</summary>
    public static IEnumerable<TProto> ToProtos<TCode, TProto>(this IEnumerable<TCode> codes) where TCode : struct, System.Enum where TProto : struct, System.Enum =>
        codes.Select(code => System.Enum.Parse<TProto>(code.ToString()));

    /// <summary>The moment.</summary>
    public static Timestamp ToProto(this DateTimeOffset moment) => Timestamp.FromDateTimeOffset(moment);

    /// <summary>The moment, if there is one.</summary>
    [return: NotNullIfNotNull(nameof(moment))]
    public static Timestamp? ToProto(this DateTimeOffset? moment) => moment is { } at ? Timestamp.FromDateTimeOffset(at) : null;

    /// <summary>The day as YYYY-MM-DD; empty for none.</summary>
    public static string ToProto(this DateOnly? day) => day is { } d ? d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "";

    /// <summary>The day as YYYY-MM-DD.</summary>
    public static string ToProto(this DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
