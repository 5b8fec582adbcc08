using MassTransit;

namespace Tiltas.Contracts.Identification.V1;

/// <summary>A person's reflection period is about to run out: time to tell the person and to decide what follows.</summary>
[MessageUrn("urn:tiltas:identification:reflection-period-ends-soon:v1", useDefaultPrefix: false), EntityName("tiltas.identification.v1.reflection-period-ends-soon")]
public sealed record ReflectionPeriodEndsSoon
{
    /// <summary>The person concerned, by pseudonym.</summary>
    public required SubjectRef Subject { get; init; }
    /// <summary>Version of the period that this is said of.</summary>
    public required int Version { get; init; }
    /// <summary>Its last day in the country's calendar.</summary>
    public required DateOnly LastDay { get; init; }
    /// <summary>Days from today to the last day, from 0.</summary>
    public required int DaysLeft { get; init; }
    /// <summary>When it was noticed, UTC.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>Who is told of it: the agency that opened the subject and the one that decided last; since notices tell of it.</summary>
    public AgencyId[]? Concerns { get; init; }
}
