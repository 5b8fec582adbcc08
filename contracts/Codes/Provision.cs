namespace Tiltas.Contracts.Codes;

/// <summary>Whom a service takes in, by sex. HTCDS <c>prs_Gender</c> maps to it: Feminine and TransgenderFeminine to Female, Masculine and TransgenderMasculine to Male, the rest to Other.</summary>
public enum Sex { Female, Male, Other }

/// <summary>What somebody needs to be able to use a service, and what a service has for it.</summary>
public enum AccessNeed
{
    /// <summary>No steps, doors wide enough for a wheelchair.</summary>
    StepFree,
    /// <summary>A bathroom for a wheelchair.</summary>
    AccessibleBathroom,
    /// <summary>Somebody who signs.</summary>
    SignLanguage,
    /// <summary>Large print, Braille or read aloud.</summary>
    SightSupport,
    /// <summary>Information that is easy to read.</summary>
    EasyLanguage,
    /// <summary>Help with washing, dressing, eating.</summary>
    PersonalCare,
    /// <summary>An assistance animal may come along.</summary>
    AssistanceAnimal,
}

/// <summary>What a service was found fit for by those entitled to say so.</summary>
public enum Accreditation
{
    /// <summary>A licence to give social care, as shelters need.</summary>
    SocialCareLicence,
    /// <summary>Accredited social services below care.</summary>
    SocialServices,
    /// <summary>A licence to give health care.</summary>
    HealthCareLicence,
    /// <summary>Licensed psychologists.</summary>
    Psychologists,
    /// <summary>Lawyers of the state's legal aid.</summary>
    StateLegalAid,
    /// <summary>Staff trained to work with victims of trafficking.</summary>
    TraffickingTraining,
    /// <summary>Rooms and staff for children's interviews.</summary>
    ChildInterview,
}
