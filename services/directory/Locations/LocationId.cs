using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Tiltas.Contracts;

namespace Tiltas.Directory.Locations;

/// <summary>One place at which an agency can be met, written or called. Begins with the agency's own identifier.</summary>
[JsonConverter(typeof(SlugConverter<LocationId>))]
public readonly record struct LocationId : ISlug<LocationId>
{
    private readonly string? _value;
    private LocationId(string value) => _value = value;
    /// <inheritdoc/>
    public string Value => _value ?? "";
    /// <inheritdoc/>
    public static LocationId From(string value) => new(value);
    /// <inheritdoc/>
    public static LocationId Parse(string s, IFormatProvider? provider) => Slug.Parse<LocationId>(s);
    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out LocationId result) => Slug.TryParse(s, out result);
    /// <inheritdoc/>
    public override string ToString() => Value;
}
