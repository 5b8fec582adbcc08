using System.Net;
using System.Text;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Notification.V1;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Identification.Forms;
using Tiltas.Identification.Parties;
using static Tiltas.Identification.Tests.FormDesk;
using static Tiltas.Identification.Tests.RunningIdentification;

namespace Tiltas.Identification.Tests;

[Collection(WithService.Name)]
public sealed class FormHttpTests(RunningIdentification service) : IAsyncLifetime
{
    private readonly FormDesk _desk = new(service);

    public async ValueTask InitializeAsync() => await _desk.Open();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Schemas_AreListed_AndOneVersionIsAllThatIsNeededToShowIt()
    {
        var list = await service.Get(Ngo, "/v1/form-schemas");
        var one = await service.Get(Ngo, "/v1/form-schemas/LT-SLI-IDENTIFICATION/1");
        Assert.Equal(["LT-POLICE-NOTIFICATION", "LT-SBGS-VULNERABILITY", "LT-SLI-IDENTIFICATION"], list.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
        var fields = one.Json.GetProperty("sections").EnumerateArray().SelectMany(section => section.GetProperty("fields").EnumerateArray()).ToDictionary(field => field.GetProperty("code").GetString()!);
        Assert.Equal(4, fields["ACT"].GetProperty("text").EnumerateObject().Count());
        Assert.Equal(("Choices", "Exploitation", true), (fields["ACT"].GetProperty("kind").GetString(), fields["ACT"].GetProperty("dataClass").GetString(), fields["ACT"].GetProperty("required").GetBoolean()));
        Assert.Equal("AGE", fields["MEANS"].GetProperty("when").GetProperty("field").GetString());
        Assert.Contains(fields["INDICATORS"].GetProperty("options").EnumerateArray(), option => option.GetProperty("code").GetString() == "M01" && option.GetProperty("text").GetProperty("lt").GetString()!.Length > 5);
        foreach (var none in (string[])["LT-SLI-IDENTIFICATION/2", "LT-ELSE/1"])
            Assert.Equal((HttpStatusCode.NotFound, "TLT-IDN-0097"), ((await service.Get(Ngo, "/v1/form-schemas/" + none)) is var answer ? answer.Status : 0, answer["code"]));
    }

    [Fact]
    public async Task FilledIn_IsReadBackWhole_AndItsHashCanBeWorkedOutAnew()
    {
        var (subject, form) = await _desk.FilledIn("Pastaba „ąčę“ <b>", "Saugu");
        var read = await service.Get(Inspectorate, "/v1/forms/" + form);
        Assert.Equal((HttpStatusCode.OK, subject.ToString(), Inspectorate, "1"), (read.Status, read["subject"], read["filledInBy"], read["schemaVersion"]));
        Assert.Equal(["Recruited", "Transported"], Field(read, "answers", "ACT").GetProperty("values").EnumerateArray().Select(value => value.GetString()));
        Assert.Equal("Pastaba „ąčę“ <b>", Field(read, "answers", "NOTE").GetProperty("note").GetString());
        Assert.Empty(Fields(read, "withheld"));

        var answers = read.Json.GetProperty("answers").Deserialize<FormAnswer[]>(new JsonSerializerOptions(JsonSerializerDefaults.Web))!;
        Assert.Equal(read["contentHash"], FilledIn.Hash(read["salt"]!, FormId.Parse(form, null), "LT-SLI-IDENTIFICATION", 1, subject, answers));
        Assert.Empty(await service.Published(subject));
    }

    [Fact]
    public async Task FillingIn_IsForTheKindsOfAgencyOfTheForm_WhoAreAtTheSubject_AndRefusedByField()
    {
        var subject = await service.Subject(Inspectorate, Police);
        var police = await _desk.FillIn(Police, subject, Answers());
        var stranger = await _desk.FillIn(Inspectorate, NewSubject(), Answers());
        var nobody = await _desk.FillIn(Inspectorate, null, Answers());
        var (unknown, version) = (await _desk.FillIn(Inspectorate, subject, Answers(), "LT-ELSE"), await _desk.FillIn(Inspectorate, subject, Answers(), version: 7));
        var wrong = await _desk.FillIn(Inspectorate, subject, [.. Answers()[..^1], Says("INFORMED", "Perhaps")]);
        var suspended = await _desk.FillIn(Suspended, subject, [Says("DAY", "2026-11-02"), Says("AGE", "Unknown"), Says("STILL_GOING_ON", "Yes"), Says("PRESENT_DANGER", "Yes"), Says("ACT", "NotKnown"), Says("MEANS", "NotKnown"), Says("PURPOSE", "NotKnown"), Says("KNOWS", "No")], "LT-POLICE-NOTIFICATION");

        Assert.Equal((HttpStatusCode.Forbidden, "TLT-IDN-0091", "form-filled-in-by:LT-SLI-IDENTIFICATION"), (police.Status, police["code"], police["rule"]));
        Assert.Equal((HttpStatusCode.NotFound, "TLT-IDN-0404"), (stranger.Status, stranger["code"]));
        Assert.Equal(("TLT-IDN-0086", "$.subject"), (nobody["code"], nobody["field"]));
        Assert.Equal(("TLT-IDN-0080", "$.schema", "TLT-IDN-0081", "$.schemaVersion"), (unknown["code"], unknown["field"], version["code"], version["field"]));
        Assert.Equal((HttpStatusCode.BadRequest, "TLT-IDN-0083", "$.answers[12].values"), (wrong.Status, wrong["code"], wrong["field"]));
        Assert.Equal((HttpStatusCode.Forbidden, "TLT-IDN-0032"), (suspended.Status, suspended["code"]));
        Assert.Equal(0L, await Count("SELECT count(*) FROM forms WHERE subject = $1", subject.Value));
    }

    [Fact]
    public async Task Repeated_WithTheSameKey_IsOneForm_AndAnotherContentIsRefused()
    {
        var (subject, key) = (await service.Subject(Inspectorate), NewKey());
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _desk.FillIn(Inspectorate, subject, Answers("Pirma"), key: key)));
        var other = await _desk.FillIn(Inspectorate, subject, Answers("Antra"), key: key);
        Assert.Single(answers.Select(answer => answer["formId"]).Distinct());
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Equal((HttpStatusCode.Conflict, "TLT-NET-0410"), (other.Status, other["code"]));
        Assert.Equal(1L, await Count("SELECT count(*) FROM forms WHERE subject = $1", subject.Value));
    }

    [Fact]
    public async Task Correction_ReplacesOnce_AndWhatIsReplacedIsSentNoMore()
    {
        var (subject, form) = await _desk.FilledIn();
        var referral = await _desk.Refer(subject);
        Assert.Equal(HttpStatusCode.OK, (await _desk.Send(Inspectorate, form, referral)).Status);
        var corrections = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _desk.FillIn(Inspectorate, subject, Answers("Pataisyta"), replaces: form)));
        var correction = Assert.Single(corrections, answer => answer.Status == HttpStatusCode.Created)["formId"]!;
        Assert.All(corrections.Where(answer => answer.Status != HttpStatusCode.Created), answer => Assert.Equal((HttpStatusCode.Conflict, "TLT-IDN-0089"), (answer.Status, answer["code"])));

        var (owner, recipient) = (await service.Get(Inspectorate, "/v1/forms/" + form), await service.Get(Police, "/v1/forms/" + form));
        Assert.Equal(("True", correction), (owner["isReplaced"], owner["replacedBy"]));
        Assert.Equal(("True", null), (recipient["isReplaced"], recipient["replacedBy"]));
        Assert.Equal(form, (await service.Get(Inspectorate, "/v1/forms/" + correction))["replaces"]);
        Assert.Equal("form-replaced", (await _desk.Send(Inspectorate, form, await _desk.Refer(subject)))["rule"]);
        Assert.Equal(HttpStatusCode.OK, (await _desk.Send(Inspectorate, correction, referral)).Status);

        var (another, _) = await _desk.FilledIn();
        foreach (var wrong in (string[])[form, NewSubject().ToString()])
            Assert.Equal("TLT-IDN-0088", (await _desk.FillIn(Inspectorate, another, Answers(), replaces: wrong))["code"]);
    }

    /// <summary>What stood in the way of the second is the first, and its answer is theirs.</summary>
    [Fact]
    public async Task Correction_SentTwiceAtOnceWithOneKey_IsOneAnswer()
    {
        for (var round = 0; round < 8; round++)
        {
            var (subject, form) = await _desk.FilledIn();
            var key = NewKey();
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _desk.FillIn(Inspectorate, subject, Answers("Pataisyta"), replaces: form, key: key)));
            Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Created, answers[0]["formId"]), (answer.Status, answer["formId"])));
        }
    }

    [Fact]
    public async Task Sending_GoesUnderAnOpenReferralOfTheSamePerson_OnceForEach_AndIsTold()
    {
        var (subject, form) = await _desk.FilledIn();
        var referral = await _desk.Refer(subject);
        var key = NewKey();
        var sent = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => _desk.Send(Inspectorate, form, referral, i % 2 == 0 ? key : null)));
        var again = await _desk.Send(Inspectorate, form, referral);
        Assert.Equal(1L, await Count("SELECT count(*) FROM form_sendings WHERE form = $1", Guid.Parse(form)));
        Assert.All(sent, answer => Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Conflict]));
        Assert.Contains(sent, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal((HttpStatusCode.Conflict, "TLT-IDN-0092"), (again.Status, again["code"]));

        var second = await _desk.Refer(subject);
        Assert.Equal(HttpStatusCode.OK, (await _desk.Send(Inspectorate, form, second)).Status);
        var told = await service.Published(subject);
        Assert.Equal([(1, referral.ToString()), (2, second.ToString())], told.Select(message => (message.Body.GetProperty("version").GetInt32(), message.Body.GetProperty("referral").GetString()!)));
        Assert.All(told, message =>
        {
            Assert.Equal("urn:tiltas:identification:form-sent:v1", message.Urn);
            Assert.Equal(["at", "contentHash", "form", "from", "referral", "schema", "schemaVersion", "subject", "to", "version"], message.Body.EnumerateObject().Select(member => member.Name).Order());
        });
    }

    [Fact]
    public async Task Sending_ThatARuleForbids_IsToldByRule_AndTellsNobody()
    {
        var (subject, form) = await _desk.FilledIn();
        var (shelter, ministry, expired) = (await _desk.Refer(subject, need: Need.LegalAid), await _desk.Refer(subject, Ministry), await _desk.Refer(subject, until: new(2026, 1, 1)));
        var (ended, withdrawn, foreign) = (await _desk.Refer(subject), await _desk.Refer(subject), await _desk.Refer(subject, from: Guard));
        var elsewhere = await _desk.Refer(await service.Subject(Inspectorate));
        await service.Give(_desk.Parties, new ReferralDeclined { Referral = ended, Version = 2, Subject = subject, From = AgencyId.From(Inspectorate), To = AgencyId.From(Police), Urgency = Urgency.Normal, Code = DeclineCode.OutOfArea, At = TimeProvider.System.GetUtcNow() });
        await _desk.Withdraw(subject, withdrawn, false);

        Assert.Equal("form-need:LT-SLI-IDENTIFICATION", (await _desk.Send(Inspectorate, form, shelter))["rule"]);
        Assert.Equal("form-sent-to:LT-SLI-IDENTIFICATION", (await _desk.Send(Inspectorate, form, ministry))["rule"]);
        foreach (var uncovered in (ReferralId[])[expired, withdrawn]) Assert.Equal("consent:recipient-and-purpose", (await _desk.Send(Inspectorate, form, uncovered))["rule"]);
        Assert.Equal(("TLT-IDN-0094", "referral:open"), ((await _desk.Send(Inspectorate, form, ended)) is var closed ? closed["code"] : null, closed["rule"]));
        foreach (var not in (ReferralId[])[foreign, elsewhere, ReferralId.From(Guid.CreateVersion7())])
            Assert.Equal((HttpStatusCode.NotFound, "TLT-IDN-0098"), ((await _desk.Send(Inspectorate, form, not)) is var none ? none.Status : 0, none["code"]));
        var open = await _desk.Refer(subject);
        foreach (var other in (string[])[Police, Ngo]) Assert.Equal("TLT-IDN-0096", (await _desk.Send(other, form, open))["code"]);
        Assert.Empty(await service.Published(subject));
    }

    [Fact]
    public async Task Proof_ShowsEachStepWhenItCame_InWhateverOrder_ToTheSenderAlone()
    {
        var (subject, form) = await _desk.FilledIn();
        var referral = await _desk.Refer(subject);
        var sent = await _desk.Send(Inspectorate, form, referral);
        var before = (await Proof(form)).Json.GetProperty("sendings")[0];
        Assert.Equal(["referral", "sentAt", "to"], before.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(sent["sentAt"], before.GetProperty("sentAt").ToString());

        var at = TimeProvider.System.GetUtcNow();
        at = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));
        // What is seen comes first, what came twice counts at its first time, and other notices count for nothing.
        foreach (var late in (int[])[2, 0, 5]) await service.Give(new KeepNotices(), Seen(form, referral, at.AddMinutes(1 + late)), Seen(null, referral, at.AddMinutes(-9)));
        foreach (var late in (int[])[3, 0]) await service.Give(new KeepNotices(), new NoticeDelivered { Notice = Guid.CreateVersion7(), Agency = AgencyId.From(Police), Sequence = 7, Kind = NoticeKind.FormSent, Referral = referral, Form = FormId.Parse(form, null), At = at.AddMinutes(late) });
        await service.Give(new ReferralCourse(), new ReferralAccepted { Referral = referral, Version = 3, Subject = subject, From = AgencyId.From(Inspectorate), To = AgencyId.From(Police), Urgency = Urgency.Normal, At = at.AddMinutes(4) });
        foreach (var late in (int[])[0, 6]) await service.Give(new ReferralCourse(), new ReferralAcknowledged { Referral = referral, Version = 2, Subject = subject, From = AgencyId.From(Inspectorate), To = AgencyId.From(Police), Urgency = Urgency.Normal, At = at.AddMinutes(2 + late) });
        Assert.Equal(HttpStatusCode.OK, (await service.Get(Police, "/v1/forms/" + form)).Status);
        await service.Get(Police, "/v1/forms/" + form);

        var proof = await Proof(form);
        var after = proof.Json.GetProperty("sendings")[0];
        Assert.Equal((at, at.AddMinutes(1), at.AddMinutes(2), at.AddMinutes(4)), (Time("deliveredAt"), Time("seenAt"), Time("referralAcknowledgedAt"), Time("referralAcceptedAt")));
        Assert.InRange(Time("firstReadAt"), Time("sentAt"), TimeProvider.System.GetUtcNow());
        Assert.False(after.TryGetProperty("referralDeclinedAt", out _));
        Assert.Equal(sent["contentHash"], proof["contentHash"]);
        Assert.Equal(2L, await Count("SELECT count(*) FROM form_reads WHERE form = $1 AND allowed AND client = 'lt-police-system'", Guid.Parse(form)));
        foreach (var other in (string[])[Police, Ngo]) Assert.Equal("TLT-IDN-0096", (await service.Get(other, $"/v1/forms/{form}/proof"))["code"]);

        DateTimeOffset Time(string name) => after.GetProperty(name).GetDateTimeOffset();

        static NoticeSeen Seen(string? form, ReferralId referral, DateTimeOffset at) => new()
        {
            Notice = Guid.CreateVersion7(), Agency = AgencyId.From(Police), Sequence = 7, Kind = form is null ? NoticeKind.ReferralSubmitted : NoticeKind.FormSent, Referral = referral,
            Form = form is null ? null : FormId.Parse(form, null), At = at,
        };
    }

    [Fact]
    public async Task Notes_RestSealed_AndStandInNoTableMessageOrLog()
    {
        var canary = "Kanarėlė-" + Guid.CreateVersion7().ToString("N");
        var (subject, form) = await _desk.FilledIn(canary, canary + "-saugumas");
        var referral = await _desk.Refer(subject);
        await _desk.Send(Inspectorate, form, referral);
        await service.Get(Police, "/v1/forms/" + form);
        await service.Get(Police, $"/v1/forms/{form}/html?language=lt");
        var wrong = await _desk.FillIn(Inspectorate, subject, [.. Answers(canary), new { field = "NOTE", note = canary }]);
        var other = await _desk.FillIn(Inspectorate, subject, [.. Answers(), new { field = canary, values = new[] { canary } }]);

        Assert.DoesNotContain(canary, wrong.Text + other.Text + service.Said, StringComparison.Ordinal);
        var dump = await _desk.Dump();
        Assert.Contains(form, dump, StringComparison.Ordinal);
        Assert.Contains("form-sent", dump, StringComparison.Ordinal);
        Assert.DoesNotContain(canary, dump, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(canary)), dump, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(canary))[..24], dump, StringComparison.Ordinal);
        Assert.Contains(canary, (await service.Get(Inspectorate, "/v1/forms/" + form)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Note_MovedToAnotherFormOrField_DoesNotOpen()
    {
        var (_, form) = await _desk.FilledIn("Viena", "Kita");
        var (_, other) = await _desk.FilledIn("Trečia", null);
        // As somebody with the whole database could.
        await using (var moved = service.Store.CreateCommand("INSERT INTO form_notes (form, field, sealed) SELECT $2, 'SAFETY_NOTE', sealed FROM form_notes WHERE form = $1 AND field = 'SAFETY_NOTE'"))
        {
            foreach (var id in (string[])[form, other]) moved.Parameters.Add(new() { Value = Guid.Parse(id) });
            await moved.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        var refused = await service.Get(Inspectorate, "/v1/forms/" + other);
        Assert.Equal(HttpStatusCode.InternalServerError, refused.Status);
        Assert.DoesNotContain("Kita", refused.Text, StringComparison.Ordinal);
    }

    private Task<Answer> Proof(string form) => service.Get(Inspectorate, $"/v1/forms/{form}/proof");

    private async Task<long> Count(string sql, Guid id)
    {
        await using var command = service.Store.CreateCommand(sql);
        command.Parameters.Add(new() { Value = id });
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
