using System.Text.Json.Nodes;

namespace Tiltas.Local.Demo.Stories;

/// <summary>Forms: filled in, sent under a referral, read by rule, proved; and assessments without a result, which are counted alone.</summary>
internal abstract partial class Story
{
    protected static object Answer(string field, params string[] values) => new { field, values };

    /// <summary>One form goes to the recipient of a referral, who reads the fields of these classes and no others; the sender can prove what arrived.</summary>
    protected async Task SendFormAsync(string agency, string schema, Sent sent, string[] classes, params object[] answers)
    {
        var shown = await stage.DoesAsync(agency, $"looks at the form {schema}", system => system.GetAsync($"/v1/form-schemas/{schema}/1", stage.Stop));
        var withheld = shown.Body!["sections"]!.AsArray().SelectMany(section => section!["fields"]!.AsArray())
            .Where(field => !classes.Contains(field!["dataClass"]!.GetValue<string>())).Select(field => field!["code"]!.GetValue<string>());
        var filled = await stage.DoesAsync(agency, $"fills in {schema}", system => system.PostAsync("/v1/forms", new { schema, schemaVersion = 1, subject = _subject, answers }, stage.Stop));
        var form = filled.Text("formId");
        var reply = await stage.DoesAsync(agency, $"sends it to {sent.To}", system => system.PostAsync($"/v1/forms/{form}/send", new { referral = sent.Referral }, stage.Stop));
        await stage.HearsAsync(sent.To, sent.Referral, "FormSent", reply);
        var read = await stage.DoesAsync(sent.To, "reads what it may of the form", system => system.GetAsync($"/v1/forms/{form}", stage.Stop),
            reply => Same(reply.Body!["withheld"]!.AsArray().Select(field => field!["field"]!.GetValue<string>()), withheld));
        stage.Note($"given     {string.Join(", ", read.Body!["answers"]!.AsArray().Select(field => field!["field"]))}");
        foreach (var rule in read.Body["withheld"]!.AsArray().GroupBy(field => field!["rule"]!.GetValue<string>()))
            stage.Note($"withheld  {string.Join(", ", rule.Select(field => field!["field"]))} by {rule.Key}");
        var proof = await stage.DoesAsync(agency, "holds the proof that it arrived and was read", system => system.GetAsync($"/v1/forms/{form}/proof", stage.Stop),
            reply => reply.Text("contentHash") == filled.Text("contentHash") && reply.Body!["sendings"]![0] is JsonObject arrived && arrived["sentAt"] is not null && arrived["firstReadAt"] is not null);
        stage.Note($"read {proof.Body!["sendings"]![0]!["firstReadAt"]}, content {filled.Text("contentHash")[..16]}…");
    }

    /// <summary>Nothing was found: that is counted, without the person, and nothing else of it is kept.</summary>
    protected async Task CountedAsync(string agency, string schema, string place, params object[] answers)
    {
        var before = await CountAsync();
        await stage.DoesAsync(agency, $"assesses somebody with {schema} and finds nothing: counted, of whom is not kept", system => system.PostAsync("/v1/forms", new { schema, schemaVersion = 1, answers }, stage.Stop),
            reply => reply.Body!["counted"]!.GetValue<bool>() && reply.Body["formId"] is null);
        if (await CountAsync() != before + 1) throw new NotSeenException($"{agency}: an assessment without a result should be counted once");

        async Task<int> CountAsync() => (await stage.DoesAsync(agency, "reads how many it filled in", system => system.GetAsync($"/v1/forms/counts?schema={schema}", stage.Stop)))
            .Body!["items"]!.AsArray().Where(row => row!["result"]?.GetValue<string>() == "NoSigns" && row["place"]?.GetValue<string>() == place).Sum(row => row!["count"]!.GetValue<int>());
    }
}
