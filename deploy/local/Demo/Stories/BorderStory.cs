namespace Tiltas.Local.Demo.Stories;

/// <summary>Border guards meet a victim on the way; nobody is sent home while they recover, and who wants to go goes safely afterwards.</summary>
internal sealed class BorderStory(Stage stage) : Story(stage)
{
    private const string Guards = "lt-sbgs", Shelter = "lt-caritas", Returns = "lt-iom", Police = "lt-police", Age = "From18To20", Point = "LT-BP-MEDININKAI";

    private static readonly string[] Rights =
    [
        "NgoSupport because Recognised", "CaseInformation because Recognised", "PresentEvidence because Recognised", "Complaints because Recognised",
        "CompensationFromTrafficker because Recognised", "CompensationFromStateFund because Recognised", "LegalAid because Recognised", "RemoteTestimony because Recognised",
        "TemporaryResidence because Recognised, Residence", "AssistedReturn because Recognised, Residence",
    ];

    internal override string Title => "At the border, after EMN study 2024/1, questions 7a, 7b, 14b, 16 and 19: vulnerability assessment, a period to recover, a safe voluntary return.";

    protected override async Task PlayAsync()
    {
        await Stage.WatchAsync(Guards, Shelter, Returns, Police);
        await CountedAsync(Guards, "LT-SBGS-VULNERABILITY", Point, Answer("DAY", Today), Answer("PLACE", Point), Answer("RESULT", "NoSigns"));
        await OpenAsync(Guards, Age, null, MadeUp.Dossier("fa", "ForcedLabour", ("Residence", "residence_ReturnWish", "An example")));
        await ScreenAsync(Guards, new Screening("LT-MIGRANT", 1, Age, Point, "fa", true, ["A02", "A03", "M02", "M03", "P01"], ["M07", "P02"], MeansRequired: true));
        await StandsAsync(Guards, "presumes a victim (auka)", new { status = "Presumed", residence = "IrregularStay" }, "Presumed",
            "NgoSupport because Presumed", "ReflectionPeriod because Presumed", "AssistedReturn because Presumed, Residence");
        await TellAsync(Guards, "fa", true, "Person", "NgoSupport came", "ReflectionPeriod came", "AssistedReturn came");
        await ReflectionAsync(Guards, "start", new { }, "Running");
        await ReflectionStandsAsync(Guards, "Running");

        await ConsentAsync("Oral", "fa", true, ["Assistance", "Return"], ["Identity", "SafeContact", "Needs", "Residence"], Shelter, Returns);
        await ConsentAsync("Oral", "fa", true, ["CriminalProceedings"], ["Identity", "Exploitation", "Safety"], Police);
        var investigation = await ReferAsync(Police, "CriminalInvestigation", "CriminalProceedings", "Urgent");
        await SendFormAsync(Guards, "LT-SBGS-VULNERABILITY", investigation, ["Exploitation", "Safety"],
            Answer("DAY", Today), Answer("PLACE", Point), Answer("RESULT", "SignsOfTrafficking"), Answer("AGE", "From18To29"), Answer("INDICATORS", "A02", "M02", "P01"), Answer("PRESENT_DANGER", "No"));
        var shelter = await ReferAsync(Shelter, "Shelter", "Assistance", "Emergency");
        await AcceptAsync(shelter, "Identity", "SafeContact", "Needs", "Residence");
        await StartAsync(shelter);
        await ReturnRefusedAsync(Returns);

        await StandsAsync(Guards, "recognises a victim (nukentėjusysis) by a decision", new { status = "Recognised", decisionReference = "4-01/26", decidedOn = Today }, "Recognised",
            Rights);
        Stage.Note("recognised, and still in the reflection period: nobody is sent home");
        await ReturnRefusedAsync(Returns);

        await ReflectionAsync(Guards, "end", new { reason = "PersonDecided" }, "Ended");
        await ReflectionStandsAsync(Shelter, "Ended");
        var home = await ReturnAsync(Returns);
        await AcceptAsync(home, "Identity", "SafeContact", "Needs", "Residence");
        await StartAsync(home);
        await CompleteAsync(shelter, "ReferredOn");
        await CompleteAsync(home, "ServiceDelivered");
        await HistoryAsync(Guards, $"Presumed by {Guards}", $"Recognised by {Guards}");
        Stage.Note("home again, and a recognised victim all the same");
        await EntitledAsync(Guards, "Recognised", Rights);
    }
}
