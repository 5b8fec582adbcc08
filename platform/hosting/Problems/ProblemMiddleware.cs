using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Tiltas.Hosting.Problems;

/// <summary>Turns whatever escapes an endpoint into problem details, once: the caller's fault is 4xx, a store that is away 503, ours 500.</summary>
public sealed partial class ProblemMiddleware(RequestDelegate next, TimeProvider time, ILogger<ProblemMiddleware> logger)
{
    private readonly Messaging.Backoff _storeAway = new(time);

    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            if (IsOtherText(context.Request) || IsEncoded(context.Request)) throw new RejectedRequestException(FromStatus(415));
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = 499;
            return;
        }
        catch (Exception exception)
        {
            var error = ToError(exception);
            if (error.Status >= 500) LogFailure(error, exception);
            await ProblemResult.Write(context, error);
            return;
        }

        if (!context.Response.HasStarted && context.Response is { ContentLength: null, ContentType: null, StatusCode: >= 400 } response)
        {
            var allowed = response.Headers.Allow;
            response.OnStarting(() =>
            {
                // Writing a problem clears the headers; which methods an address does take is part of the answer.
                if (allowed.Count > 0) response.Headers.Allow = allowed;
                return Task.CompletedTask;
            });
            await ProblemResult.Write(context, FromStatus(response.StatusCode));
        }
    }

    /// <summary>JSON is UTF-8 between systems (RFC 8259); a charset that nobody knows would else be met while the body is read.</summary>
    private static bool IsOtherText(HttpRequest request) =>
        request.ContentType is { } type && MediaTypeHeaderValue.TryParse(type, out var media) && media.Charset.HasValue
        && !HeaderUtilities.RemoveQuotes(media.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    /// <summary>Nothing here unpacks a body; one that says it is packed would be read as something it is not.</summary>
    private static bool IsEncoded(HttpRequest request) =>
        request.Headers.ContentEncoding is { Count: > 0 } encodings && !encodings.All(static encoding => "identity".Equals(encoding, StringComparison.OrdinalIgnoreCase));

    private void LogFailure(Error error, Exception exception)
    {
        // Every caller meets the same outage: one line for many, or the log drowns in it.
        if (error is Error.Unavailable)
        {
            lock (_storeAway)
                if (!_storeAway.ShouldSay()) return;
            Log.StoreAway(logger, exception.GetType().Name);
        }
        else Log.Failed(logger, exception);
    }

    internal static Error ToError(Exception exception) => exception switch
    {
        RejectedRequestException rejected => rejected.Error,
        BadHttpRequestException { InnerException: JsonException json } => RequestFaults.InBody(json),
        BadHttpRequestException { StatusCode: 413 } => FromStatus(413),
        BadHttpRequestException { StatusCode: 415 } => FromStatus(415),
        BadHttpRequestException bad => RequestFaults.InBinding(bad.Message),
        DbUpdateConcurrencyException or DbUpdateException { InnerException: PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure } } => new Error.Conflict(CommonErrors.LostRace, "Somebody else changed it at the same moment; read it again."),
        _ when IsStoreAway(exception) => new Error.Unavailable(CommonErrors.StoreAway, "The store is not available at the moment. What was to be written may or may not be: repeat the request as it is, with the same Idempotency-Key if it has one.", 2),
        _ => new Error.Refused(500, CommonErrors.Ours, "Something failed on our side; nothing was half-written. The trace id finds it."),
    };

    /// <summary>True when the database could not be reached or was going down, wherever the exception is wrapped.</summary>
    public static bool IsStoreAway(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is PostgresException postgres)
                return postgres.SqlState is "57P01" or "57P02" or "57P03" or "53300" or "53100" or "53200" or "25006" || postgres.SqlState.StartsWith("08", StringComparison.Ordinal);
            if (exception is NpgsqlException { IsTransient: true } or System.Net.Sockets.SocketException or TimeoutException or EndOfStreamException) return true;
            if (exception is NpgsqlException) return true;
        }
        return false;
    }

    private static Error.Refused FromStatus(int status) => status switch
    {
        401 => new(401, CommonErrors.NotSignedIn, "A valid passport is required."),
        404 => new(404, CommonErrors.NoSuchPath, "There is nothing at this address."),
        405 => new(405, CommonErrors.NoSuchMethod, "This address does not take that method."),
        413 => new(413, CommonErrors.TooLarge, "The body is larger than allowed."),
        415 => new(415, CommonErrors.WrongMediaType, "The body must be application/json in UTF-8, not encoded in another way."),
        _ => new(status, CommonErrors.Malformed, "The request was refused."),
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "RequestFailed", Level = LogLevel.Error, Message = "A request failed on our side")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(EventId = 2, EventName = "StoreAway", Level = LogLevel.Warning, Message = "The store was away: {ErrorType}")]
        public static partial void StoreAway(ILogger logger, string errorType);
    }
}

/// <summary>Codes that any service may answer with.</summary>
public static class CommonErrors
{
    /// <summary>The request cannot be read.</summary>
    public const string Malformed = "TLT-NET-0400";
    /// <summary>No valid passport.</summary>
    public const string NotSignedIn = "TLT-ID-0001";
    /// <summary>Unknown address.</summary>
    public const string NoSuchPath = "TLT-NET-0404";
    /// <summary>Method not served here.</summary>
    public const string NoSuchMethod = "TLT-NET-0405";
    /// <summary>The caller's time ran out.</summary>
    public const string TooLate = "TLT-NET-0408";
    /// <summary>Lost a race with another writer.</summary>
    public const string LostRace = "TLT-NET-0409";
    /// <summary>The idempotency key was used for another request.</summary>
    public const string KeyReused = "TLT-NET-0410";
    /// <summary>The idempotency key is missing or has the wrong form.</summary>
    public const string KeyWrong = "TLT-NET-0411";
    /// <summary>Body too large.</summary>
    public const string TooLarge = "TLT-NET-0413";
    /// <summary>Not JSON.</summary>
    public const string WrongMediaType = "TLT-NET-0415";
    /// <summary>Our failure.</summary>
    public const string Ours = "TLT-NET-0500";
    /// <summary>The store is away.</summary>
    public const string StoreAway = "TLT-NET-0503";
    /// <summary>Too much waits to be sent; intake pauses.</summary>
    public const string Backlog = "TLT-NET-0504";
}
