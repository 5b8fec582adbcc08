using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Problems;

namespace Tiltas.Hosting.Rpc;

/// <summary>Turns whatever escapes a method into a status, once and by the rules of <see cref="ProblemMiddleware"/>; a cancelled call ends as such.</summary>
public sealed partial class RpcFailures(TimeProvider time, ILogger<RpcFailures> logger) : Interceptor
{
    private readonly Backoff _storeAway = new(time);

    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception) when (IsOurs(exception, context))
        {
            throw RpcProblem.Of(Judge(exception));
        }
    }

    /// <inheritdoc/>
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception) when (IsOurs(exception, context))
        {
            throw RpcProblem.Of(Judge(exception));
        }
    }

    private static bool IsOurs(Exception exception, ServerCallContext context) =>
        exception is not RpcException && !(context.CancellationToken.IsCancellationRequested && exception is OperationCanceledException or IOException);

    private Error Judge(Exception exception)
    {
        var error = ProblemMiddleware.ToError(exception);
        if (error.Status < 500) return error;
        // Every caller meets the same outage: one line for many.
        if (error is not Error.Unavailable) Log.Failed(logger, exception);
        else lock (_storeAway) if (_storeAway.ShouldSay()) Log.StoreAway(logger, exception.GetType().Name);
        return error;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3, EventName = "CallFailed", Level = LogLevel.Error, Message = "A call failed on our side")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(EventId = 4, EventName = "CallStoreAway", Level = LogLevel.Warning, Message = "The store was away: {ErrorType}")]
        public static partial void StoreAway(ILogger logger, string errorType);
    }
}
