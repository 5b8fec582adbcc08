using System.Collections.Immutable;
using Grpc.Health.V1;
using Serving = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Tiltas.Grpc;

/// <summary>What the health service tells: each service's state by its full name, the whole server's under the empty name. One for a process.</summary>
public sealed class HealthStatuses
{
    private readonly Lock gate = new();
    private ImmutableDictionary<string, Serving> states = ImmutableDictionary.Create<string, Serving>(StringComparer.Ordinal).Add("", Serving.Serving);
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Sets a state; all who watch are told.</summary>
    public void Set(string service, bool serving)
    {
        ArgumentNullException.ThrowIfNull(service);
        TaskCompletionSource bell;
        lock (gate)
        {
            states = states.SetItem(service, serving ? Serving.Serving : Serving.NotServing);
            (bell, changed) = (changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        bell.SetResult();
    }

    /// <summary>The state, null when the service is not known, and what completes when any state changes.</summary>
    internal (HealthCheckResponse.Types.ServingStatus? State, Task Changed) Look(string service)
    {
        lock (gate) return (states.TryGetValue(service, out var state) ? state : null, changed.Task);
    }
}
