using Microsoft.AspNetCore.Http;

namespace Tiltas.Hosting.Problems;

/// <summary>
/// What a caller did or met that stops a request. A returned value, never an exception. Codes are stable and never
/// reused; the sentence names the rule and never repeats what was sent.
/// </summary>
public abstract record Error
{
    private Error(int status, string code, string sentence) => (Status, Code, Sentence) = (status, code, sentence);

    /// <summary>HTTP status.</summary>
    public int Status { get; }

    /// <summary>Stable code, for example <c>TLT-REF-0012</c>.</summary>
    public string Code { get; }

    /// <summary>One sentence for a person.</summary>
    public string Sentence { get; }

    /// <summary>The request is wrong in itself. <paramref name="Field"/> is a JSON path such as <c>$.urgency</c>, or a header or query name.</summary>
    public sealed record Invalid(string Code, string Sentence, string? Field = null) : Error(400, Code, Sentence);

    /// <summary>A rule forbids it: which, and what is missing.</summary>
    public sealed record Forbidden(string Code, string Sentence, string Rule, params string[] Missing) : Error(403, Code, Sentence);

    /// <summary>Not there, or not the caller's: the two answer alike.</summary>
    public sealed record NotFound(string Code, string Sentence) : Error(404, Code, Sentence);

    /// <summary>Right in itself but not in the present state.</summary>
    public sealed record Conflict(string Code, string Sentence, string? Rule = null) : Error(409, Code, Sentence);

    /// <summary>Not now; try again after so many seconds.</summary>
    public sealed record Unavailable(string Code, string Sentence, int RetryAfterSeconds) : Error(503, Code, Sentence);

    /// <summary>More than the caller's share; try again after so many seconds.</summary>
    public sealed record TooMany(string Code, string Sentence, int RetryAfterSeconds) : Error(429, Code, Sentence);

    /// <summary>When it is worth trying again, if that is known.</summary>
    public int? RetryAfter => this switch
    {
        Unavailable unavailable => unavailable.RetryAfterSeconds,
        TooMany many => many.RetryAfterSeconds,
        _ => null,
    };

    /// <summary>A status the framework decided on (401, 405, 413, 415 …).</summary>
    public sealed record Refused(int HttpStatus, string Code, string Sentence, string? Field = null) : Error(HttpStatus, Code, Sentence);
}

/// <summary>Either the value asked for or the error that stopped it.</summary>
public readonly record struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, Error? error) => (_value, Error) = (value, error);

    /// <summary>Null when there is a value.</summary>
    public Error? Error { get; }

    /// <summary>The value; only to be read when <see cref="Error"/> is null.</summary>
    /// <exception cref="InvalidOperationException">There is an error instead.</exception>
    public T Value => Error is null ? _value! : throw new InvalidOperationException("No value: " + Error.Code);

    /// <summary>A success.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    public static implicit operator Result<T>(Error error) => new(default, error);

    /// <summary>Answers over HTTP: the given answer for a value, problem details for an error.</summary>
    public IResult ToHttp(Func<T, IResult> answer) => Error is null ? answer(_value!) : new ProblemResult(Error);
}

/// <summary>Stops a request while it is being bound, before any use case runs; becomes problem details.</summary>
public sealed class RejectedRequestException(Error error) : Exception(error.Code)
{
    /// <summary>What to answer.</summary>
    public Error Error { get; } = error;
}
