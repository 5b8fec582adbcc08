using MassTransit;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts.Directory.V1;

/// <summary>A service is on offer, newly or changed. Carries the whole public state.</summary>
[MessageUrn("urn:tiltas:directory:service-offered:v1", useDefaultPrefix: false), EntityName("tiltas.directory.v1.service-offered")]
public sealed record ServiceOffered
{
    /// <summary>The service.</summary>
    public required ServiceId Service { get; init; }
    /// <summary>Rises by one with each change of the aggregate; an older version never overwrites a newer one.</summary>
    public required int Version { get; init; }
    /// <summary>Who gives it.</summary>
    public required AgencyId Agency { get; init; }
    /// <summary>The help it gives.</summary>
    public required Need Need { get; init; }
    /// <summary>Codes of the country, counties or municipalities it serves.</summary>
    public required string[] Areas { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
