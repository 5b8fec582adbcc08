using System.Collections.Immutable;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Locations;

/// <summary>What kind of place it is.</summary>
public enum LocationType { Physical, Postal, Virtual }

/// <summary>
/// Who may know of a place. Public: anybody. Partner: agencies that take part in the network today. NeedToKnow: the agency whose
/// place it is. The registrar knows all of them. To everybody else the place does not exist.
/// </summary>
public enum Visibility { Public, Partner, NeedToKnow }

/// <summary>A place of one agency; row, record and answer in one.</summary>
public sealed record Location
{
    /// <summary>Readable identifier.</summary>
    public required LocationId Id { get; init; }
    /// <summary>Rises by one with each change.</summary>
    public required int Version { get; init; }
    /// <summary>Whose place it is; never changes.</summary>
    public required AgencyId Agency { get; init; }
    /// <summary>Kind of place.</summary>
    public required LocationType Type { get; init; }
    /// <summary>Who may know of it.</summary>
    public required Visibility Visibility { get; init; }
    /// <summary>Name by language.</summary>
    public required ImmutableSortedDictionary<string, string> Name { get; init; }
    /// <summary>In which municipality.</summary>
    public required string Municipality { get; init; }
    /// <summary>Street and house, at most three lines; none where only the municipality is told.</summary>
    public required string[] AddressLines { get; init; }
    /// <summary>Postal code, such as LT-00000.</summary>
    public required string? PostalCode { get; init; }
    /// <summary>Degrees north, WGS 84; with longitude or not at all.</summary>
    public required double? Latitude { get; init; }
    /// <summary>Degrees east, WGS 84.</summary>
    public required double? Longitude { get; init; }
    /// <summary>Telephone at the place.</summary>
    public required string? Phone { get; init; }
    /// <summary>Link of a virtual place.</summary>
    public required string? Url { get; init; }
    /// <summary>Whom to ask instead of coming to the door; everybody may know it, whatever the visibility.</summary>
    public required Contact? FrontDoor { get; init; }
    /// <summary>The services given here, all of the same agency.</summary>
    public required string[] Services { get; init; }
    /// <summary>What of it is made up for the example, if anything.</summary>
    public required string? Illustrative { get; init; }
    /// <summary>When this version came to be, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
    /// <summary>Since when it is no longer in use; absent while it is.</summary>
    public required DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>True when the two say the same, whatever their versions.</summary>
    public bool SaysTheSameAs(Location other) => Content(this) == Content(other);

    private static string Content(Location location) =>
        JsonSerializer.Serialize(location with { Version = 0, ChangedAt = default }, TiltasJson.Api);
}

/// <summary>One service given at one location.</summary>
public sealed record ServiceLocation
{
    /// <summary>The service.</summary>
    public required ServiceId Service { get; init; }
    /// <summary>The location.</summary>
    public required LocationId Location { get; init; }
    /// <summary>The pair's identifier in Open Referral.</summary>
    public required Guid HsdsId { get; init; }
}

/// <summary>Whom to ask about one service at one place, for everybody to know.</summary>
public sealed record FrontDoor
{
    /// <summary>The service.</summary>
    public required ServiceId Service { get; init; }
    /// <summary>The place behind the door; not for everybody to know.</summary>
    public required LocationId Location { get; init; }
    /// <summary>Whom to ask.</summary>
    public required Contact Contact { get; init; }
}

/// <summary>When what is shown of a service's places last changed, for each circle of readers; UTC, null for never.</summary>
public sealed record ServiceShown
{
    /// <summary>The service.</summary>
    public required ServiceId Service { get; init; }
    /// <summary>For anybody.</summary>
    public required DateTimeOffset? ForAll { get; init; }
    /// <summary>For agencies of the network.</summary>
    public required DateTimeOffset? ForPartners { get; init; }
    /// <summary>For the agency itself and the registrar.</summary>
    public required DateTimeOffset? ForOwner { get; init; }
}
