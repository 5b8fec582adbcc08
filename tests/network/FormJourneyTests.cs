using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;
using Tiltas.Network.Tests.Rpc;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Identification.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>The labour inspectorate fills in its form and the police get it: over HTTP, over gRPC, and over each what the other wrote.</summary>
public sealed class FormJourneyTests(Net net)
{
    private const string Schema = "LT-SLI-IDENTIFICATION";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Form_FilledInAndSent_IsOnThePolicesFeed_IsReadByRule_AndIsProved()
    {
        var (inspectorate, police) = (net.It.As("lt-sli-kaunas"), net.It.As("lt-police"));
        var subject = await Agreed("Exploitation", "Safety", "Needs");
        var filled = (await inspectorate.Post("/v1/forms", new { schema = Schema, schemaVersion = 1, subject, answers = Answers() })).Must(HttpStatusCode.Created);
        var form = filled.Text("formId");
        var referral = await Refer(subject);
        var sent = (await inspectorate.Post($"/v1/forms/{form}/send", new { referral })).Must(HttpStatusCode.OK);
        Assert.Equal(filled.Text("contentHash"), sent.Text("contentHash"));

        var notice = await Eventually.Some("the notice of the form", () => Notice(form));
        Assert.Equal(("FormSent", referral, null), ((string?)notice["kind"], (string?)notice["referral"], (string?)notice["version"]));
        Assert.Equal(["at", "delivered", "form", "kind", "noticeId", "referral", "seq"], notice.AsObject().Select(member => member.Key).Order());
        (await police.Post($"/v1/feed/{notice["seq"]}/seen")).Must(HttpStatusCode.OK);
        var read = (await police.Get("/v1/forms/" + form)).Must(HttpStatusCode.OK).Json;
        Assert.Equal("Statyboje", (string?)Field(read, "answers", "NOTE")["note"]);
        Assert.Equal("consent:covers-class", (string?)Field(read, "withheld", "INFORMED")["rule"]);
        Assert.Equal("memorandum:lt-mou-sli-police", (string?)Field(read, "withheld", "LANGUAGE")["rule"]);
        var page = (await police.Get($"/v1/forms/{form}/html?language=lt")).Must(HttpStatusCode.OK);
        Assert.Contains("Neperduodama: consent:covers-class", page.Body, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.True(page.Headers.CacheControl?.NoStore);
        (await police.Post($"/v1/referrals/{referral}/accept")).Must(HttpStatusCode.OK);

        // A notice of a form is no first sign of receipt of the referral: that has one of its own.
        var proof = await Eventually.Some("the whole proof", async () =>
            (await inspectorate.Get($"/v1/forms/{form}/proof")).Must(HttpStatusCode.OK).Json["sendings"]![0]!.AsObject() is { Count: 7 } all ? all : null);
        Assert.Equal(["deliveredAt", "firstReadAt", "referral", "referralAcceptedAt", "seenAt", "sentAt", "to"], proof.Select(member => member.Key).Order());
        var times = ((string[])["sentAt", "deliveredAt", "seenAt", "firstReadAt", "referralAcceptedAt"]).Select(name => (DateTimeOffset)proof[name]!).ToList();
        Assert.Equal(times.Order(), times);

        // Taken back, it gives nothing more, and says so.
        var consent = (await inspectorate.Get($"/v1/subjects/{subject}/consents")).Must(HttpStatusCode.OK).Json.AsArray().Single()!["id"];
        (await inspectorate.Post($"/v1/subjects/{subject}/consents/{consent}/withdraw")).Must(HttpStatusCode.OK);
        await Eventually.True("the police read no more", async () => (await police.Get("/v1/forms/" + form)).Code == "TLT-IDN-0094");
        Assert.Equal("consent:recipient-and-purpose", (await police.Get("/v1/forms/" + form)).Text("rule"));
    }

    [Fact]
    public async Task Form_OverGrpc_IsTheSameAsOverHttp()
    {
        using var inspectorate = new RpcAgency(net.It, "lt-sli-kaunas");
        using var police = new RpcAgency(net.It, "lt-police");
        var (mine, theirs) = (Client(inspectorate), Client(police));
        var subject = await Agreed("Exploitation", "Safety");
        var schemas = await mine.ListFormSchemasAsync(new(), cancellationToken: Cancelled);
        Assert.Equal(["LT-POLICE-NOTIFICATION", "LT-SBGS-VULNERABILITY", Schema], schemas.FormSchemas.Select(one => one.SchemaId));
        var schema = (await mine.GetFormSchemaAsync(new() { SchemaId = Schema, Version = 1 }, cancellationToken: Cancelled)).FormSchema;
        var shown = (await net.It.As("lt-police").Get($"/v1/form-schemas/{Schema}/1")).Must(HttpStatusCode.OK).Json;
        Assert.Equal(shown["sections"]!.AsArray().SelectMany(section => section!["fields"]!.AsArray()).Select(field => $"{field!["code"]} {field["kind"]} {field["dataClass"]} {field["required"]} {field["text"]!["uk"]} {field["options"]!.AsArray().Count}"),
            schema.Sections.SelectMany(section => section.Fields).Select(field => $"{field.Code} {field.Kind} {field.DataClass} {(field.Required ? "true" : "false")} {field.Text["uk"]} {field.Options.Count}"));

        var request = new FillInFormRequest { IdempotencyKey = RpcAgency.Key(), SchemaId = Schema, SchemaVersion = 1, SubjectRef = subject };
        foreach (var answer in Answers())
        {
            var json = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(answer))!;
            var one = new FormAnswer { Field = (string)json["field"]!, Note = (string?)json["note"] ?? "" };
            one.Values.AddRange(json["values"]?.AsArray().Select(value => (string)value!) ?? []);
            request.Answers.Add(one);
        }
        var filled = await mine.FillInFormAsync(request, cancellationToken: Cancelled);
        Assert.Equal(filled, await mine.FillInFormAsync(request, cancellationToken: Cancelled));
        var referral = await Refer(subject);
        var sent = await mine.SendFormAsync(new() { IdempotencyKey = RpcAgency.Key(), FormId = filled.FormId, ReferralId = referral }, cancellationToken: Cancelled);
        Assert.Equal(("lt-police", filled.ContentHash), (sent.AgencyId, sent.ContentHash));

        await using var feed = await Followed.Open(police, new());
        var notice = await feed.Next(NoticeKind.FormSent, referral);
        Assert.Equal((filled.FormId, 0, Urgency.Unspecified), (notice.FormId, notice.Version, notice.Urgency));
        await police.Notifications.ReportSeenAsync(new() { Sequence = notice.Sequence }, cancellationToken: Cancelled);
        var read = (await theirs.GetFormAsync(new() { FormId = filled.FormId }, cancellationToken: Cancelled)).Form;
        var http = (await net.It.As("lt-police").Get("/v1/forms/" + filled.FormId)).Must(HttpStatusCode.OK).Json;
        Assert.Equal(http["answers"]!.AsArray().Select(answer => $"{answer!["field"]} {string.Join(',', answer["values"]?.AsArray().Select(value => (string?)value) ?? [])} {answer["note"]}"),
            read.Answers.Select(answer => $"{answer.Field} {string.Join(',', answer.Values)} {answer.Note}"));
        Assert.Equal(http["withheld"]!.AsArray().Select(field => $"{field!["field"]} {field["dataClass"]} {field["rule"]} {field["missing"]}"), read.Withheld.Select(field => $"{field.Field} {field.DataClass} {field.Rule} {field.Missing}"));
        Assert.Equal((await net.It.As("lt-police").Get($"/v1/forms/{filled.FormId}/html?language=ru")).Body, (await theirs.RenderFormAsync(new() { FormId = filled.FormId, Language = "ru" }, cancellationToken: Cancelled)).Html);

        var proof = await Eventually.Some("the proof", async () => await mine.GetFormProofAsync(new() { FormId = filled.FormId }, cancellationToken: Cancelled) is { Deliveries: [{ SeenAt: not null }] } all ? all.Deliveries[0] : null);
        Assert.True(proof.SentAt <= proof.DeliveredAt && proof.DeliveredAt <= proof.SeenAt && proof.FirstReadAt is not null && proof.ReferralDeclinedAt is null);

        using var guard = new RpcAgency(net.It, "lt-sbgs");
        var assessed = new FillInFormRequest { IdempotencyKey = RpcAgency.Key(), SchemaId = "LT-SBGS-VULNERABILITY", SchemaVersion = 1 };
        foreach (var (field, value) in ((string, string)[])[("DAY", "2026-11-03"), ("PLACE", "LT-BP-MEDININKAI"), ("RESULT", "NoSigns")]) assessed.Answers.Add(new FormAnswer { Field = field, Values = { value } });
        var counted = await Client(guard).FillInFormAsync(assessed, cancellationToken: Cancelled);
        Assert.Equal((true, "", ""), (counted.Counted, counted.FormId, counted.ContentHash));
        var count = Assert.Single((await Client(guard).CountFormsAsync(new() { FirstDay = "2026-11-03", LastDay = "2026-11-03" }, cancellationToken: Cancelled)).Counts);
        Assert.Equal(("LT-SBGS-VULNERABILITY", "NoSigns", "LT-BP-MEDININKAI", "2026-11", 1L, true), (count.SchemaId, count.Result, count.Place, count.Month, count.Count, count.OnlyCounted));
    }

    [Fact]
    public async Task WrongRequest_OverGrpc_IsNamedByItsField()
    {
        using var inspectorate = new RpcAgency(net.It, "lt-sli-kaunas");
        var forms = Client(inspectorate);
        var subject = await Agreed("Exploitation");
        FillInFormRequest With(Action<FillInFormRequest> change)
        {
            var request = new FillInFormRequest { IdempotencyKey = RpcAgency.Key(), SchemaId = Schema, SchemaVersion = 1, SubjectRef = subject, Answers = { new FormAnswer { Field = "PLACE", Values = { "LT-15" } } } };
            change(request);
            return request;
        }
        (string Field, Func<Task<Refusal>> Call)[] wrong =
        [
            ("schema_id", () => Refusal.Of(forms.FillInFormAsync(With(r => r.SchemaId = "NONE")))), ("schema_version", () => Refusal.Of(forms.FillInFormAsync(With(r => r.SchemaVersion = 9)))),
            ("subject_ref", () => Refusal.Of(forms.FillInFormAsync(With(r => r.SubjectRef = "x")))), ("answers[0].values", () => Refusal.Of(forms.FillInFormAsync(With(r => r.Answers[0].Values[0] = "Kaunas")))),
            ("answers[0].field", () => Refusal.Of(forms.FillInFormAsync(With(r => r.Answers[0].Field = "place")))), ("answers", () => Refusal.Of(forms.FillInFormAsync(With(_ => { })))),
            ("replaces", () => Refusal.Of(forms.FillInFormAsync(With(r => r.Replaces = "1")))), ("idempotency_key", () => Refusal.Of(forms.FillInFormAsync(With(r => r.IdempotencyKey = "")))),
            ("form_id", () => Refusal.Of(forms.GetFormAsync(new() { FormId = "1" }))), ("referral_id", () => Refusal.Of(forms.SendFormAsync(new() { IdempotencyKey = RpcAgency.Key(), FormId = subject, ReferralId = "1" }))),
            ("language", () => Refusal.Of(forms.RenderFormAsync(new() { FormId = subject, Language = "English" }))), ("first_day", () => Refusal.Of(forms.CountFormsAsync(new() { FirstDay = "1.1.2026" }))),
            ("last_day", () => Refusal.Of(forms.CountFormsAsync(new() { LastDay = "1.1.2026" }))),
        ];
        foreach (var (field, call) in wrong)
        {
            var refusal = await call();
            Assert.True((refusal.Status, refusal.Field) == (StatusCode.InvalidArgument, field), $"{field} was expected, {refusal} came");
        }
        Assert.Equal((StatusCode.NotFound, "TLT-IDN-0097"), (await Refusal.Of(forms.GetFormSchemaAsync(new() { SchemaId = Schema, Version = 9 }))) is var none ? (none.Status, none.Code) : default);
    }

    private static Protos.Identification.V1.Forms.FormsClient Client(RpcAgency agency) => new(agency.Channel);

    private static JsonNode Field(JsonNode form, string list, string field) => form[list]!.AsArray().Single(item => (string?)item!["field"] == field)!;

    private static object[] Answers() =>
    [
        new { field = "DAY_FOUND", values = new[] { "2026-11-02" } }, new { field = "PLACE", values = new[] { "LT-15" } }, new { field = "HOW_FOUND", values = new[] { "Inspection" } }, new { field = "AGE", values = new[] { "From18To29" } },
        new { field = "LANGUAGE", values = new[] { "ru" } }, new { field = "SECTOR", values = new[] { "F" } }, new { field = "ACT", values = new[] { "Recruited", "Transported" } }, new { field = "MEANS", values = new[] { "Debt" } },
        new { field = "PURPOSE", values = new[] { "ForcedLabour" } }, new { field = "PRESENT_DANGER", values = new[] { "No" } }, new { field = "INFORMED", values = new[] { "Yes" } }, new { field = "NOTE", note = "Statyboje" },
    ];

    private async Task<string> Agreed(params string[] classes)
    {
        var inspectorate = net.It.As("lt-sli-kaunas");
        var subject = (await inspectorate.Post("/v1/subjects", new { ageBand = "From24To26" })).Must(HttpStatusCode.Created).Text("subjectRef");
        (await inspectorate.Post($"/v1/subjects/{subject}/consents", new { purposes = new[] { "CriminalProceedings" }, dataClasses = classes, recipients = new[] { "lt-police" }, form = "Written", language = "lt" })).Must(HttpStatusCode.Created);
        return subject;
    }

    private async Task<string> Refer(string subject) =>
        (await net.It.As("lt-sli-kaunas").Post("/v1/referrals", new { subject, to = "lt-police", need = "CriminalInvestigation", purpose = "CriminalProceedings", urgency = "Urgent" })).Must(HttpStatusCode.Accepted).Text("referralId");

    private async Task<JsonNode?> Notice(string form)
    {
        for (long after = 0; ;)
        {
            var items = (await net.It.As("lt-police").Get($"/v1/feed?after={after}&limit=500")).Must(HttpStatusCode.OK).Json["items"]!.AsArray();
            if (items.Count == 0) return null;
            if (items.FirstOrDefault(item => (string?)item!["form"] == form) is { } found) return found;
            after = (long)items[^1]!["seq"]!;
        }
    }
}
