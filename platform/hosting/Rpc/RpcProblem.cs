using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Tiltas.Hosting.Problems;
using RpcStatus = Google.Rpc.Status;

namespace Tiltas.Hosting.Rpc;

/// <summary>
/// An <see cref="Error"/> over gRPC: the status that fits, the same sentence, and in <c>google.rpc.ErrorInfo</c> the same code, rule,
/// missing and trace id as over HTTP; <c>BadRequest</c> names the field, <c>RetryInfo</c> says when to try again.
/// </summary>
public static class RpcProblem
{
    /// <summary>Domain of every <c>ErrorInfo</c>.</summary>
    public const string Domain = "tiltas";

    private const string Details = "grpc-status-details-bin";

    /// <summary>The content type of every gRPC message.</summary>
    public const string MediaType = "application/grpc";

    /// <summary>True for a request that wants its answer as gRPC.</summary>
    public static bool IsWanted(HttpRequest request) => IsGrpc(request.ContentType);

    /// <summary>True for gRPC with protobuf: bare or <c>+proto</c>, either with parameters. The rule by which the gRPC server itself decides.</summary>
    public static bool IsGrpc(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase)) return false;
        var rest = contentType.AsSpan(MediaType.Length);
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase)) rest = rest[6..];
        return rest.IsEmpty || rest.TrimStart() is [';', ..];
    }

    /// <summary>The exception that ends a call with this error.</summary>
    /// <param name="error">What stopped it.</param>
    /// <param name="named">True when its field is already named as in the proto.</param>
    public static RpcException Of(Error error, bool named = false)
    {
        var status = StatusOf(error, named);
        return new RpcException(new global::Grpc.Core.Status((StatusCode)status.Code, status.Message), new Metadata { { Details, status.ToByteArray() } });
    }

    /// <summary>Answers a request that no method took, without a message; does nothing when the answer has already begun.</summary>
    public static Task Write(HttpContext context, Error error)
    {
        if (context.Response.HasStarted) return Task.CompletedTask;
        var response = context.Response;
        response.Clear();
        response.StatusCode = 200;
        response.ContentType = MediaType;
        foreach (var (name, value) in Headers(error)) response.Headers[name] = value;
        return Task.CompletedTask;
    }

    /// <summary>Ends an answer that has begun.</summary>
    public static void WriteTrailers(HttpResponse response, Error error)
    {
        foreach (var (name, value) in Headers(error)) response.AppendTrailer(name, value);
    }

    /// <summary>
    /// Details for a status that the gRPC library itself ends a call with, so that every refusal has a code; null for a call that its own
    /// caller gave up.
    /// </summary>
    public static byte[]? DetailsOf(global::Grpc.Core.Status status)
    {
        Error? error = status.StatusCode switch
        {
            StatusCode.Cancelled => null,
            StatusCode.InvalidArgument => new Error.Invalid(CommonErrors.Malformed, status.Detail),
            StatusCode.NotFound => new Error.Refused(404, CommonErrors.NoSuchPath, status.Detail),
            StatusCode.ResourceExhausted => new Error.Refused(413, CommonErrors.TooLarge, status.Detail),
            StatusCode.Unimplemented => new Error.Refused(415, CommonErrors.WrongMediaType, status.Detail),
            StatusCode.DeadlineExceeded => new Error.Refused(504, CommonErrors.TooLate, status.Detail),
            StatusCode.Unavailable => new Error.Unavailable(CommonErrors.StoreAway, status.Detail, 1),
            _ => new Error.Refused(500, CommonErrors.Ours, status.Detail),
        };
        if (error is null) return null;
        var details = StatusOf(error);
        details.Code = (int)status.StatusCode;
        return details.ToByteArray();
    }

    private static (string Name, string Value)[] Headers(Error error)
    {
        var status = StatusOf(error);
        return
        [
            ("grpc-status", status.Code.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("grpc-message", Percent(status.Message)),
            (Details, Convert.ToBase64String(status.ToByteArray())),
        ];
    }

    private static RpcStatus StatusOf(Error error, bool named = false)
    {
        var info = new ErrorInfo { Reason = error.Code.Replace('-', '_'), Domain = Domain };
        info.Metadata["code"] = error.Code;
        if (Activity.Current is { } activity) info.Metadata["traceId"] = activity.TraceId.ToHexString();
        var status = new RpcStatus { Code = (int)CodeOf(error), Message = error.Sentence };
        switch (error)
        {
            case Error.Forbidden forbidden:
                info.Metadata["rule"] = forbidden.Rule;
                if (forbidden.Missing.Length > 0) info.Metadata["missing"] = string.Join(", ", forbidden.Missing);
                break;
            case Error.Conflict { Rule: { } rule }:
                info.Metadata["rule"] = rule;
                break;
        }
        status.Details.Add(Any.Pack(info));
        var field = error is Error.Invalid invalid ? invalid.Field : (error as Error.Refused)?.Field;
        if (field is not null)
            status.Details.Add(Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = named ? field : FieldPath(field), Description = error.Sentence } } }));
        if (error.RetryAfter is { } seconds)
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds)) }));
        return status;
    }

    private static StatusCode CodeOf(Error error) => error switch
    {
        Error.Conflict { Code: CommonErrors.LostRace } => StatusCode.Aborted,
        Error.Conflict => StatusCode.FailedPrecondition,
        _ => error.Status switch
        {
            400 => StatusCode.InvalidArgument,
            401 => StatusCode.Unauthenticated,
            403 => StatusCode.PermissionDenied,
            404 when error is Error.Refused => StatusCode.Unimplemented,
            404 => StatusCode.NotFound,
            405 or 415 or 426 => StatusCode.Unimplemented,
            408 or 504 => StatusCode.DeadlineExceeded,
            413 or 429 or 431 => StatusCode.ResourceExhausted,
            503 or 502 => StatusCode.Unavailable,
            499 => StatusCode.Cancelled,
            >= 500 => StatusCode.Internal,
            _ => StatusCode.InvalidArgument,
        },
    };

    // Members that the protos name more fully than the JSON does.
    private static readonly Dictionary<string, string> Fuller = new(StringComparer.Ordinal)
    {
        ["subject"] = "subject_ref", ["set"] = "set_id", ["schema"] = "schema_id", ["to"] = "to_agency_id", ["agency"] = "agency_id", ["limit"] = "page_size", ["fields"] = "part.fields",
    };

    /// <summary>A JSON path in the words of the proto: <c>$.answers[0].indicator</c> is <c>answers[0].indicator</c>, <c>dataClass</c> is <c>data_class</c>.</summary>
    internal static string FieldPath(string field, bool fuller = true)
    {
        var path = new StringBuilder(field.Length + 4);
        foreach (var c in field.StartsWith("$.", StringComparison.Ordinal) ? field.AsSpan(2) : field)
        {
            if (char.IsAsciiLetterUpper(c)) path.Append(path.Length == 0 ? "" : "_").Append(char.ToLowerInvariant(c));
            else path.Append(c == '-' ? '_' : c);
        }
        return fuller ? Fuller.GetValueOrDefault(path.ToString(), path.ToString()) : path.ToString();
    }

    private static string Percent(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is >= 0x20 and <= 0x7e and not (byte)'%') encoded.Append((char)b);
            else encoded.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return encoded.ToString();
    }
}
