namespace Grpc.Net.Client.Configuration;

/// <summary>How calls to a service behave, in the shape of gRPC's public service config.</summary>
public sealed class ServiceConfig
{
    /// <summary>Settings by method. The most exact name wins: method, then service, then <see cref="MethodName.Default"/>.</summary>
    public IList<MethodConfig> MethodConfigs { get; } = [];

    /// <summary>When set, retries stop while too many calls fail; see <see cref="RetryThrottlingPolicy"/>.</summary>
    public RetryThrottlingPolicy? RetryThrottling { get; set; }
}

/// <summary>Settings for the methods it names.</summary>
public sealed class MethodConfig
{
    /// <summary>The methods these settings are for.</summary>
    public IList<MethodName> Names { get; } = [];

    /// <summary>How failed calls are tried again; null: they are not.</summary>
    public RetryPolicy? RetryPolicy { get; set; }
}

/// <summary>One method, or all of a service, or all.</summary>
public sealed class MethodName
{
    /// <summary>Every method of every service.</summary>
    public static MethodName Default => new();

    /// <summary>Full service name with its package; null means every service.</summary>
    public string? Service { get; set; }

    /// <summary>Method name without the service; null means every method of the service.</summary>
    public string? Method { get; set; }
}

/// <summary>
/// How a failed call is tried again. Only name methods that may safely run twice. A call is tried again only when nothing of an answer
/// was received, and only if it sends one message (unary and server streaming): a client's stream is not kept for sending again.
/// </summary>
public sealed class RetryPolicy
{
    /// <summary>Attempts in all, the first included; 2 or more. The channel's own maximum also holds.</summary>
    public int? MaxAttempts { get; set; }

    /// <summary>The wait before the second attempt, above zero; each wait is moved at random by up to a fifth.</summary>
    public TimeSpan? InitialBackoff { get; set; }

    /// <summary>The longest wait between attempts, above zero.</summary>
    public TimeSpan? MaxBackoff { get; set; }

    /// <summary>What each wait is multiplied by for the next; above zero.</summary>
    public double? BackoffMultiplier { get; set; }

    /// <summary>The statuses worth another attempt; at least one.</summary>
    public IList<global::Grpc.Core.StatusCode> RetryableStatusCodes { get; } = [];
}

/// <summary>
/// A budget of tokens for a whole channel: a failure worth a retry costs one token, a success gives back <see cref="TokenRatio"/>.
/// No retry is made while half or less of the tokens are left.
/// </summary>
public sealed class RetryThrottlingPolicy
{
    /// <summary>Tokens at the start and at most; 1 to 1000.</summary>
    public int MaxTokens { get; set; }

    /// <summary>Tokens given back by a success; above zero.</summary>
    public double TokenRatio { get; set; }
}
