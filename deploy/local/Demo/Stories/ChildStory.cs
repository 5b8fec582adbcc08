namespace Tiltas.Local.Demo.Stories;

/// <summary>A hotline hears of a child made to steal; the division of the child's residence and the police work together.</summary>
internal sealed class ChildStory(Stage stage) : Story(stage)
{
    private const string Hotline = "lt-kopzi", Division = "lt-child-rights-kaunas", Police = "lt-police", Psychologist = "lt-caritas", Age = "From9To17", Home = "LT-15";

    internal override string Title => "A child, after the child-rights service's page of 2023-12-10: signs, whom to tell, and that a child need not have been forced.";

    protected override async Task PlayAsync()
    {
        await Stage.WatchAsync(Hotline, Division, Police, Psychologist);
        await OpenAsync(Hotline, Age, Home, MadeUp.Dossier("lt", "ForcedCriminality", ("Family", "family_Guardian", "An example")));
        await ScreenAsync(Hotline, new Screening("LT-CHILD-S0", 2, Age, Home, "lt", false, ["C02", "C09", "C11", "C12"], ["C05", "C13"], MeansRequired: false));
        await StandsAsync(Hotline, "suspects: first signs", new { status = "Suspected", ageBand = Age }, "Suspected",
            "NgoSupport because Suspected", "ChildFriendlyInterview because Child", "RemoteTestimony because Child");
        await StatusRefusedAsync(Hotline, "an organisation recognises", Recognised("1-01/26"), "formal-by-pre-trial-authority");

        await FindsAsync(Hotline, "ChildProtection", "ChildProtection", Home, new { ageBand = Age }, Division);
        await ConsentAsync("Guardian", "lt", false, ["ChildProtection", "CriminalProceedings", "Assistance"], ["Identity", "SafeContact", "Needs", "Exploitation", "Family"], Division, Police, Psychologist);
        var protection = await ReferAsync(Division, "ChildProtection", "ChildProtection", "Emergency");
        var investigation = await ReferAsync(Police, "CriminalInvestigation", "CriminalProceedings", "Urgent");
        await AcceptAsync(protection, "Identity", "SafeContact", "Needs", "Exploitation", "Family");
        await StartAsync(protection);
        await StandsAsync(Division, "presumes a victim (auka)", new { status = "Presumed" }, "Presumed",
            "NgoSupport because Presumed", "ReflectionPeriod because Presumed", "ChildFriendlyInterview because Child", "RemoteTestimony because Child");

        await AcceptAsync(investigation, "Identity", "SafeContact", "Exploitation");
        await StartAsync(investigation);
        var psychologist = await ReferAsync(Psychologist, "PsychologicalSupport", "Assistance", "Urgent");
        await AcceptAsync(psychologist, "Identity", "SafeContact", "Needs", "Family");
        await StartAsync(psychologist);
        await TopicsAsync(Police, "LT-CHILD-S0");
        Stage.Note("the interview: in a child-friendly room, the psychologist present, nothing asked again that was asked before");
        await ScreenAsync(Police, new Screening("LT-CRIMINALITY", 1, Age, Home, "lt", false, ["A01", "P01", "S03"], [], MeansRequired: false));
        await CompleteAsync(psychologist, "ServiceDelivered");

        await StandsAsync(Police, "recognises a victim (nukentėjusysis) by a decision", Recognised("1-02/26"), "Recognised",
            "NgoSupport because Recognised", "CaseInformation because Recognised", "PresentEvidence because Recognised", "Complaints because Recognised",
            "CompensationFromTrafficker because Recognised", "CompensationFromStateFund because Recognised", "LegalAid because Recognised",
            "RemoteTestimony because Recognised, Child", "ChildFriendlyInterview because Child");
        await TellAsync(Police, "lt", false, "Guardian", "NgoSupport came", "ChildFriendlyInterview came", "CaseInformation came", "PresentEvidence came", "Complaints came", "CompensationFromTrafficker came", "CompensationFromStateFund came", "LegalAid came", "RemoteTestimony came");
        await NothingOpenAsync(Hotline);
        await HistoryAsync(Hotline, $"Suspected by {Hotline}", $"Presumed by {Division}", $"Recognised by {Police}");
        await CompleteAsync(protection, "ServiceDelivered");
        await CompleteAsync(investigation, "ServiceDelivered");
    }

    private static object Recognised(string reference) => new { status = "Recognised", decisionReference = reference, decidedOn = Today };
}
