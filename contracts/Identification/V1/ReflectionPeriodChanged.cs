using MassTransit;
using Tiltas.Contracts.Codes;

namespace Tiltas.Contracts.Identification.V1;

/// <summary>A person's reflection period began, was paused, resumed or extended, or ended. While it runs or is paused nobody is made to return.</summary>
[MessageUrn("urn:tiltas:identification:reflection-period-changed:v1", useDefaultPrefix: false), EntityName("tiltas.identification.v1.reflection-period-changed")]
public sealed record ReflectionPeriodChanged
{
    /// <summary>The person concerned, by pseudonym.</summary>
    public required SubjectRef Subject { get; init; }
    /// <summary>Rises by one with each change of the aggregate; an older version never overwrites a newer one.</summary>
    public required int Version { get; init; }
    /// <summary>Where it stands from now on.</summary>
    public required ReflectionState State { get; init; }
    /// <summary>Its last day in the country's calendar, while it runs.</summary>
    public required DateOnly? LastDay { get; init; }
    /// <summary>The agency that decided; absent when the period ran out.</summary>
    public required AgencyId? By { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
