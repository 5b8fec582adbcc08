using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Statuses;

/// <summary>What besides the status decides on entitlements: the age, and by which right the person stays. Pure.</summary>
/// <param name="Age">As known.</param>
/// <param name="Residence">As known.</param>
/// <param name="ResidenceBy">Who told of it; nobody while it is not known.</param>
public sealed record Circumstances(AgeBand Age, ResidenceStatus Residence, AgencyId? ResidenceBy)
{
    /// <summary>What is known after somebody told: what was not told stays as it was, and "unknown" tells nothing.</summary>
    public static Circumstances After(StandingRow? before, AgencyId by, AgeBand? age, ResidenceStatus? residence) => new(
        age is { } band and not AgeBand.Unknown ? band : before?.AgeBand ?? AgeBand.Unknown,
        residence is { } right and not ResidenceStatus.Unknown ? right : before?.Residence ?? ResidenceStatus.Unknown,
        residence is not null and not ResidenceStatus.Unknown ? by : before?.ResidenceBy);
}
