using Fields = System.Collections.Generic.IReadOnlyDictionary<string, string>;

namespace Tiltas.Local.Demo.Stories;

/// <summary>Dossiers that belong to nobody. Field names are those of HTCDS 2.0 where it has one.</summary>
internal static class MadeUp
{
    internal static IReadOnlyDictionary<string, Fields> Dossier(string language, string exploitation, params (string DataClass, string Field, string Value)[] more) => new Dictionary<string, Fields>
    {
        ["Identity"] = MadeUpPerson.Dossier["Identity"],
        ["SafeContact"] = MadeUpPerson.Dossier["SafeContact"],
        ["Needs"] = new Dictionary<string, string> { ["prs_PrimaryLanguage"] = language },
        ["Exploitation"] = new Dictionary<string, string> { ["vic_TypeOfExploitation"] = exploitation },
    }.Concat(more.Select(part => KeyValuePair.Create(part.DataClass, (Fields)new Dictionary<string, string> { [part.Field] = part.Value }))).ToDictionary();
}
