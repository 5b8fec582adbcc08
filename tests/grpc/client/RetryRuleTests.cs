using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Grpc.Net.Client.Retry;

namespace Tiltas.Grpc.Client.Tests;

/// <summary>The rules of trying again, without any network.</summary>
public sealed class RetryRuleTests
{
    private static RetryPolicy Policy(int attempts = 4, double initial = 100, double max = 1000, double multiplier = 2, params StatusCode[] codes)
    {
        var policy = new RetryPolicy
        {
            MaxAttempts = attempts, InitialBackoff = TimeSpan.FromMilliseconds(initial), MaxBackoff = TimeSpan.FromMilliseconds(max), BackoffMultiplier = multiplier,
        };
        foreach (var code in codes.Length == 0 ? [StatusCode.Unavailable] : codes) policy.RetryableStatusCodes.Add(code);
        return policy;
    }

    private static Metadata Pushback(string value) => new() { { "grpc-retry-pushback-ms", value } };

    [Fact]
    public void Waits_GrowToTheLongest_AndStayWithinAFifth()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var attempts = random.Next(2, 12);
            var (initial, max, multiplier) = (random.Next(1, 500), random.Next(1, 3000), 0.5 + (random.NextDouble() * 3));
            var state = new RetryState(new(Policy(attempts, initial, max, multiplier), 100), null, random.NextDouble);
            for (var n = 0; n < attempts - 1; n++)
            {
                var middle = Math.Min(max, Math.Min(initial * Math.Pow(multiplier, n), max));
                var wait = state.Failed(StatusCode.Unavailable, Metadata.Empty);
                Assert.NotNull(wait);
                Assert.InRange(wait.Value.TotalMilliseconds, (0.8 * middle) - 0.001, (1.2 * middle) + 0.001);
            }

            Assert.Null(state.Failed(StatusCode.Unavailable, Metadata.Empty));
        }
    }

    [Fact]
    public void OnlyTheListedStatuses_AreTriedAgain()
    {
        foreach (var code in Enum.GetValues<StatusCode>())
        {
            var state = new RetryState(new(Policy(codes: [StatusCode.Unavailable, StatusCode.Aborted]), 5), null, () => 0.5);
            Assert.Equal(code is StatusCode.Unavailable or StatusCode.Aborted, state.Failed(code, Metadata.Empty) is not null);
        }
    }

    [Fact]
    public void Pushback_IsObeyedExactly_AndStartsTheWaitsAnew()
    {
        var state = new RetryState(new(Policy(attempts: 10), 10), null, () => 0.5);
        Assert.Equal(100, state.Failed(StatusCode.Unavailable, Metadata.Empty)!.Value.TotalMilliseconds);
        Assert.Equal(200, state.Failed(StatusCode.Unavailable, Metadata.Empty)!.Value.TotalMilliseconds);
        Assert.Equal(3456, state.Failed(StatusCode.Unavailable, Pushback("3456"))!.Value.TotalMilliseconds);
        Assert.Equal(0, state.Failed(StatusCode.Unavailable, Pushback("0"))!.Value.TotalMilliseconds);
        Assert.Equal(100, state.Failed(StatusCode.Unavailable, Metadata.Empty)!.Value.TotalMilliseconds);
        foreach (var no in new[] { "-1", "soon", "", "99999999999999" })
            Assert.Null(new RetryState(new(Policy(), 5), null, () => 0.5).Failed(StatusCode.Unavailable, Pushback(no)));
    }

    [Fact]
    public void TheChannelsMaximum_Holds()
    {
        var state = new RetryState(new(Policy(attempts: 10), 3), null, () => 0.5);
        Assert.NotNull(state.Failed(StatusCode.Unavailable, Metadata.Empty));
        Assert.NotNull(state.Failed(StatusCode.Unavailable, Metadata.Empty));
        Assert.Null(state.Failed(StatusCode.Unavailable, Metadata.Empty));
    }

    /// <summary>Random fates of calls against a budget counted by hand.</summary>
    [Fact]
    public void Throttle_FollowsItsBudget()
    {
        var random = new Random(11);
        for (var round = 0; round < 500; round++)
        {
            var (most, ratio) = (random.Next(1, 40), random.Next(1, 30) / 10.0);
            var throttle = new RetryThrottle(most, ratio);
            var tokens = (double)most;
            for (var call = 0; call < 100; call++)
            {
                var state = new RetryState(new(Policy(attempts: 3), 5), throttle, () => 0.5);
                var kind = random.Next(4);
                var wait = state.Failed(
                    kind switch { 0 => StatusCode.OK, 1 => StatusCode.NotFound, _ => StatusCode.Unavailable },
                    kind == 3 ? Pushback("-1") : Metadata.Empty);
                tokens = kind switch { 0 => Math.Min(most, tokens + ratio), 1 => tokens, _ => Math.Max(0, tokens - 1) };
                Assert.Equal(kind == 2 && tokens > most / 2.0, wait is not null);
            }
        }
    }

    [Fact]
    public void Config_FindsTheMostExactName()
    {
        var config = new ServiceConfig();
        void Add(int attempts, params MethodName[] names)
        {
            var method = new MethodConfig { RetryPolicy = attempts == 0 ? null : Policy(attempts) };
            foreach (var name in names) method.Names.Add(name);
            config.MethodConfigs.Add(method);
        }

        Add(2, MethodName.Default);
        Add(3, new MethodName { Service = "a.S" });
        Add(4, new MethodName { Service = "a.S", Method = "M" }, new MethodName { Service = "a.T", Method = "M" });
        Add(0, new MethodName { Service = "a.S", Method = "Pay" });
        var plans = new MethodPlans(config, 5);
        int? Attempts(string service, string method) => plans.For(
            new Method<string, string>(MethodType.Unary, service, method, Marshallers.StringMarshaller, Marshallers.StringMarshaller))?.MaxAttempts;
        Assert.Equal([4, 3, 4, 2, 2, null], new[] { Attempts("a.S", "M"), Attempts("a.S", "N"), Attempts("a.T", "M"), Attempts("a.T", "N"), Attempts("b", "M"), Attempts("a.S", "Pay") });
        Add(5, new MethodName { Service = "a.S" });
        Assert.Throws<InvalidOperationException>(() => new MethodPlans(config, 5));
    }

    [Fact]
    public void BadPolicies_AreRefusedWhenTheChannelIsMade()
    {
        Assert.Throws<InvalidOperationException>(() => new RetryPlan(Policy(attempts: 1), 5));
        Assert.Throws<InvalidOperationException>(() => new RetryPlan(Policy(initial: 0), 5));
        Assert.Throws<InvalidOperationException>(() => new RetryPlan(Policy(max: 0), 5));
        Assert.Throws<InvalidOperationException>(() => new RetryPlan(Policy(multiplier: 0), 5));
        Assert.Throws<InvalidOperationException>(() => new RetryPlan(Policy(codes: [StatusCode.OK]), 5));
        Assert.Throws<InvalidOperationException>(() => new RetryPlan(new RetryPolicy(), 5));
        foreach (var (tokens, ratio) in new[] { (0, 1.0), (1001, 1.0), (10, 0.0) })
            Assert.Throws<InvalidOperationException>(() => new MethodPlans(new() { RetryThrottling = new() { MaxTokens = tokens, TokenRatio = ratio } }, 5));
    }
}
