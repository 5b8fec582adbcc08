namespace Tiltas.Identification.Forms;

/// <summary>What stands on the paper around a form's own words.</summary>
internal sealed record FormWords(
    string Version, string Form, string Subject, string FilledInBy, string At, string Referral, string Replaces, string Replaced, string NotAnswered, string Withheld, string Missing,
    string Source, string Illustrative, string ContentHash)
{
    private static readonly Dictionary<string, FormWords> All = new(StringComparer.Ordinal)
    {
        ["lt"] = new("versija", "Formos numeris", "Asmuo (pseudonimas)", "Užpildė", "Užpildyta", "Siuntimas", "Pataiso formą", "Ši forma vėliau pataisyta: galioja naujesnė.", "neatsakyta",
            "Neperduodama", "Trūksta", "Šaltinis", "Pastaba apie formą", "Turinio kontrolinė suma (SHA-256)"),
        ["en"] = new("version", "Form number", "Person (pseudonym)", "Filled in by", "Filled in", "Referral", "Corrects the form", "This form was corrected later: the newer one counts.", "not answered",
            "Withheld", "What is missing", "Source", "Note on the form", "Checksum of the content (SHA-256)"),
        ["uk"] = new("версія", "Номер форми", "Особа (псевдонім)", "Заповнила установа", "Заповнено", "Направлення", "Виправляє форму", "Цю форму пізніше виправлено: чинною є новіша.", "без відповіді",
            "Не передається", "Чого бракує", "Джерело", "Примітка до форми", "Контрольна сума змісту (SHA-256)"),
        ["ru"] = new("версия", "Номер формы", "Лицо (псевдоним)", "Заполнило учреждение", "Заполнено", "Направление", "Исправляет форму", "Эта форма позже исправлена: действует более новая.", "нет ответа",
            "Не передаётся", "Чего не хватает", "Источник", "Примечание к форме", "Контрольная сумма содержания (SHA-256)"),
    };

    /// <summary>In that language; in English where nobody has written them yet.</summary>
    public static FormWords In(string language) => All.GetValueOrDefault(language) ?? All["en"];
}
