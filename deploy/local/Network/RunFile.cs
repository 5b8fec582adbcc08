using Tiltas.Local.Processes;

namespace Tiltas.Local.Network;

/// <summary>One process that a running network started.</summary>
internal sealed record RunningChild
{
    public required string Name { get; init; }

    public required ProcessIdentity Identity { get; init; }

    public required Signal StopSignal { get; init; }
}

/// <summary>Where one service of a running network answers.</summary>
internal sealed record RunningService
{
    public required string Name { get; init; }

    public required Uri Api { get; init; }

    public required Uri Inside { get; init; }

    public required Uri Grpc { get; init; }
}

/// <summary>What runs now; kept on disk so that others can find it and so that nothing is orphaned by a crash of ours.</summary>
internal sealed record RunState
{
    public required ProcessIdentity Owner { get; init; }

    public bool Ready { get; init; }

    public IReadOnlyList<RunningChild> Children { get; init; } = [];

    public IReadOnlyList<RunningService> Services { get; init; } = [];

    public Uri? Gateway => Services.FirstOrDefault(service => service.Name == "gateway")?.Api;

    public Uri? GatewayTls => Services.FirstOrDefault(service => service.Name == "gateway")?.Grpc;
}

/// <summary>The record of what runs, changed only by the process that owns it.</summary>
internal sealed class RunFile(string file)
{
    private readonly Lock _lock = new();

    internal RunState? Read() => Json.ReadFile<RunState>(file);

    internal void Begin() => Json.WriteFile(file, new RunState { Owner = ProcessIdentity.Of(Environment.ProcessId)! });

    internal void Change(Func<RunState, RunState> change)
    {
        lock (_lock)
        {
            if (Read() is { } state) Json.WriteFile(file, change(state));
        }
    }

    internal void Add(ChildProcess child) => Change(state => state with
    {
        Children =
        [
            .. state.Children.Where(other => other.Name != child.Start.Name),
            new RunningChild { Name = child.Start.Name, Identity = child.Identity, StopSignal = child.Start.StopSignal },
        ],
    });

    /// <summary>Ends what a run left behind, those who use others first. Answers what it found.</summary>
    internal async Task<IReadOnlyList<string>> SweepAsync()
    {
        if (Read() is not { } state) return [];
        var left = state.Children.Where(child => child.Identity.IsAlive()).Reverse().ToList();
        foreach (var servers in (bool[])[false, true])
            await Task.WhenAll(left.Where(child => IsServer(child) == servers)
                .Select(child => Stopping.StopAsync(child.Identity, child.StopSignal, TimeSpan.FromSeconds(15))));
        File.Delete(file);
        return [.. left.Select(child => child.Name)];
    }

    private static bool IsServer(RunningChild child) => child.Name is "postgres" or "rabbitmq" or "rabbitmq-epmd";
}
