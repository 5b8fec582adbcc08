using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Retry;

/// <summary>Finds the retry plan of a method in a service config.</summary>
internal sealed class MethodPlans
{
    private readonly Dictionary<(string? Service, string? Method), RetryPlan?> _named = [];
    private readonly ConcurrentDictionary<string, RetryPlan?> _found = new(StringComparer.Ordinal);

    public MethodPlans(ServiceConfig? config, int maxAttempts)
    {
        if (config is null) return;
        if (config.RetryThrottling is { } budget)
        {
            if (budget.MaxTokens is < 1 or > 1000) throw new InvalidOperationException("RetryThrottling.MaxTokens is a number from 1 to 1000.");
            if (budget.TokenRatio <= 0) throw new InvalidOperationException("RetryThrottling.TokenRatio is above zero.");
            Throttle = new(budget.MaxTokens, budget.TokenRatio);
        }

        foreach (var methods in config.MethodConfigs)
        {
            var plan = methods.RetryPolicy is { } policy ? new RetryPlan(policy, maxAttempts) : null;
            foreach (var name in methods.Names)
            {
                if (name is { Service: null, Method: not null }) throw new InvalidOperationException("A MethodName with a Method needs a Service.");
                if (!_named.TryAdd((name.Service, name.Method), plan))
                    throw new InvalidOperationException($"The service config names {name.Service ?? "every service"}/{name.Method ?? "every method"} twice.");
            }
        }
    }

    public RetryThrottle? Throttle { get; }

    public RetryPlan? For(IMethod method) => _named.Count == 0 ? null : _found.GetOrAdd(method.FullName, (_, m) =>
        _named.TryGetValue((m.ServiceName, m.Name), out var exact) ? exact
        : _named.TryGetValue((m.ServiceName, null), out var service) ? service
        : _named.GetValueOrDefault((null, null)), method);
}
