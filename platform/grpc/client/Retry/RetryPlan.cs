using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Retry;

/// <summary>A checked retry policy, shared by all calls it is for.</summary>
internal sealed class RetryPlan
{
    private readonly HashSet<StatusCode> _codes;

    public RetryPlan(RetryPolicy policy, int channelMaximum)
    {
        if (policy.MaxAttempts is not >= 2) throw new InvalidOperationException("A retry policy needs MaxAttempts of 2 or more.");
        if (policy.InitialBackoff is not { } initial || initial <= TimeSpan.Zero) throw new InvalidOperationException("A retry policy needs an InitialBackoff above zero.");
        if (policy.MaxBackoff is not { } longest || longest <= TimeSpan.Zero) throw new InvalidOperationException("A retry policy needs a MaxBackoff above zero.");
        if (policy.BackoffMultiplier is not > 0) throw new InvalidOperationException("A retry policy needs a BackoffMultiplier above zero.");
        if (policy.RetryableStatusCodes.Count == 0) throw new InvalidOperationException("A retry policy needs at least one of RetryableStatusCodes.");
        if (policy.RetryableStatusCodes.Contains(StatusCode.OK)) throw new InvalidOperationException("A successful call cannot be retried.");
        MaxAttempts = Math.Min(policy.MaxAttempts.Value, channelMaximum);
        InitialBackoff = initial;
        MaxBackoff = longest;
        Multiplier = policy.BackoffMultiplier.Value;
        _codes = [.. policy.RetryableStatusCodes];
    }

    public int MaxAttempts { get; }
    public TimeSpan InitialBackoff { get; }
    public TimeSpan MaxBackoff { get; }
    public double Multiplier { get; }

    public bool Covers(StatusCode code) => _codes.Contains(code);
}
