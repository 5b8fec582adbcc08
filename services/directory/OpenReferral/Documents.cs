using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tiltas.Directory.OpenReferral;

// The records of HSDS 3.1 as far as the directory knows them. Members that HSDS does not have are marked; its schemas allow them.

internal sealed record OrganizationDocument
{
    public required Guid Id { get; init; }
    public string? Name { get; init; }
    public string? AlternateName { get; init; }
    public string? Description { get; init; }
    public string? Email { get; init; }
    public string? Website { get; init; }
    public IReadOnlyList<UrlDocument>? AdditionalWebsites { get; init; }
    public string? Uri { get; init; }
    public IReadOnlyList<ContactDocument>? Contacts { get; init; }
    public IReadOnlyList<PhoneDocument>? Phones { get; init; }
    public IReadOnlyList<LocationDocument>? Locations { get; init; }
    public IReadOnlyList<OrganizationIdentifierDocument>? OrganizationIdentifiers { get; init; }
    public IReadOnlyList<AttributeDocument>? Attributes { get; init; }
    public IReadOnlyList<MetadataDocument>? Metadata { get; init; }
    /// <summary>Beyond HSDS.</summary>
    public IReadOnlyList<LanguageDocument>? Languages { get; init; }
    /// <summary>Beyond HSDS.</summary>
    public string? LastModified { get; init; }
    /// <summary>Of the API's description, not of the schema: id, name and status, or the whole service.</summary>
    public IReadOnlyList<ServiceDocument>? Services { get; init; }
}

internal sealed record ServiceDocument
{
    public required Guid Id { get; init; }
    public Guid? OrganizationId { get; init; }
    public string? Name { get; init; }
    public string? AlternateName { get; init; }
    public string? Description { get; init; }
    public string? Url { get; init; }
    public IReadOnlyList<UrlDocument>? AdditionalUrls { get; init; }
    public string? Email { get; init; }
    public string? Status { get; init; }
    public int? MinimumAge { get; init; }
    public int? MaximumAge { get; init; }
    public string? AssuredDate { get; init; }
    public string? LastModified { get; init; }
    public IReadOnlyList<PhoneDocument>? Phones { get; init; }
    public IReadOnlyList<ScheduleDocument>? Schedules { get; init; }
    public IReadOnlyList<ServiceAreaDocument>? ServiceAreas { get; init; }
    public IReadOnlyList<ServiceAtLocationDocument>? ServiceAtLocations { get; init; }
    public IReadOnlyList<LanguageDocument>? Languages { get; init; }
    public OrganizationDocument? Organization { get; init; }
    public IReadOnlyList<ContactDocument>? Contacts { get; init; }
    public IReadOnlyList<AttributeDocument>? Attributes { get; init; }
    public IReadOnlyList<MetadataDocument>? Metadata { get; init; }
}

internal sealed record ServiceAtLocationDocument
{
    public required Guid Id { get; init; }
    public Guid? ServiceId { get; init; }
    public Guid? LocationId { get; init; }
    public IReadOnlyList<ServiceAreaDocument>? ServiceAreas { get; init; }
    public IReadOnlyList<PhoneDocument>? Phones { get; init; }
    public IReadOnlyList<ScheduleDocument>? Schedules { get; init; }
    public LocationDocument? Location { get; init; }
    /// <summary>Beyond HSDS.</summary>
    public ServiceDocument? Service { get; init; }
    /// <summary>Beyond HSDS.</summary>
    public string? LastModified { get; init; }
}

internal sealed record LocationDocument
{
    public required Guid Id { get; init; }
    public required string LocationType { get; init; }
    public string? Url { get; init; }
    public Guid? OrganizationId { get; init; }
    public string? Name { get; init; }
    public string? AlternateName { get; init; }
    public string? Description { get; init; }
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public string? ExternalIdentifier { get; init; }
    public string? ExternalIdentifierType { get; init; }
    public IReadOnlyList<AddressDocument>? Addresses { get; init; }
    public IReadOnlyList<PhoneDocument>? Phones { get; init; }
    public IReadOnlyList<AttributeDocument>? Attributes { get; init; }
}

internal sealed record AddressDocument
{
    public required Guid Id { get; init; }
    public Guid? LocationId { get; init; }
    [JsonPropertyName("address_1")] public required string Line1 { get; init; }
    [JsonPropertyName("address_2")] public string? Line2 { get; init; }
    public required string City { get; init; }
    public string? Region { get; init; }
    public required string StateProvince { get; init; }
    public required string PostalCode { get; init; }
    public required string Country { get; init; }
    public required string AddressType { get; init; }
}

internal sealed record PhoneDocument
{
    public required Guid Id { get; init; }
    public Guid? LocationId { get; init; }
    public Guid? ServiceId { get; init; }
    public Guid? OrganizationId { get; init; }
    public required string Number { get; init; }
    public string? Type { get; init; }
    public string? Description { get; init; }
    public IReadOnlyList<LanguageDocument>? Languages { get; init; }
}

internal sealed record ContactDocument
{
    public required Guid Id { get; init; }
    public Guid? OrganizationId { get; init; }
    public Guid? ServiceId { get; init; }
    public string? Name { get; init; }
    public string? Title { get; init; }
    public string? Email { get; init; }
}

internal sealed record LanguageDocument
{
    public required Guid Id { get; init; }
    public Guid? ServiceId { get; init; }
    public Guid? PhoneId { get; init; }
    public string? Name { get; init; }
    public string? Code { get; init; }
}

internal sealed record ScheduleDocument
{
    public required Guid Id { get; init; }
    public Guid? ServiceId { get; init; }
    public string? ValidFrom { get; init; }
    public string? ValidTo { get; init; }
    public double? Timezone { get; init; }
    public string? Freq { get; init; }
    public double? Interval { get; init; }
    public string? Byday { get; init; }
    public string? Description { get; init; }
    public string? OpensAt { get; init; }
    public string? ClosesAt { get; init; }
}

internal sealed record ServiceAreaDocument
{
    public required Guid Id { get; init; }
    public Guid? ServiceId { get; init; }
    public string? Name { get; init; }
    public string? Description { get; init; }
    public string? Extent { get; init; }
    public string? ExtentType { get; init; }
}

internal sealed record AttributeDocument
{
    public required Guid Id { get; init; }
    public Guid? LinkId { get; init; }
    public Guid? TaxonomyTermId { get; init; }
    public string? LinkType { get; init; }
    public string? LinkEntity { get; init; }
    public string? Label { get; init; }
    public string? Value { get; init; }
    public TaxonomyTermDocument? TaxonomyTerm { get; init; }
}

internal sealed record MetadataDocument
{
    public required Guid Id { get; init; }
    public required Guid ResourceId { get; init; }
    public required string ResourceType { get; init; }
    public required string LastActionDate { get; init; }
    public required string LastActionType { get; init; }
    public required string FieldName { get; init; }
    public required string PreviousValue { get; init; }
    public required string ReplacementValue { get; init; }
    public required string UpdatedBy { get; init; }
}

internal sealed record TaxonomyDocument
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required string Description { get; init; }
    public string? Uri { get; init; }
}

internal sealed record TaxonomyTermDocument
{
    public required Guid Id { get; init; }
    public string? Code { get; init; }
    public required string Name { get; init; }
    public required string Description { get; init; }
    public Guid? ParentId { get; init; }
    public string? Taxonomy { get; init; }
    public TaxonomyDocument? TaxonomyDetail { get; init; }
    public string? Language { get; init; }
    public Guid? TaxonomyId { get; init; }
}

internal sealed record OrganizationIdentifierDocument
{
    public required Guid Id { get; init; }
    public Guid? OrganizationId { get; init; }
    public string? IdentifierScheme { get; init; }
    public required string IdentifierType { get; init; }
    public required string Identifier { get; init; }
}

internal sealed record UrlDocument
{
    public required Guid Id { get; init; }
    public string? Label { get; init; }
    public required string Url { get; init; }
    public Guid? OrganizationId { get; init; }
    public Guid? ServiceId { get; init; }
}

/// <summary>A page of a list.</summary>
internal sealed record PageDocument
{
    public required int TotalItems { get; init; }
    public required int TotalPages { get; init; }
    public required int PageNumber { get; init; }
    public required int Size { get; init; }
    public required bool FirstPage { get; init; }
    public required bool LastPage { get; init; }
    public required bool Empty { get; init; }
    public required IReadOnlyList<object> Contents { get; init; }
}

internal static class HsdsJson
{
    /// <summary>Names as HSDS writes them; what is not known is absent.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A moment with milliseconds, UTC.</summary>
    public static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
