namespace Tiltas.Local.Demo.Stories;

/// <summary>Somebody under temporary protection tells an organisation, in their own language, and gets shelter, a lawyer and time.</summary>
internal sealed class RefugeeStory(Stage stage) : Story(stage)
{
    private const string Helpers = "lt-kopzi", Shelter = "lt-caritas", Lawyers = "lt-missing", Migration = "lt-migration", Age = "From30To38", Place = "LT-15";

    internal override string Title => "A refugee from Ukraine, after the 2023 Trafficking in Persons Report and EMN study 2024/1, questions 9b, 10, 14b and 17.";

    protected override async Task PlayAsync()
    {
        await Stage.WatchAsync(Helpers, Shelter, Lawyers, Migration);
        await OpenAsync(Helpers, Age, Place, MadeUp.Dossier("uk", "Servitude", ("Residence", "residence_Status", "Temporary protection"), ("Health", "health_Condition", "An example, nobody's condition")));
        await ScreenAsync(Helpers, new Screening("LT-REFUGEE-UA", 1, Age, Place, "uk", true, ["A02", "M04", "M05", "M06", "P02"], ["M08", "P03"], MeansRequired: true));
        await StandsAsync(Helpers, "presumes a victim (auka)", new { status = "Presumed" }, "Presumed", "NgoSupport because Presumed", "ReflectionPeriod because Presumed");
        await CircumstancesAsync(Helpers, "learns of the temporary protection", new { residence = "TemporaryProtection" }, "Presumed");
        await EntitledAsync(Helpers, "Presumed", "NgoSupport because Presumed", "ReflectionPeriod because Presumed", "AssistedReturn because Presumed, Residence");
        await TellAsync(Helpers, "uk", true, "Person", "NgoSupport came", "ReflectionPeriod came", "AssistedReturn came");
        await StatusRefusedAsync(Helpers, "an organisation recognises", new { status = "Recognised", decisionReference = "1/26", decidedOn = Today }, "formal-by-pre-trial-authority");

        await FindsAsync(Helpers, "Shelter", "Assistance", Place, new { sex = "Female", ageBand = Age, languages = new[] { "uk" } }, Helpers, Shelter);
        Stage.Note("the list is an aid; who refers chooses: a house farther from the host who threatens");
        await ReferRefusedAsync(Shelter, "Shelter", "Assistance", "consent:recipient-and-purpose");
        await ConsentAsync("Oral", "uk", true, ["Assistance", "Residence"], ["Identity", "SafeContact", "Needs", "Exploitation", "Residence"], Shelter, Lawyers, Migration);
        await ReferRefusedAsync(Shelter, "LegalAid", "Assistance", "memorandum:in-force");
        var shelter = await ReferAsync(Shelter, "Shelter", "Assistance", "Emergency");
        var lawyers = await ReferAsync(Lawyers, "LegalAid", "Assistance", "Urgent");
        var advice = await ReferAsync(Migration, "ResidenceAdvice", "Residence", "Normal");
        await AcceptAsync(shelter, "Identity", "SafeContact", "Needs");
        await StartAsync(shelter);
        await AcceptAsync(lawyers, "Identity", "SafeContact", "Needs", "Exploitation");
        await TopicsAsync(Lawyers, "LT-REFUGEE-UA");
        Stage.Note("by which right somebody stays, and what follows from it, is for whoever told of it and for the owner");
        await NotToldAsync(Lawyers, "AssistedReturn");
        await StartAsync(lawyers);

        await ReflectionRefusedAsync(Helpers, "start", "reflection-by-competent-authority:Start");
        await AcceptAsync(advice, "Identity", "SafeContact", "Needs", "Residence");
        await ReflectionAsync(Migration, "start", new { }, "Running");
        await ReflectionStandsAsync(Helpers, "Running");
        await CompleteAsync(advice, "ServiceDelivered");
        await CompleteAsync(lawyers, "ServiceDelivered");
        await GoesOnAsync(shelter);
        await HistoryAsync(Helpers, $"Presumed by {Helpers}", $"Presumed as told by {Helpers}");
        await CompleteAsync(shelter, "ServiceDelivered");
        Stage.Note("nobody has decided formally: no case information, no evidence, no complaints, no compensation, which is the gap the study names");
        await EntitledAsync(Helpers, "Presumed", "NgoSupport because Presumed", "ReflectionPeriod because Presumed", "AssistedReturn because Presumed, Residence");
    }
}
