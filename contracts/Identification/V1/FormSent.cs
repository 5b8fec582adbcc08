using MassTransit;

namespace Tiltas.Contracts.Identification.V1;

/// <summary>A form that was filled in about a person went to an agency under a referral. That it did, never what it says.</summary>
[MessageUrn("urn:tiltas:identification:form-sent:v1", useDefaultPrefix: false), EntityName("tiltas.identification.v1.form-sent")]
public sealed record FormSent
{
    /// <summary>The form.</summary>
    public required FormId Form { get; init; }
    /// <summary>Rises by one with each referral under which the form is sent.</summary>
    public required int Version { get; init; }
    /// <summary>Form of the country, for example LT-SLI-IDENTIFICATION.</summary>
    public required string Schema { get; init; }
    /// <summary>The version of it that was filled in.</summary>
    public required int SchemaVersion { get; init; }
    /// <summary>The person concerned, by pseudonym.</summary>
    public required SubjectRef Subject { get; init; }
    /// <summary>The referral under which it goes.</summary>
    public required ReferralId Referral { get; init; }
    /// <summary>The agency that filled it in.</summary>
    public required AgencyId From { get; init; }
    /// <summary>The agency that gets it.</summary>
    public required AgencyId To { get; init; }
    /// <summary>SHA-256 of the content, which is salted: from the hash nothing can be guessed.</summary>
    public required string ContentHash { get; init; }
    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}
