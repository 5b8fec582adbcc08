namespace Tiltas.Contracts.Codes;

/// <summary>What kind of body an agency is; decides which victim status it may confer. Own list, mapped to HTCDS <c>org_Type</c>.</summary>
public enum AgencyType
{
    Police, BorderGuard, Prosecutor, Court, LabourInspectorate, MigrationAuthority, ChildRightsService,
    Municipality, Ministry, Ngo, HealthService, LegalService, InternationalOrganisation,
}

/// <summary>Whether an agency takes part in the network today.</summary>
public enum AgencyStanding { Active, Suspended, Removed }

/// <summary>What help a referral asks for and a service gives. A referral is for exactly one need.</summary>
public enum Need
{
    HotlineCounselling, Shelter, LegalAid, PsychologicalSupport, MedicalCare, BasicNeeds, Interpretation,
    VocationalTraining, FinancialSupport, ChildProtection, FamilyTracing, SafeReturn, Reintegration,
    CriminalInvestigation, LabourRights, ResidenceAdvice, Compensation,
}

/// <summary>A part of a dossier that is sealed, consented to and disclosed as one. Order has no meaning.</summary>
public enum DataClass
{
    /// <summary>Names, birth date, sex, citizenship, identity documents (HTCDS prs_).</summary>
    Identity,
    /// <summary>Addresses, telephone, e-mail (HTCDS prs_ mailing and phone fields).</summary>
    Contact,
    /// <summary>How, when and through whom the person may be reached without danger.</summary>
    SafeContact,
    /// <summary>What the person asks for: language, interpreter, children, accessibility, diet.</summary>
    Needs,
    /// <summary>Health and psychological condition.</summary>
    Health,
    /// <summary>What happened: recruitment, control, exploitation (HTCDS vic_, hte_).</summary>
    Exploitation,
    /// <summary>Threats, traffickers' reach, protection measures.</summary>
    Safety,
    /// <summary>Family members and dependants.</summary>
    Family,
    /// <summary>Residence status, travel documents, return wishes.</summary>
    Residence,
    /// <summary>Course of an investigation or a trial.</summary>
    Proceedings,
}

/// <summary>Why data may be used. Consent and memorandum must both name it.</summary>
public enum Purpose { Assistance, Protection, ChildProtection, CriminalProceedings, Residence, Return, Compensation }

/// <summary>How soon help is needed; the clocks of each are country data (data/lt/clocks.yaml).</summary>
public enum Urgency { Emergency, Urgent, Normal }

/// <summary>Why a recipient declines a referral. Each code may lead to another choice of recipient.</summary>
public enum DeclineCode
{
    NoCapacity, NotEligible, OutOfArea, ServiceNotOffered, LanguageNotAvailable, SafetyConcern,
    DuplicateReferral, InsufficientInformation, PersonDeclined, ConflictOfInterest,
}

/// <summary>How an accepted referral ended.</summary>
public enum Outcome { ServiceDelivered, PartlyDelivered, PersonDisengaged, ContactLost, ReferredOn, NoLongerNeeded }

/// <summary>Why the sender takes a referral back.</summary>
public enum WithdrawReason { ConsentWithdrawn, PersonDeclined, SentInError, NeedMet, SafetyConcern }

/// <summary>Where a referral stands. See <c>Referral.cs</c> for which move is legal from which state.</summary>
public enum ReferralStatus { Submitted, Acknowledged, Accepted, InService, Completed, Declined, Withdrawn }

/// <summary>Which of a referral's clocks: first sign of receipt, decision, end of service.</summary>
public enum Clock { Acknowledge, Decide, Complete }

/// <summary>
/// A person's standing. Suspected and Presumed (auka) are informal, Recognised (nukentėjusysis) is formal.
/// HTCDS mapping: Suspected, Presumed → PossibleVictimOfTrafficking; Recognised → ActualVictimOfTrafficking;
/// NotConfirmed → NotAVictimOfTrafficking.
/// </summary>
public enum VictimStatus { Suspected, Presumed, Recognised, NotConfirmed, Ended }

/// <summary>Age known to the person who screens; the child path depends on it, no birth date is needed.</summary>
public enum AgeBand { Unknown, Under9, From9To17, From18To20, From21To23, From24To26, From27To29, From30To38, From39To47, From48 }

/// <summary>What was done about one indicator in a screening.</summary>
public enum Observation { Observed, NotObserved, NotAsked }

/// <summary>Which part of the definition an indicator speaks to; a sign speaks to none by itself.</summary>
public enum DefinitionElement { Act, Means, Purpose, Sign }

/// <summary>HTCDS 2.0 <c>vic_TypeOfExploitation</c> and, because HTCDS lacks it, ForcedCriminality.</summary>
public enum ExploitationType
{
    ForcedLabour, SexualExploitation, ChildLabour, ForcedMarriage, Servitude, ForcedMilitaryByNonStateActors,
    OrganRemoval, ForcedBegging, ForcedAdoption, Surrogacy, ForcedCriminality, Other,
}

/// <summary>HTCDS 2.0 <c>vic_MethodsOfControl</c>.</summary>
public enum ControlMethod
{
    PhysicalThreats, ThreatsLawEnforcement, ThreatensChildrenFamily, DebtBondage, FalsePromises, PhysicalAbuse,
    SexualAbuse, TakesEarnings, RestrictsFinancialAccess, RestrictsMedicalCare, WithholdsNecessities,
    PsychologicalAbuse, PsychoactiveSubstance, ExcessiveWorkingHours, WithholdsDocuments, Other,
}

/// <summary>What a status gives a right to. Which status gives which is country data (data/lt/entitlements.yaml).</summary>
public enum Entitlement
{
    NgoSupport, ReflectionPeriod, CaseInformation, PresentEvidence, Complaints, CompensationFromTrafficker,
    CompensationFromStateFund, LegalAid, ChildFriendlyInterview, RemoteTestimony, TemporaryResidence, AssistedReturn,
}

/// <summary>How consent was given.</summary>
public enum ConsentForm { Oral, Written, Guardian }

/// <summary>What a notice tells; never more than this and the reference.</summary>
public enum NoticeKind
{
    ReferralSubmitted, ReferralAcknowledged, ReferralAccepted, ReferralDeclined, ServiceStarted,
    ReferralCompleted, ReferralWithdrawn, ClockLapsed, ConsentWithdrawn,
    FormSent, GapOpened, ReflectionPeriodEndsSoon,
}
