using System.Diagnostics.Metrics;

namespace Tiltas.Hosting.Telemetry;

/// <summary>The meter of this network's own figures; each room defines its instruments on it.</summary>
public static class TiltasMeter
{
    public const string Name = "Tiltas";

    public static Meter Meter { get; } = new(Name);

    /// <summary>Boundaries for durations in seconds, from one millisecond to five minutes.</summary>
    public static IReadOnlyList<double> Seconds { get; } =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
}
