namespace Tiltas.Local.Demo;

/// <summary>A dossier that belongs to nobody: "Demo Example" in Lithuanian. Field names are those of HTCDS 2.0 where it has one.</summary>
internal static class MadeUpPerson
{
    internal static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Dossier = new Dictionary<string, IReadOnlyDictionary<string, string>>
    {
        ["Identity"] = new Dictionary<string, string>
        {
            ["prs_FirstName"] = "Demo", ["prs_SecondName"] = "Pavyzdė", ["prs_Birthdate"] = "1900-01-01", ["prs_Citizenship"] = "LT",
        },
        ["SafeContact"] = new Dictionary<string, string> { ["safe_Channel"] = "Through the hotline alone", ["safe_Hours"] = "Mo-Fr 10:00-12:00" },
        ["Needs"] = new Dictionary<string, string> { ["prs_PrimaryLanguage"] = "lt", ["needs_Interpreter"] = "no", ["needs_Shelter"] = "at once" },
        ["Exploitation"] = new Dictionary<string, string> { ["vic_TypeOfExploitation"] = "ForcedLabour", ["vic_MethodsOfControl"] = "WithholdsDocuments; DebtBondage" },
        ["Health"] = new Dictionary<string, string> { ["health_Condition"] = "An example, nobody's condition" },
    };

    /// <summary>What the person agrees to share; health is kept back on purpose.</summary>
    internal static readonly string[] Shared = ["Identity", "SafeContact", "Needs", "Exploitation"];
}
