namespace Tiltas.Contracts.Codes;

/// <summary>
/// By which right a person is in the country, as far as somebody who met the person knows. What depends on it is country data
/// (data/lt/entitlements.yaml). "The country" is the one whose mechanism this is, "Union" the European Union with the European Economic Area and Switzerland.
/// </summary>
public enum ResidenceStatus
{
    /// <summary>Nobody has said.</summary>
    Unknown,
    /// <summary>Of the country.</summary>
    Citizen,
    /// <summary>Of another country of the Union.</summary>
    UnionCitizen,
    /// <summary>Permitted to stay for good.</summary>
    PermanentResident,
    /// <summary>Permitted to stay for a time.</summary>
    TemporaryResident,
    /// <summary>Under temporary protection.</summary>
    TemporaryProtection,
    /// <summary>Has asked for asylum, without a decision yet.</summary>
    AsylumSeeker,
    /// <summary>With a visa or without needing one, for a short stay.</summary>
    ShortStay,
    /// <summary>Without a right to stay.</summary>
    IrregularStay,
}

/// <summary>How a person was told of something.</summary>
public enum InformationForm { Oral, Written }

/// <summary>Who was told.</summary>
public enum InformedParty { Person, Guardian }

/// <summary>What must not stay open. After which time it counts as open is country data (data/lt/gaps.yaml).</summary>
public enum GapKind
{
    /// <summary>Presumed a victim, and no decision of those who recognise.</summary>
    NoFormalDecision,
    /// <summary>A child, and no child rights service has a part in it.</summary>
    ChildWithoutChildRights,
    /// <summary>Recognised, and not told of compensation.</summary>
    CompensationNotTold,
    /// <summary>Entitlements changed, and the person was not told.</summary>
    EntitlementsNotTold,
}
