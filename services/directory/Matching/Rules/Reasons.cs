using System.Collections.Frozen;

namespace Tiltas.Directory.Matching.Rules;

/// <summary>What speaks for or against a service. Codes are stable; more may come.</summary>
internal enum ReasonCode
{
    InMunicipality, InCounty, InCountry,
    OpenNow, OnCallNow, OutsideHours, Closed,
    PlacesFree, CapacityUnknown, Full, AllPlacesKept,
    SexServed, SexNotStated, SexNotServed,
    AgeServed, AgeNotStated, AgeToCheck, AgeNotServed,
    ChildrenTaken, ChildrenNotStated, ChildrenNotTaken,
    StatusAccepted, StatusNotStated, StatusNotAccepted,
    AccessOffered, AccessNotStated, AccessNotOffered,
    LanguageSpoken, InterpreterOffered, LanguageNotOffered,
    OwnService, MemorandumCovers,
    // In rising nearness to a memorandum that covers.
    NoMemorandum, MemorandumEnded, MemorandumNotYet, MemorandumOtherDirection, MemorandumOtherPurpose, MemorandumOtherNeed, MemorandumSuspended,
    AssuredLately, AssuranceOverdue, NeverAssured,
    AgencyNotActive, AskerNotActive,
}

/// <summary>What each code means.</summary>
internal static class Reasons
{
    private enum Weight { For, Against, Uncertain, Excludes }

    private static readonly FrozenDictionary<ReasonCode, (Weight Weight, string Lt, string En)> All = new Dictionary<ReasonCode, (Weight, string, string)>
    {
        [ReasonCode.InMunicipality] = (Weight.For, "Teikiama šioje savivaldybėje", "Given in this municipality"),
        [ReasonCode.InCounty] = (Weight.For, "Teikiama visoje apskrityje", "Given in the whole county"),
        [ReasonCode.InCountry] = (Weight.For, "Teikiama visoje šalyje", "Given in the whole country"),
        [ReasonCode.OpenNow] = (Weight.For, "Tuo metu dirba", "Open at that time"),
        [ReasonCode.OnCallNow] = (Weight.For, "Tuo metu atsiliepia budėtojas", "The line on call is answered at that time"),
        [ReasonCode.OutsideHours] = (Weight.Against, "Ne darbo laikas", "Outside working hours"),
        [ReasonCode.Closed] = (Weight.Excludes, "Tuo metu nedirba ir niekas neatsiliepia", "Closed at that time, and no line on call is answered"),
        [ReasonCode.PlacesFree] = (Weight.For, "Yra laisvų vietų", "Has free places"),
        [ReasonCode.CapacityUnknown] = (Weight.Against, "Nežinoma, ar yra laisvų vietų", "Whether places are free is not known"),
        [ReasonCode.Full] = (Weight.Excludes, "Laisvų vietų nėra", "Has no free place"),
        [ReasonCode.AllPlacesKept] = (Weight.Excludes, "Visos laisvos vietos šiuo metu laikomos kitiems", "All free places are kept for others at the moment"),
        [ReasonCode.SexServed] = (Weight.For, "Priima šios lyties asmenis", "Takes people of this sex"),
        [ReasonCode.SexNotStated] = (Weight.Uncertain, "Nenurodyta, kokios lyties asmenis priima", "Does not state which sexes it takes"),
        [ReasonCode.SexNotServed] = (Weight.Excludes, "Šios lyties asmenų nepriima", "Does not take people of this sex"),
        [ReasonCode.AgeServed] = (Weight.For, "Priima šio amžiaus asmenis", "Takes people of this age"),
        [ReasonCode.AgeNotStated] = (Weight.Uncertain, "Nenurodyta, kokio amžiaus asmenis priima", "Does not state which ages it takes"),
        [ReasonCode.AgeToCheck] = (Weight.Uncertain, "Priima tik dalį šios amžiaus grupės: pasitikslinkite", "Takes a part of this age band only: check the age"),
        [ReasonCode.AgeNotServed] = (Weight.Excludes, "Šio amžiaus asmenų nepriima", "Does not take people of this age"),
        [ReasonCode.ChildrenTaken] = (Weight.For, "Priima kartu su vaikais", "Takes people together with children"),
        [ReasonCode.ChildrenNotStated] = (Weight.Uncertain, "Nenurodyta, ar priima kartu su vaikais", "Does not state whether it takes children along"),
        [ReasonCode.ChildrenNotTaken] = (Weight.Excludes, "Kartu su vaikais nepriima", "Does not take children along"),
        [ReasonCode.StatusAccepted] = (Weight.For, "Priima tokį statusą turinčius asmenis", "Takes people of this status"),
        [ReasonCode.StatusNotStated] = (Weight.Uncertain, "Nenurodyta, kokį statusą turinčius asmenis priima", "Does not state which statuses it takes"),
        [ReasonCode.StatusNotAccepted] = (Weight.Excludes, "Tokį statusą turinčių asmenų nepriima", "Does not take people of this status"),
        [ReasonCode.AccessOffered] = (Weight.For, "Pritaikyta pagal poreikius", "Accessible as needed"),
        [ReasonCode.AccessNotStated] = (Weight.Uncertain, "Nenurodyta, kaip pritaikyta", "Does not state how accessible it is"),
        [ReasonCode.AccessNotOffered] = (Weight.Excludes, "Nepritaikyta pagal poreikius", "Not accessible as needed"),
        [ReasonCode.LanguageSpoken] = (Weight.For, "Kalba asmeniui suprantama kalba", "Speaks the person's language"),
        [ReasonCode.InterpreterOffered] = (Weight.For, "Parūpina vertėją", "Brings an interpreter"),
        [ReasonCode.LanguageNotOffered] = (Weight.Against, "Nei kalbos, nei vertėjo nesiūlo", "Offers neither the language nor an interpreter"),
        [ReasonCode.OwnService] = (Weight.For, "Jūsų įstaigos paslauga", "A service of your own agency"),
        [ReasonCode.MemorandumCovers] = (Weight.For, "Susitarimas galioja", "A memorandum in force covers it"),
        [ReasonCode.NoMemorandum] = (Weight.Excludes, "Su šia įstaiga nėra susitarimo", "There is no memorandum with this agency"),
        [ReasonCode.MemorandumEnded] = (Weight.Excludes, "Susitarimas pasibaigęs", "The memorandum has ended"),
        [ReasonCode.MemorandumNotYet] = (Weight.Excludes, "Susitarimas dar neįsigaliojęs", "The memorandum is not yet in force"),
        [ReasonCode.MemorandumOtherDirection] = (Weight.Excludes, "Susitarimas neleidžia jums šiai įstaigai siųsti", "The memorandum does not let your agency send to this one"),
        [ReasonCode.MemorandumOtherPurpose] = (Weight.Excludes, "Susitarimas neapima šio tikslo", "The memorandum does not name this purpose"),
        [ReasonCode.MemorandumOtherNeed] = (Weight.Excludes, "Susitarimas neapima šios pagalbos", "The memorandum does not name this need"),
        [ReasonCode.MemorandumSuspended] = (Weight.Excludes, "Susitarimo galiojimas sustabdytas", "The memorandum is suspended"),
        [ReasonCode.AssuredLately] = (Weight.For, "Duomenys patvirtinti neseniai", "Its record was assured lately"),
        [ReasonCode.AssuranceOverdue] = (Weight.Against, "Duomenis laikas patvirtinti iš naujo", "Its record is due to be assured again"),
        [ReasonCode.NeverAssured] = (Weight.Against, "Duomenų niekas nepatvirtino", "Its record was never assured"),
        [ReasonCode.AskerNotActive] = (Weight.Excludes, "Jūsų įstaiga šiuo metu tinkle nedalyvauja", "Your agency takes no part in the network at the moment"),
        [ReasonCode.AgencyNotActive] = (Weight.Excludes, "Įstaiga šiuo metu tinkle nedalyvauja", "The agency takes no part in the network at the moment"),
    }.ToFrozenDictionary();

    // Asked a dozen times for each of thousands of offers.
    private static readonly Weight[] Weights = [.. Enum.GetValues<ReasonCode>().Select(code => All[code].Weight)];

    /// <summary>True when it speaks for the service.</summary>
    public static bool SpeaksFor(ReasonCode code) => Weights[(int)code] == Weight.For;

    /// <summary>True when it makes the service not suitable.</summary>
    public static bool Excludes(ReasonCode code) => Weights[(int)code] == Weight.Excludes;

    /// <summary>True when something about whom it takes has to be asked first.</summary>
    public static bool IsUncertain(ReasonCode code) => Weights[(int)code] == Weight.Uncertain;

    /// <summary>The reason in words.</summary>
    public static (string Lt, string En) Words(ReasonCode code) => (All[code].Lt, All[code].En);
}
