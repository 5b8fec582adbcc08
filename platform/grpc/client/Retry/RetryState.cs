using System.Globalization;
using Grpc.Core;

namespace Grpc.Net.Client.Retry;

/// <summary>Decides, attempt by attempt, whether one call is tried again and after how long.</summary>
/// <param name="plan">The policy for the call's method.</param>
/// <param name="throttle">The channel's retry budget, if it has one.</param>
/// <param name="random">Uniform numbers in [0, 1).</param>
internal sealed class RetryState(RetryPlan plan, RetryThrottle? throttle, Func<double> random)
{
    public const string PushbackHeader = "grpc-retry-pushback-ms";
    private double _nextTicks = plan.InitialBackoff.Ticks;
    private int _attempts;

    /// <summary>Tells of the end of an attempt that received nothing; returns the wait before the next, or null when there is none.</summary>
    public TimeSpan? Failed(StatusCode code, Metadata trailers)
    {
        _attempts++;
        if (code == StatusCode.OK)
        {
            throttle?.Succeeded();
            return null;
        }

        var pushback = trailers.FirstOrDefault(e => e.Key == PushbackHeader)?.Value;
        var pushed = pushback is null ? (int?)null : int.TryParse(pushback, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ms) ? ms : -1;
        var covered = plan.Covers(code);
        // A server that says "do not come back" spends the budget too, whatever its status.
        if (covered || pushed < 0) throttle?.Failed();
        if (!covered || pushed < 0 || _attempts >= plan.MaxAttempts || throttle is { Empty: true }) return null;
        if (pushed is { } wait)
        {
            _nextTicks = plan.InitialBackoff.Ticks;
            return TimeSpan.FromMilliseconds(wait);
        }

        var ticks = Math.Min(_nextTicks, plan.MaxBackoff.Ticks);
        _nextTicks *= plan.Multiplier;
        return TimeSpan.FromTicks((long)(ticks * (0.8 + (0.4 * random()))));
    }

    /// <summary>Tells that an answer began: from now on the call is not tried again.</summary>
    public void Committed() => throttle?.Succeeded();
}

/// <summary>The retry budget of a channel.</summary>
internal sealed class RetryThrottle(int maxTokens, double tokenRatio)
{
    private readonly Lock _gate = new();
    private double _tokens = maxTokens;

    public bool Empty { get { lock (_gate) return _tokens <= maxTokens / 2.0; } }

    public void Failed() { lock (_gate) _tokens = Math.Max(0, _tokens - 1); }

    public void Succeeded() { lock (_gate) _tokens = Math.Min(maxTokens, _tokens + tokenRatio); }
}
