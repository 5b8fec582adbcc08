using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Google.Rpc;
using RpcStatus = Google.Rpc.Status;

namespace Tiltas.Grpc;

/// <summary>Errors with details for programs: <c>google.rpc.Status</c> in the trailer <c>grpc-status-details-bin</c>.</summary>
public static class RichErrors
{
    /// <summary>The trailer's name.</summary>
    public const string TrailerName = "grpc-status-details-bin";

    /// <summary>The exception that ends a call with this status and its details.</summary>
    public static RpcException ToRpcException(this RpcStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return new RpcException(new((StatusCode)status.Code, status.Message), new Metadata { { TrailerName, status.ToByteArray() } });
    }

    /// <summary>The details that came with a failed call; null when there are none or they cannot be read.</summary>
    public static RpcStatus? GetRpcStatus(this RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (exception.Trailers.GetValueBytes(TrailerName) is not { } bytes) return null;
        try
        {
            return RpcStatus.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>The first detail of a kind; null when there is none or it cannot be read.</summary>
    public static T? GetDetail<T>(this RpcStatus status) where T : class, IMessage<T>, new()
    {
        ArgumentNullException.ThrowIfNull(status);
        try
        {
            foreach (var detail in status.Details)
                if (detail.TryUnpack<T>(out var found)) return found;
            return null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>A status with a sentence and details.</summary>
    public static RpcStatus Create(StatusCode code, string message, params IEnumerable<IMessage> details)
    {
        ArgumentNullException.ThrowIfNull(details);
        return new() { Code = (int)code, Message = message, Details = { details.Select(Any.Pack) } };
    }

    /// <summary>A stable code for the cause.</summary>
    public static ErrorInfo Reason(string reason, string domain) => new() { Reason = reason, Domain = domain };

    /// <summary>When to try again.</summary>
    public static RetryInfo RetryAfter(TimeSpan delay) => new() { RetryDelay = Duration.FromTimeSpan(delay) };

    /// <summary>Fields that are wrong: path, sentence, stable code.</summary>
    public static BadRequest Fields(params IEnumerable<(string Field, string Description, string Reason)> violations)
    {
        ArgumentNullException.ThrowIfNull(violations);
        return new() { FieldViolations = { violations.Select(v => new BadRequest.Types.FieldViolation { Field = v.Field, Description = v.Description, Reason = v.Reason }) } };
    }
}
