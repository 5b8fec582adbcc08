using Tiltas.Contracts;

namespace Tiltas.Directory.Capacity;

/// <summary>How many places a service has, as its agency last said. Without a row nobody said: that is not full.</summary>
public sealed record ServiceCapacity
{
    /// <summary>Which service.</summary>
    public required ServiceId Service { get; init; }
    /// <summary>All places.</summary>
    public required int Total { get; init; }
    /// <summary>Those that nobody has; places kept are among them.</summary>
    public required int Available { get; init; }
    /// <summary>When this was said, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>One place kept for an agency for a short while; for whom is nowhere.</summary>
public sealed record Hold
{
    /// <summary>UUID version 7.</summary>
    public required Guid Id { get; init; }
    /// <summary>Whose place.</summary>
    public required ServiceId Service { get; init; }
    /// <summary>For which agency it is kept.</summary>
    public required AgencyId Agency { get; init; }
    /// <summary>Since when, UTC.</summary>
    public required DateTimeOffset TakenAt { get; init; }
    /// <summary>From when on it is free again, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
    /// <summary>When it was given back, UTC; absent unless it was.</summary>
    public required DateTimeOffset? ReleasedAt { get; init; }
}
