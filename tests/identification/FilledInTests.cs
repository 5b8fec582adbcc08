using System.Security.Cryptography;
using System.Text;
using Tiltas.Contracts;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;
using Tiltas.Identification.Forms;

namespace Tiltas.Identification.Tests;

/// <summary>What fits a form and what does not, without the service.</summary>
public sealed class FilledInTests(ITestOutputHelper output)
{
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly CountryData Country = CountryData.Load(Kit.CountryFolder);
    private static readonly FormSchema Trial = FormFileTests.Trial();
    private static readonly FormSchema[] Forms = [.. Country.Forms, Trial];

    /// <summary>Whatever is drawn that fits is taken, in the form's order, and one thing that does not fit is found where it stands.</summary>
    [Fact]
    public void Answers_DrawnByChance_AreTakenWhenTheyFit_AndTheOneThatDoesNotIsNamed()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var seen = new Dictionary<string, int>();
        for (var round = 0; round < 6_000; round++)
        {
            var form = Forms[random.Next(Forms.Length)];
            var answers = Draw(form, random);
            random.Shuffle(answers);
            var read = FilledIn.Read(form, answers, Country.IsPlace, Today);
            Assert.True(read.Error is null, $"seed {seed}, round {round}: {read.Error}");
            Assert.Equal(form.Fields().Select(field => field.Code).Where(code => answers.Any(answer => answer.Field == code)), read.Value.Answers.Select(answer => answer.Field));
            Assert.Equal(form.Result is { } rule && answers.Any(answer => answer.Field == rule.Field && rule.Negative.Contains(answer.Values![0])), read.Value.IsNegative);

            var (wrong, code, where, what) = Spoil(form, answers, random);
            var error = Assert.IsType<Error.Invalid>(FilledIn.Read(form, wrong, Country.IsPlace, Today).Error);
            Assert.True((code, where) == (error.Code, error.Field), $"seed {seed}, round {round}, {what}: {error}");
            seen[what] = seen.GetValueOrDefault(what) + 1;
        }
        Assert.Equal(["another field", "missing", "no answer", "not asked", "twice", "value"], seen.Keys.Order());
        Assert.All(seen, pair => Assert.True(pair.Value > 50, $"{pair.Key}: {pair.Value}"));
    }

    [Fact]
    public void Values_ThatDoNotFitTheirKind_AreRefused()
    {
        Refused("DAY", "2026-11-21", "1999-12-31", "2026-02-30", "20-11-2026", "");
        Refused("PLACE", "LT-99", "Vilnius", "LT");
        Refused("RESULT", "signs", "Unknown", "0");
        Refused("SAFE", "yes", "Maybe");
        Refused("OTHERS", "25", "-1", "007", "1.5", "+1", "٣", " 1");
        Refused("LANGUAGE", "LT", "zz", "lit");

        static void Refused(string field, params string[] values) => Assert.All(values, value =>
            Assert.Equal("TLT-IDN-0083", FilledIn.Read(Trial, [new FormAnswer { Field = field, Values = [value] }], Country.IsPlace, Today).Error?.Code));
    }

    [Fact]
    public void NegativeAssessment_NeedsItsResultDayAndPlaceAlone()
    {
        FormAnswer[] little = [One("RESULT", "Nothing"), One("DAY", "2026-11-20"), One("PLACE", "LT-57")];
        var read = FilledIn.Read(Trial, little, Country.IsPlace, Today).Value;
        Assert.Equal((true, "Nothing", Today, "LT-57"), (read.IsNegative, read.Result, read.Day!.Value, read.Place));
        for (var i = 0; i < little.Length; i++) Assert.Equal("TLT-IDN-0085", FilledIn.Read(Trial, [.. little.Where((_, j) => j != i)], Country.IsPlace, Today).Error?.Code);
        // The same as a positive one would lack its indicators.
        Assert.Equal("TLT-IDN-0085", FilledIn.Read(Trial, [One("RESULT", "Signs"), .. little[1..]], Country.IsPlace, Today).Error?.Code);
    }

    [Fact]
    public void Refusal_NeverRepeatsWhatWasSaid()
    {
        const string Canary = "Kanarėlė Pavardenė";
        FormAnswer[] wrong = [new() { Field = Canary, Note = Canary }, new() { Field = "DAY", Values = [Canary] }, new() { Field = "NOTE", Values = [Canary], Note = Canary }, new() { Field = "SAFE", Values = ["Yes"], Note = Canary }];
        Assert.All(wrong, answer =>
        {
            Assert.DoesNotContain(Canary, FilledIn.Read(Trial, [answer], Country.IsPlace, Today).Error!.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(Canary, answer.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void PublishedAnswer_PrintsAMask()
    {
        var answer = new Protos.Identification.V1.FormAnswer { Field = "NOTE", Values = { "Kanarėlė" }, Note = "Kanarėlė" };
        foreach (var text in (object[])[answer, new Protos.Identification.V1.FillInFormRequest { Answers = { answer } }, new Protos.Identification.V1.Form { Answers = { answer } }, new Protos.Identification.V1.RenderFormResponse { Html = "Kanarėlė" }])
            Assert.DoesNotContain("Kanarėlė", text.ToString(), StringComparison.Ordinal);
    }

    /// <summary>By the recipe of the documentation, worked out in another way.</summary>
    [Fact]
    public void Hash_IsOfAllThatIsSaid()
    {
        var (form, subject) = (FormId.From(Guid.CreateVersion7()), RunningIdentification.NewSubject());
        FormAnswer[] said = [new() { Field = "SIGNS", Values = ["A01", "A02"] }, new() { Field = "NOTE", Note = "ąčę" }];
        var text = string.Join('\0', "salt", form, "LT-TRIAL", "1", subject, "SIGNS", "A01", "A02", "", "NOTE", "ąčę", "", "");
        var hash = FilledIn.Hash("salt", form, "LT-TRIAL", 1, subject, said);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), hash);
        string[] others =
        [
            FilledIn.Hash("other", form, "LT-TRIAL", 1, subject, said), FilledIn.Hash("salt", FormId.From(Guid.CreateVersion7()), "LT-TRIAL", 1, subject, said),
            FilledIn.Hash("salt", form, "LT-TRIAL", 2, subject, said), FilledIn.Hash("salt", form, "LT-TRIAL", 1, RunningIdentification.NewSubject(), said),
            FilledIn.Hash("salt", form, "LT-TRIAL", 1, subject, said[..1]), FilledIn.Hash("salt", form, "LT-TRIAL", 1, subject, [said[0] with { Values = ["A01"] }, said[1]]),
            FilledIn.Hash("salt", form, "LT-TRIAL", 1, subject, [said[0] with { Values = ["A01A02"] }, said[1]]), FilledIn.Hash("salt", form, "LT-TRIAL", 1, subject, [said[0], said[1] with { Note = "ace" }]),
        ];
        Assert.Equal(others.Length + 1, others.Append(hash).Distinct().Count());
    }

    private static FormAnswer One(string field, string value) => new() { Field = field, Values = [value] };

    private static FormAnswer[] Draw(FormSchema form, Random random)
    {
        var answers = new Dictionary<string, FormAnswer>();
        foreach (var field in form.Fields())
        {
            var asked = field.When is null || answers.TryGetValue(field.When.Field, out var on) && on.Values!.Any(field.When.In.Contains);
            if (asked && (field.Required || random.Next(2) == 0)) answers.Add(field.Code, Fitting(field, random));
        }
        return [.. answers.Values];
    }

    private static FormAnswer Fitting(FormField field, Random random) => field.Kind switch
    {
        FieldKind.Choice or FieldKind.YesNo => One(field.Code, field.Options[random.Next(field.Options.Length)].Code),
        FieldKind.Choices or FieldKind.Indicators => new() { Field = field.Code, Values = [.. random.GetItems(field.Options, 3).Select(option => option.Code).Distinct()] },
        FieldKind.Day => One(field.Code, Today.AddDays(-random.Next(9_000)).ToString("yyyy-MM-dd")),
        FieldKind.Number => One(field.Code, random.Next(field.Most!.Value + 1).ToString()),
        FieldKind.Place => One(field.Code, random.Next(2) == 0 ? "LT-57" : Country.BorderPoints[random.Next(Country.BorderPoints.Count)].Id),
        FieldKind.Language => One(field.Code, "uk"),
        _ => new() { Field = field.Code, Note = "Pastaba " + random.Next() },
    };

    private static (FormAnswer?[] Answers, string Code, string Where, string What) Spoil(FormSchema form, FormAnswer[] right, Random random)
    {
        var fields = form.Fields().ToDictionary(field => field.Code);
        var answers = right.ToList<FormAnswer?>();
        var i = random.Next(answers.Count);
        switch (random.Next(6))
        {
            case 0:
                answers.Add(answers[i]);
                return ([.. answers], "TLT-IDN-0082", $"$.answers[{answers.Count - 1}].field", "twice");
            case 1:
                answers[i] = answers[i]! with { Field = "ELSEWHERE" };
                return ([.. answers], "TLT-IDN-0082", $"$.answers[{i}].field", "another field");
            case 2:
                answers[i] = null;
                return ([.. answers], CommonErrors.Malformed, $"$.answers[{i}]", "no answer");
            case 3 when right.Select((answer, j) => (answer, j)).Where(pair => fields[pair.answer.Field] is { Required: true, When: null } field && (form.Result is null || field.Code == form.Result.Day)).ToList() is { Count: > 0 } needed:
                answers.RemoveAt(needed[random.Next(needed.Count)].j);
                return ([.. answers], "TLT-IDN-0085", "$.answers", "missing");
            case 4 when form.Fields().FirstOrDefault(field => field.When is { } when && right.All(answer => answer.Field != field.Code)
                && !right.Any(answer => answer.Field == when.Field && answer.Values!.Any(when.In.Contains))) is { } unasked:
                answers.Add(Fitting(unasked, random));
                return ([.. answers], "TLT-IDN-0084", $"$.answers[{answers.Count - 1}].field", "not asked");
            default:
                var field = fields[answers[i]!.Field];
                answers[i] = field.Kind == FieldKind.Note ? answers[i]! with { Note = random.Next(2) == 0 ? "  " : new string('a', 2001) }
                    : random.Next(4) switch { 0 => answers[i]! with { Values = [] }, 1 => answers[i]! with { Values = ["Nowhere"] }, 2 => answers[i]! with { Note = "x" }, _ => answers[i]! with { Values = [.. answers[i]!.Values!, answers[i]!.Values![0]] } };
                return ([.. answers], "TLT-IDN-0083", $"$.answers[{i}].{(field.Kind == FieldKind.Note ? "note" : "values")}", "value");
        }
    }
}
