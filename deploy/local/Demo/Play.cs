using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Tiltas.Local.Demo;

/// <summary>
/// One person's way from the first call to help, played by four agencies' systems that know nothing but the gateway. Every line
/// of the timeline is something that the agency named there saw for itself.
/// </summary>
internal sealed class Play : IAsyncDisposable
{
    private const string Hotline = "lt-kopzi";
    private const string Shelter = "lt-caritas";
    private const string Lawyers = "lt-missing";
    private const string OtherLawyers = "lt-mvic";
    private const string NoPartner = "lt-vilnius-caritas";

    private readonly Dictionary<string, AgencySystem> _systems;
    private readonly Dictionary<string, FeedWatch> _feeds = [];
    private readonly Timeline _timeline;
    private readonly CancellationToken _stop;
    private string _subject = "";

    internal Play(Outside outside, Timeline timeline, CancellationToken stop)
    {
        (_timeline, _stop) = (timeline, stop);
        _systems = ((string[])[Hotline, Shelter, Lawyers, OtherLawyers])
            .ToDictionary(agency => agency, outside.SystemOf);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_feeds.Values.Select(feed => feed.DisposeAsync().AsTask()));
        foreach (var system in _systems.Values) system.Dispose();
    }

    /// <exception cref="NotSeenException">A step was not seen by the party concerned.</exception>
    internal async Task RunAsync()
    {
        foreach (var (agency, system) in _systems) _feeds[agency] = await FeedWatch.FromNowAsync(system, Following.LongPoll, _stop);
        _timeline.Head();
        await IdentifyAsync();
        await AskForConsentAsync([Shelter, Lawyers]);
        await RefusedAsync("LegalAid", NoPartner, "memorandum:in-force");

        var shelter = await ReferAsync("Shelter", Shelter, "Emergency");
        var lawyers = await ReferAsync("LegalAid", Lawyers, "Urgent");

        await ReadDossierAsync(shelter);
        await AcknowledgeAsync(shelter);
        await MoveAsync(shelter, "accept", null, "ReferralAccepted", "Accepted");
        await MoveAsync(shelter, "start", null, "ServiceStarted", "InService");

        await ReadDossierAsync(lawyers);
        await MoveAsync(lawyers, "decline", new { code = "NoCapacity" }, "ReferralDeclined", "Declined, NoCapacity");

        await RefusedAsync("LegalAid", OtherLawyers, "consent:recipient-and-purpose");
        await AskForConsentAsync([OtherLawyers]);
        var others = await ReferAsync("LegalAid", OtherLawyers, "Urgent");
        await ReadDossierAsync(others);
        await MoveAsync(others, "accept", null, "ReferralAccepted", "Accepted");

        await MoveAsync(shelter, "complete", new { outcome = "ServiceDelivered" }, "ReferralCompleted", "Completed, ServiceDelivered");
        await MoveAsync(others, "complete", new { outcome = "ServiceDelivered" }, "ReferralCompleted", "Completed, ServiceDelivered");
    }

    private async Task IdentifyAsync()
    {
        var opened = await CallAsync(Hotline, "opens a subject, by pseudonym", system => system.PostAsync("/v1/subjects", new { ageBand = "From21To23", municipality = "LT-15" }, _stop));
        _subject = opened.Text("subjectRef");

        foreach (var (dataClass, fields) in MadeUpPerson.Dossier)
            await CallAsync(Hotline, $"writes the dossier part {dataClass}", system => system.PutAsync($"/v1/subjects/{_subject}/dossier/{dataClass}", new { fields }, _stop));

        string[] observed = ["M09", "M10", "P01"];
        var answers = observed.Select(indicator => new { indicator, observation = "Observed" }).Append(new { indicator = "M03", observation = "NotAsked" });
        await CallAsync(Hotline, "records a screening with LT-ADULT-LABOUR: " + string.Join(", ", observed), system => system.PostAsync("/v1/screenings", new
        {
            subject = _subject, set = "LT-ADULT-LABOUR", setVersion = 1, ageBand = "From21To23", place = "LT-15", language = "lt", answers,
        }, _stop), reply => Same(reply.Body!["explanation"]!.AsArray().Select(fired => fired!["indicator"]!.GetValue<string>()), observed));

        await CallAsync(Hotline, "presumes a victim (auka)", system => system.PostAsync($"/v1/subjects/{_subject}/status", new { status = "Presumed" }, _stop));
        string[] expected = ["NgoSupport", "ReflectionPeriod"];
        await CallAsync(Hotline, "reads what that entitles to: " + string.Join(", ", expected), system => system.GetAsync($"/v1/subjects/{_subject}/entitlements", _stop),
            reply => Same(reply.Body!["entitlements"]!.AsArray().Select(held => held!["entitlement"]!.GetValue<string>()), expected));
    }

    private async Task AskForConsentAsync(string[] recipients) =>
        await CallAsync(Hotline, $"records consent for {string.Join(" and ", recipients)}; Health is kept back", system => system.PostAsync($"/v1/subjects/{_subject}/consents", new
        {
            purposes = new[] { "Assistance" }, dataClasses = MadeUpPerson.Shared, recipients, form = "Oral", language = "lt",
        }, _stop));

    private Task<Reply> SubmitAsync(string need, string to, string urgency) =>
        _systems[Hotline].PostAsync("/v1/referrals", new { subject = _subject, to, need, purpose = "Assistance", urgency }, _stop);

    private async Task RefusedAsync(string need, string to, string rule)
    {
        var reply = await SubmitAsync(need, to, "Urgent");
        if (reply.Status != 403 || reply.Rule != rule) throw new NotSeenException($"{Hotline}: {need} to {to} should be refused by {rule}, but came {reply.Problem}");
        _timeline.Add(Hotline, $"refused, as it must be: {need} to {to}", reply.Took, reply.TraceId);
        _timeline.Note($"{reply.Code}, rule {reply.Rule}; missing: {string.Join(", ", reply.Body!["missing"]!.AsArray())}");
    }

    private async Task<Sent> ReferAsync(string need, string to, string urgency)
    {
        var reply = await CallAsync(Hotline, $"refers {need} to {to}, {urgency}", _ => SubmitAsync(need, to, urgency));
        var referral = reply.Text("referralId");
        var arrival = await _feeds[to].SeesAsync(referral, "ReferralSubmitted", _stop);
        _timeline.Add(to, $"has it on its feed, number {arrival.Seq}", Stopwatch.GetElapsedTime(reply.Sent, arrival.At), arrival.TraceId);
        return new Sent(referral, to, arrival.Seq);
    }

    private async Task ReadDossierAsync(Sent sent)
    {
        var reply = await CallAsync(sent.To, "reads what it may of the dossier", system => system.GetAsync($"/v1/referrals/{sent.Referral}/dossier", _stop));
        var given = reply.Body!["given"]!.AsObject().Select(part => part.Key).ToList();
        var withheld = reply.Body["withheld"]!.AsArray();
        _timeline.Note($"given     {string.Join(", ", given)}");
        foreach (var part in withheld) _timeline.Note($"withheld  {part!["dataClass"]} by {part["rule"]}; missing: {part["missing"]}");
        if (given.Count == 0) throw new NotSeenException($"{sent.To} is given nothing to work with");
        if (given.Contains("Health")) throw new NotSeenException($"{sent.To} is given Health, to which the person has not agreed");
        if (withheld.All(part => part!["dataClass"]!.GetValue<string>() != "Health")) throw new NotSeenException($"{sent.To} is not told that Health is withheld");
    }

    private async Task AcknowledgeAsync(Sent sent)
    {
        var reply = await CallAsync(sent.To, "marks the notice as seen", system => system.PostAsync($"/v1/feed/{sent.Seq}/seen", null, _stop));
        await AnsweredAsync(sent, "ReferralAcknowledged", "Acknowledged", reply);
    }

    private async Task MoveAsync(Sent sent, string move, object? body, string notice, string expected)
    {
        var reply = await CallAsync(sent.To, move == "decline" ? "declines: NoCapacity" : move + "s", system => system.PostAsync($"/v1/referrals/{sent.Referral}/{move}", body, _stop));
        await AnsweredAsync(sent, notice, expected, reply);
    }

    /// <summary>The hotline learns of it on its own feed, and finds the same when it looks.</summary>
    private async Task AnsweredAsync(Sent sent, string notice, string expected, Reply cause)
    {
        var arrival = await _feeds[Hotline].SeesAsync(sent.Referral, notice, _stop);
        var look = await _systems[Hotline].GetAsync($"/v1/referrals/{sent.Referral}", _stop);
        var referral = look.Body?["referral"];
        var found = string.Join(", ", new[] { referral?["status"], referral?["code"] }.OfType<JsonNode>().Select(part => part.GetValue<string>()));
        if (found != expected) throw new NotSeenException($"{Hotline} should find {expected}, but finds {(look.Ok ? found : look.Problem)}");
        _timeline.Add(Hotline, $"sees it on its feed, number {arrival.Seq}; {sent.To}: {expected}", Stopwatch.GetElapsedTime(cause.Sent, arrival.At), arrival.TraceId);
    }

    private async Task<Reply> CallAsync(string agency, string what, Func<AgencySystem, Task<Reply>> call, Func<Reply, bool>? isRight = null)
    {
        var reply = await call(_systems[agency]);
        if (!reply.Ok) throw new NotSeenException($"{agency} {what}: {reply.Problem}");
        if (isRight?.Invoke(reply) == false) throw new NotSeenException($"{agency} {what}: the answer says something else");
        _timeline.Add(agency, what, reply.Took, reply.TraceId);
        return reply;
    }

    private static bool Same(IEnumerable<string> found, string[] expected) => found.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal));

    private sealed record Sent(string Referral, string To, long Seq);
}
