namespace Tiltas.Local.Demo.Stories;

/// <summary>Labour inspectors find forced labour; the recognition that follows is reversed, and help goes on.</summary>
internal sealed class LabourStory(Stage stage) : Story(stage)
{
    private const string Inspectors = "lt-sli-vilnius", Police = "lt-police", Shelter = "lt-kopzi", Prosecutor = "lt-prosecution", Age = "From27To29", Place = "LT-57";

    internal override string Title => "Forced labour, after EMN study 2024/1, questions 2, 10, 11b, 12b and 14b: the inspectors' group, two tiers, and an investigation that ends early.";

    protected override async Task PlayAsync()
    {
        await Stage.WatchAsync(Inspectors, Police, Shelter, Prosecutor);
        await OpenAsync(Inspectors, Age, Place, MadeUp.Dossier("uz", "ForcedLabour", ("Health", "health_Condition", "An example, nobody's condition")));
        await ScreenAsync(Inspectors, new Screening("LT-ADULT-LABOUR", 2, Age, Place, "uz", true, ["A02", "M09", "M10", "P01", "S05"], ["M03", "M06", "M07"], MeansRequired: true));
        await StandsAsync(Inspectors, "presumes a victim (auka)", new { status = "Presumed" }, "Presumed", "NgoSupport because Presumed", "ReflectionPeriod because Presumed");
        await TellAsync(Inspectors, "uz", true, "Person", "NgoSupport came", "ReflectionPeriod came");
        await StatusRefusedAsync(Inspectors, "labour inspectors recognise", Decided("Recognised", "7/26"), "formal-by-pre-trial-authority");
        await ReflectionRefusedAsync(Inspectors, "start", "reflection-by-competent-authority:Start");

        await ConsentAsync("Written", "uz", true, ["CriminalProceedings", "Assistance"], ["Identity", "SafeContact", "Needs", "Exploitation"], Police, Shelter, Prosecutor);
        var investigation = await ReferAsync(Police, "CriminalInvestigation", "CriminalProceedings", "Urgent");
        var shelter = await ReferAsync(Shelter, "Shelter", "Assistance", "Emergency");
        await AcceptAsync(shelter, "Identity", "SafeContact", "Needs", "Exploitation");
        await StartAsync(shelter);
        await SendFormAsync(Inspectors, "LT-SLI-IDENTIFICATION", investigation, ["Exploitation"],
            Answer("DAY_FOUND", Today), Answer("PLACE", Place), Answer("HOW_FOUND", "Inspection"), Answer("AGE", "From18To29"), Answer("LANGUAGE", "uz"), Answer("SECTOR", "F"),
            Answer("ACT", "Recruited"), Answer("MEANS", "Debt"), Answer("PURPOSE", "ForcedLabour"), Answer("PRESENT_DANGER", "No"), Answer("INFORMED", "Yes"));
        await AcceptAsync(investigation, "Identity", "Exploitation");
        await StartAsync(investigation);
        await TopicsAsync(Police, "LT-ADULT-LABOUR");
        await ReflectionAsync(Police, "start", new { }, "Running");
        await ReflectionStandsAsync(Shelter, "Running");

        await StandsAsync(Police, "recognises a victim (nukentėjusysis) by a decision", Decided("Recognised", "1-03/26"), "Recognised",
            "NgoSupport because Recognised", "CaseInformation because Recognised", "PresentEvidence because Recognised", "Complaints because Recognised",
            "CompensationFromTrafficker because Recognised", "CompensationFromStateFund because Recognised", "LegalAid because Recognised", "RemoteTestimony because Recognised");
        await TellAsync(Police, "uz", true, "Person", "CaseInformation came", "PresentEvidence came", "Complaints came", "CompensationFromTrafficker came", "CompensationFromStateFund came", "LegalAid came", "RemoteTestimony came");
        Stage.Note("no new period can be begun; the one that runs goes on");
        await ReflectionStandsAsync(Shelter, "Running");
        await CompleteAsync(investigation, "ReferredOn");

        var prosecution = await ReferAsync(Prosecutor, "CriminalInvestigation", "CriminalProceedings", "Normal");
        await AcceptAsync(prosecution, "Identity", "Exploitation");
        await StatusRefusedAsync(Prosecutor, "a recognition ends without a decision", new { status = "Presumed" }, "$.decisionReference");
        await StandsAsync(Prosecutor, "reverses the recognition: the investigation ends early", Decided("Presumed", "2-03/26"), "Presumed",
            "NgoSupport because Presumed", "ReflectionPeriod because Presumed");
        await TellAsync(Prosecutor, "uz", true, "Person", "ReflectionPeriod came", "CaseInformation went", "PresentEvidence went", "Complaints went", "CompensationFromTrafficker went", "CompensationFromStateFund went", "LegalAid went", "RemoteTestimony went");
        await GoesOnAsync(shelter);
        await HistoryAsync(Inspectors, $"Presumed by {Inspectors}", $"Recognised by {Police}", $"Presumed by {Prosecutor}");
        await NothingOpenAsync(Inspectors);
        await CompleteAsync(shelter, "ServiceDelivered");
        await EntitledAsync(Inspectors, "Presumed", "NgoSupport because Presumed", "ReflectionPeriod because Presumed");
    }

    private static object Decided(string status, string reference) => new { status, decisionReference = reference, decidedOn = Today };
}
