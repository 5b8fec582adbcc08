using System.Net;
using System.Text.RegularExpressions;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Statuses;
using static Tiltas.Identification.Tests.FormDesk;
using static Tiltas.Identification.Tests.RunningIdentification;

namespace Tiltas.Identification.Tests;

/// <summary>What the recipient of a form may read of it.</summary>
[Collection(WithService.Name)]
public sealed partial class FormReadingTests(RunningIdentification service, ITestOutputHelper output) : IAsyncLifetime
{
    private readonly FormDesk _desk = new(service);

    public async ValueTask InitializeAsync() => await _desk.Open();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Recipient_ReadsWhatMemorandumAndConsentBothName_AndTheRestIsNamedWithItsRule()
    {
        var (form, _, _) = await Sent([.. ((DataClass[])[DataClass.Exploitation, DataClass.Needs, DataClass.Safety]).Select(one => new CoveredClass { DataClass = one })]);
        var read = await service.Get(Police, "/v1/forms/" + form);

        Assert.Equal((HttpStatusCode.OK, null), (read.Status, read["salt"]));
        Assert.Equal("Saugumo pastaba", Field(read, "answers", "SAFETY_NOTE").GetProperty("note").GetString());
        Assert.Equal("Debt", Field(read, "answers", "MEANS").GetProperty("values")[0].GetString());
        // Needs: not in the memorandum. Health: in neither. Proceedings: in the memorandum, but nobody agreed to it.
        Assert.Equal("memorandum:lt-mou-forms", Field(read, "withheld", "LANGUAGE").GetProperty("rule").GetString());
        Assert.Equal("memorandum:lt-mou-forms", Field(read, "withheld", "MEDICAL_CARE").GetProperty("rule").GetString());
        Assert.Equal("consent:covers-class", Field(read, "withheld", "INFORMED").GetProperty("rule").GetString());
        // Whether it was answered is not told either.
        Assert.Contains("INTERPRETER", Fields(read, "withheld"));
        Assert.Contains("EVIDENCE", Fields(read, "withheld"));
        Assert.Empty(Fields(read, "withheld").Intersect(Fields(read, "answers")));

        var html = await service.Get(Police, $"/v1/forms/{form}/html?language=lt");
        Assert.Contains("Saugumo pastaba", html.Text, StringComparison.Ordinal);
        Assert.Contains("Neperduodama: consent:covers-class", html.Text, StringComparison.Ordinal);
        await using var kept = service.Store.CreateCommand("SELECT given || '{-}' || withheld FROM form_reads WHERE form = $1 AND allowed ORDER BY at");
        kept.Parameters.Add(new() { Value = Guid.Parse(form) });
        await using var reader = await kept.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 2; i++)
        {
            Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
            Assert.Equal([.. Fields(read, "answers"), "-", .. Fields(read, "withheld")], reader.GetFieldValue<string[]>(0));
        }
    }

    [Fact]
    public async Task ConsentTakenBack_OrTheReferralClosed_ShutsTheForm_AndTheRefusalIsOnRecord()
    {
        var (form, subject, referral) = await Sent();
        Assert.Empty(Fields(await Read(form), "withheld").Intersect(["INFORMED", "MEANS"]));
        await _desk.Withdraw(subject, referral, true, DataClass.Exploitation, DataClass.Safety);
        Assert.Equal("consent:covers-class", Field(await Read(form), "withheld", "INFORMED").GetProperty("rule").GetString());
        // Consents that another withdrawal leaves never give back what one took.
        await _desk.Withdraw(subject, referral, true, DataClass.Proceedings, DataClass.Safety);
        Assert.Equal(["PRESENT_DANGER", "SAFETY_NOTE"], Fields(await Read(form), "answers"));
        await _desk.Withdraw(subject, referral, false);
        var uncovered = await Read(form);
        Assert.Equal((HttpStatusCode.Forbidden, "TLT-IDN-0094", "consent:recipient-and-purpose"), (uncovered.Status, uncovered["code"], uncovered["rule"]));

        var (second, another, closing) = await Sent();
        await service.Give(_desk.Parties, new ReferralCompleted { Referral = closing, Version = 4, Subject = another, From = AgencyId.From(Inspectorate), To = AgencyId.From(Police), Urgency = Urgency.Normal, Outcome = Outcome.ServiceDelivered, At = TimeProvider.System.GetUtcNow() });
        Assert.Equal("referral:open", (await Read(second))["rule"]);
        Assert.Equal("referral:open", (await service.Get(Police, $"/v1/forms/{second}/html"))["rule"]);
        Assert.Equal(HttpStatusCode.OK, (await service.Get(Inspectorate, "/v1/forms/" + second)).Status);
        await using var refused = service.Store.CreateCommand("SELECT count(*) FROM form_reads WHERE form = $1 AND NOT allowed AND rule = 'referral:open'");
        refused.Parameters.Add(new() { Value = Guid.Parse(second) });
        Assert.Equal(2L, await refused.ExecuteScalarAsync(TestContext.Current.CancellationToken));

        // Sent again under another referral, it is open again.
        Assert.Equal(HttpStatusCode.OK, (await _desk.Send(Inspectorate, second, await _desk.Refer(another))).Status);
        Assert.Equal(HttpStatusCode.OK, (await Read(second)).Status);
    }

    [Fact]
    public async Task ReferralWhoseClassesAreNotKnown_GivesNothing_AndSaysWhy()
    {
        var (subject, form) = await _desk.FilledIn();
        await _desk.Send(Inspectorate, form, await _desk.Refer(subject, says: false));
        var read = await Read(form);
        Assert.Empty(Fields(read, "answers"));
        Assert.Equal("consent:classes-known", Field(read, "withheld", "MEANS").GetProperty("rule").GetString());
        Assert.Equal("memorandum:lt-mou-forms", Field(read, "withheld", "LANGUAGE").GetProperty("rule").GetString());
    }

    /// <summary>Who is told that a child came alone is told that it is a child.</summary>
    [Fact]
    public async Task Field_ThatIsAskedBecauseOfAWithheldOne_IsWithheldToo()
    {
        await service.Give(new KnownMemoranda(), new MemorandumInForce
        {
            Memorandum = MemorandumId.From("lt-mou-family"), Version = 1, Parties = [AgencyId.From(Guard), AgencyId.From(Police)], DataClasses = [DataClass.Family],
            Purposes = [Purpose.CriminalProceedings], Needs = [], ValidFrom = new(2025, 1, 1), ValidTo = null, At = TimeProvider.System.GetUtcNow(),
        });
        var subject = await service.Subject(Guard);
        var filled = await _desk.FillIn(Guard, subject,
            [Says("DAY", "2026-11-02"), Says("PLACE", "LT-57"), Says("RESULT", "OtherNeeds"), Says("AGE", "Under18"), Says("UNACCOMPANIED", "Yes"), Says("COMPANION", "No"), Says("PRESENT_DANGER", "No")],
            "LT-SBGS-VULNERABILITY");
        Assert.Equal(HttpStatusCode.Created, filled.Status);
        await _desk.Send(Guard, filled["formId"]!, await _desk.Refer(subject, classes: [new CoveredClass { DataClass = DataClass.Family }], from: Guard));

        var read = await Read(filled["formId"]!);
        Assert.DoesNotContain(Fields(read, "answers"), field => field.Contains("UNACCOMPANIED", StringComparison.Ordinal));
        Assert.Equal(Field(read, "withheld", "AGE").GetProperty("rule").GetString(), Field(read, "withheld", "UNACCOMPANIED").GetProperty("rule").GetString());
    }

    [Fact]
    public async Task Anybody_ToWhomItWasNotSent_IsAnsweredAsIfThereWereNone()
    {
        var (form, _, _) = await Sent();
        var none = NewForm();
        foreach (var path in (string[])["", "/html", "/proof"])
            foreach (var other in (string[])[Ngo, Guard])
            {
                var (foreign, absent) = (await service.Get(other, $"/v1/forms/{form}{path}"), await service.Get(other, $"/v1/forms/{none}{path}"));
                Assert.Equal((HttpStatusCode.NotFound, "TLT-IDN-0096"), (foreign.Status, foreign["code"]));
                Assert.Equal(TraceId().Replace(absent.Text, ""), TraceId().Replace(foreign.Text, ""));
            }
    }

    /// <summary>Whatever order the messages come in, and however often, what is left is what all of them say.</summary>
    [Fact]
    public async Task Classes_OfAReferral_AreWhatAllMessagesSay_InAnyOrder()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var disclosures = new Disclosures(service.Store, new Calendar(TimeProvider.System, TimeZoneInfo.Utc));
        var all = Enum.GetValues<DataClass>();
        var (some, none) = (0, 0);
        for (var round = 0; round < 40; round++)
        {
            var (subject, referral) = (NewSubject(), ReferralId.From(Guid.CreateVersion7()));
            CoveredClass[] Draw() => [.. all.Where(_ => random.Next(4) > 0).Select(one => new CoveredClass { DataClass = one, Until = random.Next(2) == 0 ? null : new DateOnly(2030, 1, 1).AddDays(random.Next(900)) })];
            var said = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => random.Next(12) == 0 ? null : Draw()).ToList();
            var (now, from, to) = (TimeProvider.System.GetUtcNow(), AgencyId.From(Inspectorate), AgencyId.From(Police));
            object[] messages =
            [
                new ReferralSubmitted { Referral = referral, Version = 1, Subject = subject, From = from, To = to, Need = Need.CriminalInvestigation, Purpose = Purpose.CriminalProceedings, Urgency = Urgency.Normal, AcknowledgeBy = now, DecideBy = now, At = now, Classes = said[0] },
                .. said.Skip(1).Select(classes => new ConsentWithdrawn { Consent = ConsentId.From(Guid.CreateVersion7()), Subject = subject, Owner = from, Recipients = [to], At = now, Referrals = [new() { Referral = referral, Recipient = to, Covered = true, Classes = classes }] }),
            ];
            messages = [.. messages, .. messages.Where(_ => random.Next(2) == 0)];
            random.Shuffle(messages);
            foreach (var message in messages)
            {
                if (message is ReferralSubmitted submitted) await service.Give(_desk.Parties, submitted);
                else await service.Give(_desk.Parties, (ConsentWithdrawn)message);
            }

            var known = (await disclosures.Find(referral, TestContext.Current.CancellationToken))!.Classes;
            var wanted = said.Contains(null) ? null : all.Where(one => said.All(classes => classes!.Any(covered => covered.DataClass == one)))
                .Select(one => (one, said.Select(classes => classes!.Single(covered => covered.DataClass == one).Until ?? DateOnly.MaxValue).Min())).ToArray();
            Assert.True(wanted is null == known is null, $"seed {seed}, round {round}");
            if (known is not null) Assert.Equal(wanted, known.Select(covered => (covered.DataClass, covered.Until ?? DateOnly.MaxValue)).Order());
            if (known is null) none++;
            else some++;
        }
        Assert.True(some > 5 && none > 0, $"seed {seed}: {some} known, {none} not");
    }

    /// <summary>A class is given exactly when a memorandum that holds and a consent that lasts both name it; whatever is drawn.</summary>
    [Fact]
    public void Disclosure_DrawnByChance_IsTheIntersection()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (from, to, today) = (AgencyId.From("lt-a"), AgencyId.From("lt-b"), new DateOnly(2026, 6, 15));
        var given = 0;
        for (var round = 0; round < 4_000; round++)
        {
            var memoranda = Enumerable.Range(0, random.Next(3)).Select(i => new Agreement
            {
                Memorandum = MemorandumId.From($"lt-mou-{i}-x"), Version = 1, Parties = [from, to], ValidFrom = today.AddDays(random.Next(-5, 3)), ValidTo = random.Next(2) == 0 ? null : today.AddDays(random.Next(-2, 5)),
                Clauses = Agreement.Whole([.. Enum.GetValues<DataClass>().Where(_ => random.Next(2) == 0)], [random.Next(5) > 0 ? Purpose.Protection : Purpose.Return], random.Next(3) == 0 ? [Need.Shelter] : []),
                Suspensions = random.Next(6) == 0 ? [new Suspension { By = from, Reason = Enum.GetValues<SuspensionReason>()[0], From = today, At = default }] : [],
            }).ToList();
            var classes = random.Next(9) == 0 ? null : Enum.GetValues<DataClass>().Where(_ => random.Next(2) == 0).Select(one => new CoveredClass { DataClass = one, Until = random.Next(3) == 0 ? today.AddDays(random.Next(-1, 2)) : null }).ToArray();
            var terms = new Disclosure
            {
                Referral = ReferralId.From(Guid.CreateVersion7()), Subject = NewSubject(), From = from, To = to, ToType = AgencyType.Police, Purpose = Purpose.Protection, Need = Need.LegalAid,
                IsOpen = random.Next(9) > 0, AreActive = random.Next(9) > 0, IsCovered = random.Next(9) > 0, Classes = classes, Memoranda = memoranda, Today = today, Submitted = today,
            };
            bool Lets(Agreement m) => m.ValidFrom <= today && (m.ValidTo is null || today <= m.ValidTo) && m.Suspensions.Length == 0 && m.Clauses[0].Purposes[0] == Purpose.Protection && m.Clauses[0].Needs.Length == 0;
            Assert.Equal(terms.IsOpen && terms.AreActive && terms.IsCovered && memoranda.Any(Lets), terms.Refuses() is null);
            foreach (var one in Enum.GetValues<DataClass>())
            {
                var may = memoranda.Any(m => Lets(m) && m.Clauses[0].DataClasses.Contains(one)) && classes?.Any(covered => covered.DataClass == one && (covered.Until is null || covered.Until >= today)) == true;
                Assert.True(may == terms.Withholds(one) is null, $"seed {seed}, round {round}, {one}: {terms.Withholds(one)}");
                if (may) given++;
            }
        }
        Assert.True(given > 1_000);
    }

    private static FormId NewForm() => FormId.From(Guid.CreateVersion7());

    private Task<Answer> Read(string form) => service.Get(Police, "/v1/forms/" + form);

    private async Task<(string Form, SubjectRef Subject, ReferralId Referral)> Sent(CoveredClass[]? classes = null)
    {
        var (subject, form) = await _desk.FilledIn("Pastaba", "Saugumo pastaba");
        var referral = await _desk.Refer(subject, classes: classes);
        Assert.Equal(HttpStatusCode.OK, (await _desk.Send(Inspectorate, form, referral)).Status);
        return (form, subject, referral);
    }

    [GeneratedRegex("\"traceId\":\"[0-9a-f]+\"")]
    private static partial Regex TraceId();
}
