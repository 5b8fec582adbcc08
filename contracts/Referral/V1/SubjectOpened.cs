using MassTransit;

namespace Tiltas.Contracts.Referral.V1;

/// <summary>An agency opened a pseudonym for a person.</summary>
[MessageUrn("urn:tiltas:referral:subject-opened:v1", useDefaultPrefix: false), EntityName("tiltas.referral.v1.subject-opened")]
public sealed record SubjectOpened
{
    /// <summary>The person concerned, by pseudonym.</summary>
    public required SubjectRef Subject { get; init; }
    /// <summary>The agency that holds the dossier.</summary>
    public required AgencyId Owner { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
