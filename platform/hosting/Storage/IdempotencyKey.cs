using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tiltas.Hosting.Problems;

namespace Tiltas.Hosting.Storage;

/// <summary>
/// The caller's name for one attempt to create something, from the header <c>Idempotency-Key</c>: 1 to 128 visible ASCII
/// characters. The same key with the same request gets the same answer; with another request it is refused.
/// </summary>
public readonly record struct IdempotencyKey
{
    private IdempotencyKey(string value) => Value = value;

    /// <summary>The key's SHA-256: what the caller wrote is free text and is kept nowhere.</summary>
    public string Value { get; }

    /// <summary>Reads the header while an endpoint is bound.</summary>
    /// <exception cref="RejectedRequestException">Missing, doubled or of the wrong form; answered with 400.</exception>
    public static ValueTask<IdempotencyKey> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        _ = parameter;
        var header = context.Request.Headers["Idempotency-Key"];
        return header is [{ } text] && TryParse(text, out var key) ? ValueTask.FromResult(key) : throw new RejectedRequestException(Wrong("Idempotency-Key"));
    }

    /// <summary>Takes what the caller wrote, when it has the form.</summary>
    public static bool TryParse(string text, out IdempotencyKey key)
    {
        key = default;
        if (text is not { Length: >= 1 and <= 128 } || !text.All(c => c is > ' ' and < '\u007f')) return false;
        key = new IdempotencyKey(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text))));
        return true;
    }

    /// <summary>The answer to a key that is missing or has the wrong form.</summary>
    public static Error Wrong(string field) => new Error.Invalid(CommonErrors.KeyWrong,
        "A request that creates something needs one idempotency key of 1 to 128 visible ASCII characters.", field);
}
