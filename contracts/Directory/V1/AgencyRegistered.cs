using MassTransit;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts.Directory.V1;

/// <summary>An agency entered the directory. Carries the whole public state.</summary>
[MessageUrn("urn:tiltas:directory:agency-registered:v1", useDefaultPrefix: false), EntityName("tiltas.directory.v1.agency-registered")]
public sealed record AgencyRegistered
{
    /// <summary>The agency.</summary>
    public required AgencyId Agency { get; init; }
    /// <summary>Rises by one with each change of the aggregate; an older version never overwrites a newer one.</summary>
    public required int Version { get; init; }
    /// <summary>Decides which victim status it may confer.</summary>
    public required AgencyType Type { get; init; }
    /// <summary>Only an active agency sends and receives.</summary>
    public required AgencyStanding Standing { get; init; }
    /// <summary>Seat, ISO 3166-2 municipality code.</summary>
    public required string Municipality { get; init; }
    /// <summary>Codes of the country, counties or municipalities it is competent for.</summary>
    public required string[] Competence { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
