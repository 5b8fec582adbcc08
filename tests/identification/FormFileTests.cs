using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Tests;

public sealed class FormFileTests
{
    internal const string Right = """
        id: LT-TRIAL
        version: 1
        title: {lt: Bandymas, en: Trial}
        source: {title: Study, date: "2024-12-31"}
        filledInBy: [BorderGuard, Ngo]
        send: {needs: [CriminalInvestigation], to: [Police]}
        sections:
          - title: {lt: Pirma, en: First}
            fields:
              - {code: DAY, kind: Day, class: Exploitation, required: true, text: {lt: diena, en: day}}
              - {code: PLACE, kind: Place, class: Exploitation, required: true, text: {lt: vieta, en: place}}
              - code: RESULT
                kind: Choice
                class: Exploitation
                required: true
                text: {lt: rezultatas, en: result}
                options:
                  - {code: Nothing, text: {lt: nieko, en: nothing}}
                  - {code: Signs, text: {lt: yra, en: signs}}
          - title: {lt: Antra, en: Second}
            fields:
              - {code: SIGNS, kind: Indicators, class: Exploitation, required: true, when: {field: RESULT, in: [Signs]}, set: LT-MIGRANT, setVersion: 1, text: {lt: požymiai, en: signs}}
              - {code: SAFE, kind: YesNo, class: Safety, text: {lt: saugu, en: safe}}
              - {code: OTHERS, kind: Number, class: Exploitation, most: 24, text: {lt: kiti, en: others}}
              - {code: LANGUAGE, kind: Language, class: Needs, text: {lt: kalba, en: language}}
              - {code: NOTE, kind: Note, class: Health, text: {lt: pastaba, en: note}}
        result: {field: RESULT, negative: [Nothing], day: DAY, place: PLACE}

        """;

    private static readonly IReadOnlyList<IndicatorSet> Sets = IndicatorFiles.ReadAll(Path.Combine(Kit.CountryFolder, "indicators"));
    private static readonly IReadOnlyList<FormSchema> Forms = FormFiles.ReadAll(Path.Combine(Kit.CountryFolder, "forms"), Sets);

    /// <summary>The form above.</summary>
    internal static FormSchema Trial()
    {
        using var folder = new TempFolder();
        return FormFiles.Read(folder.Write("trial.yaml", Right), Sets);
    }

    [Fact]
    public void ReadAll_TheCountrysFiles_AreTheThreeForms()
    {
        Assert.Equal(["LT-POLICE-NOTIFICATION", "LT-SBGS-VULNERABILITY", "LT-SLI-IDENTIFICATION"], Forms.Select(form => form.Id).Order());
        Assert.All(Forms, form => Assert.Contains(Need.CriminalInvestigation, form.Needs));
        Assert.All(Forms, form => Assert.Equal([AgencyType.Police, AgencyType.BorderGuard, AgencyType.Prosecutor], form.SentTo.Take(3)));
        // An assessment may find that somebody needs other help.
        Assert.Contains(Need.Shelter, Form("LT-SBGS-VULNERABILITY").Needs);
        Assert.Equal([AgencyType.LabourInspectorate], Form("LT-SLI-IDENTIFICATION").FilledInBy);
        Assert.Equal([AgencyType.BorderGuard], Form("LT-SBGS-VULNERABILITY").FilledInBy);
        Assert.Equal(["NoSigns"], Form("LT-SBGS-VULNERABILITY").Result!.Negative);
        Assert.All(Forms, form => Assert.Contains("could not be read", form.Illustrative, StringComparison.Ordinal));
        Assert.Empty(FormFiles.ReadAll(Path.Combine(Kit.CountryFolder, "none"), Sets));
    }

    [Fact]
    public void Texts_OfTheCountrysForms_SpeakFourLanguages()
    {
        var texts = Forms.SelectMany(form => form.Sections.Select(section => section.Title).Append(form.Title)
            .Concat(form.Fields().Select(field => field.Text)).Concat(form.Fields().SelectMany(field => field.Options).Select(option => option.Text))).ToList();
        Assert.True(texts.Count > 300);
        Assert.All(texts, words =>
        {
            Assert.Equal(["en", "lt", "ru", "uk"], words.Keys);
            Assert.All(words, word => Assert.Equal(word.Key is "ru" or "uk", word.Value.Any(letter => letter is >= '\u0400' and <= '\u04ff')));
            Assert.DoesNotContain(words["uk"], letter => "ыэъё".Contains(letter, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(words["ru"], letter => "іїєґ".Contains(letter, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(words["lt"] + words["en"], letter => letter is >= '\u0400' and <= '\u04ff');
        });
    }

    /// <summary>The definition asks for the means of an adult alone, and nobody's agreement to exploitation is a field.</summary>
    [Fact]
    public void Definition_InEveryForm_IsActMeansAndPurpose_AndMeansAreNotAskedOfAChild() => Assert.All(Forms, form =>
    {
        foreach (var code in (string[])["ACT", "MEANS", "PURPOSE"]) Assert.Contains(form.Fields(), field => field.Code == code);
        var means = form.Fields().Single(field => field.Code == "MEANS");
        Assert.Equal("AGE", means.When!.Field);
        Assert.DoesNotContain("Under18", means.When.In);
        Assert.DoesNotContain(form.Fields(), field => field.Kind == FieldKind.Note && field.Required);
    });

    [Fact]
    public void Canonical_IsReadBackAsItIs_AndLayoutDoesNotCount()
    {
        Assert.All(Forms.Append(Trial()), form => Assert.Equal((form.Hash(), form.Canonical()), (FormSchema.FromCanonical(form.Canonical()).Hash(), FormSchema.FromCanonical(form.Canonical()).Canonical())));
        using var folder = new TempFolder();
        Assert.Equal(Trial().Hash(), FormFiles.Read(folder.Write("other.yaml", "# A comment.\n" + Right.Replace("filledInBy: [BorderGuard, Ngo]", "filledInBy:\n  - BorderGuard\n  - Ngo", StringComparison.Ordinal)), Sets).Hash());
        Assert.NotEqual(Trial().Hash(), FormFiles.Read(folder.Write("changed.yaml", Right.Replace("en: safe", "en: danger", StringComparison.Ordinal)), Sets).Hash());
    }

    [Fact]
    public void Kinds_AreThoseOfThePublishedApi() => Assert.Equal(Enum.GetNames<FieldKind>().Prepend("Unspecified"), Enum.GetNames<Protos.Codes.V1.FieldKind>());

    [Theory]
    [InlineData("id: LT-TRIAL", "id: lt_trial", "line 1, field id: up to 40 characters A-Z")]
    [InlineData("version: 1", "version: 0", "field version: a whole number from 1")]
    [InlineData("filledInBy: [BorderGuard, Ngo]", "filledInBy: []", "field filledInBy: one or more codes are expected")]
    [InlineData("[BorderGuard, Ngo]", "[Ngo, Ngo]", "field filledInBy: one or more codes are expected, each once")]
    [InlineData("to: [Police]", "to: [Priest]", "field send.to[0]: a code of AgencyType is expected")]
    [InlineData("{title: Study,", "{name: Study,", "field source.name: is not known here")]
    [InlineData("code: DAY", "code: day", "field sections[0].fields[0].code: up to 40 characters")]
    [InlineData("code: PLACE", "code: DAY", "field sections[0].fields[1].code: the code stands twice in this form")]
    [InlineData("kind: Day", "kind: Name", "field sections[0].fields[0].kind: a code of FieldKind is expected")]
    [InlineData("kind: YesNo, class: Safety", "kind: YesNo, class: Identity", "field sections[1].fields[1].class: who a person is")]
    [InlineData("kind: Note, class: Health", "kind: Note, class: Contact", "field sections[1].fields[4].class: who a person is")]
    [InlineData("kind: Note, class: Health", "kind: Note, class: Health, required: true", "required: nobody is made to write freely")]
    [InlineData("required: true, text: {lt: diena", "required: yes, text: {lt: diena", "field sections[0].fields[0].required: true or false is expected")]
    [InlineData("{lt: diena, en: day}", "{lt: diena}", "field sections[0].fields[0].text: \"en\" is missing")]
    [InlineData("code: Signs,", "code: Nothing,", "options[1].code: the option stands twice")]
    [InlineData("when: {field: RESULT, in: [Signs]}", "when: {field: NOTE, in: [Signs]}", "when.field: a field that stands before this one and has options is expected")]
    [InlineData("when: {field: RESULT, in: [Signs]}", "when: {field: RESULT, in: [Some]}", "when.in[0]: is no option of RESULT")]
    [InlineData("setVersion: 1", "setVersion: 9", "set: there is no such version of an indicator set")]
    [InlineData("most: 24, ", "", "\"most\" is missing")]
    [InlineData("kind: Language, class: Needs", "kind: Language, most: 3, class: Needs", "most: does not belong to a field of this kind")]
    [InlineData("result: {field: RESULT", "result: {field: SAFE", "field result.field: a required field of kind Choice without a condition is expected")]
    [InlineData("negative: [Nothing]", "negative: [Nothing, Signs]", "field result.negative: some of the options of RESULT are expected")]
    [InlineData("day: DAY", "day: PLACE", "field result.day: a required field of kind Day")]
    public void Read_WrongFile_SaysWhereAndWhat(string what, string instead, string message)
    {
        Assert.Contains(what, Right, StringComparison.Ordinal);
        using var folder = new TempFolder();
        var error = Assert.Throws<CountryDataException>(() => FormFiles.Read(folder.Write("trial.yaml", Right.Replace(what, instead, StringComparison.Ordinal)), Sets));
        Assert.StartsWith("trial.yaml, line ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAll_TheSameVersionTwice_IsRefused()
    {
        using var folder = new TempFolder();
        folder.Write("forms/a.yaml", Right);
        folder.Write("forms/b.yaml", Right);
        folder.Write("forms/c.yaml", Right.Replace("version: 1", "version: 2", StringComparison.Ordinal));
        var error = Assert.Throws<CountryDataException>(() => FormFiles.ReadAll(Path.Combine(folder.Path, "forms"), Sets));
        Assert.Equal("b.yaml: version 1 of LT-TRIAL already stands in a.yaml.", error.Message);
    }

    private static FormSchema Form(string id) => Forms.Single(form => form.Id == id);
}
