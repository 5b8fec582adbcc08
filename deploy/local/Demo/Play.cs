using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Tiltas.Local.Demo;

/// <summary>
/// One person's way from the first call to help, played by four agencies' systems that know nothing but the gateway: the hotline's over
/// HTTP, the recipients' over HTTP or gRPC. Every line of the timeline is something that the agency named there saw for itself.
/// </summary>
internal sealed class Play : IAsyncDisposable
{
    private const string Hotline = "lt-kopzi";
    private const string Shelter = "lt-caritas";
    private const string Lawyers = "lt-missing";
    private const string OtherLawyers = "lt-mvic";
    private const string NoPartner = "lt-vilnius-caritas";

    private readonly AgencySystem _hotline;
    private readonly Dictionary<string, IRecipient> _recipients;
    private readonly Dictionary<string, FeedWatch> _feeds = [];
    private readonly Timeline _timeline;
    private readonly CancellationToken _stop;
    private string _subject = "";

    internal Play(Outside outside, Timeline timeline, CancellationToken stop)
    {
        (_timeline, _stop) = (timeline, stop);
        _hotline = outside.SystemOf(Hotline);
        _recipients = ((string[])[Shelter, Lawyers, OtherLawyers]).ToDictionary(agency => agency, outside.RecipientOf);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_feeds.Values.Select(feed => feed.DisposeAsync().AsTask()));
        foreach (var recipient in _recipients.Values) recipient.Dispose();
        _hotline.Dispose();
    }

    /// <exception cref="NotSeenException">A step was not seen by the party concerned.</exception>
    internal async Task RunAsync()
    {
        _feeds[Hotline] = await FeedWatch.FromNowAsync(new HttpFeed(_hotline, Following.LongPoll), _stop);
        foreach (var (agency, recipient) in _recipients) _feeds[agency] = await recipient.WatchFeedAsync(_stop);
        _timeline.Head();
        await IdentifyAsync();
        await AskForConsentAsync([Shelter, Lawyers]);
        await RefusedAsync("LegalAid", NoPartner, "memorandum:lt-mou-kopzi-vilnius-caritas-2020");

        var shelter = await ReferAsync("Shelter", Shelter, "Emergency");
        var lawyers = await ReferAsync("LegalAid", Lawyers, "Urgent");

        await ReadDossierAsync(shelter);
        await AcknowledgeAsync(shelter);
        await MoveAsync(shelter, RecipientMove.Accept, "ReferralAccepted", "Accepted");
        await MoveAsync(shelter, RecipientMove.Start, "ServiceStarted", "InService");

        await ReadDossierAsync(lawyers);
        await MoveAsync(lawyers, RecipientMove.Decline, "ReferralDeclined", "Declined, NoCapacity");

        await RefusedAsync("LegalAid", OtherLawyers, "consent:recipient-and-purpose");
        await AskForConsentAsync([OtherLawyers]);
        var others = await ReferAsync("LegalAid", OtherLawyers, "Urgent");
        await ReadDossierAsync(others);
        await MoveAsync(others, RecipientMove.Accept, "ReferralAccepted", "Accepted");

        await MoveAsync(shelter, RecipientMove.Complete, "ReferralCompleted", "Completed, ServiceDelivered");
        await MoveAsync(others, RecipientMove.Complete, "ReferralCompleted", "Completed, ServiceDelivered");
    }

    private async Task IdentifyAsync()
    {
        var opened = await HotlineAsync("opens a subject, by pseudonym", () => _hotline.PostAsync("/v1/subjects", new { ageBand = "From21To23", municipality = "LT-15" }, _stop));
        _subject = opened.Text("subjectRef");

        foreach (var (dataClass, fields) in MadeUpPerson.Dossier)
            await HotlineAsync($"writes the dossier part {dataClass}", () => _hotline.PutAsync($"/v1/subjects/{_subject}/dossier/{dataClass}", new { fields }, _stop));

        string[] observed = ["M09", "M10", "P01"];
        var answers = observed.Select(indicator => new { indicator, observation = "Observed" }).Append(new { indicator = "M03", observation = "NotAsked" });
        await HotlineAsync("records a screening with LT-ADULT-LABOUR: " + string.Join(", ", observed), () => _hotline.PostAsync("/v1/screenings", new
        {
            subject = _subject, set = "LT-ADULT-LABOUR", setVersion = 2, ageBand = "From21To23", place = "LT-15", language = "lt", interpreter = false, answers,
        }, _stop), reply => Same(reply.Body!["explanation"]!.AsArray().Select(fired => fired!["indicator"]!.GetValue<string>()), observed));

        await HotlineAsync("presumes a victim (auka)", () => _hotline.PostAsync($"/v1/subjects/{_subject}/status", new { status = "Presumed" }, _stop));
        string[] expected = ["NgoSupport", "ReflectionPeriod"];
        await HotlineAsync("reads what that entitles to: " + string.Join(", ", expected), () => _hotline.GetAsync($"/v1/subjects/{_subject}/entitlements", _stop),
            reply => Same(reply.Body!["entitlements"]!.AsArray().Select(held => held!["entitlement"]!.GetValue<string>()), expected));
    }

    private async Task AskForConsentAsync(string[] recipients) =>
        await HotlineAsync($"records consent for {string.Join(" and ", recipients)}; Health is kept back", () => _hotline.PostAsync($"/v1/subjects/{_subject}/consents", new
        {
            purposes = new[] { "Assistance" }, dataClasses = MadeUpPerson.Shared, recipients, form = "Oral", language = "lt",
        }, _stop));

    private Task<Reply> SubmitAsync(string need, string to, string urgency) =>
        _hotline.PostAsync("/v1/referrals", new { subject = _subject, to, need, purpose = "Assistance", urgency }, _stop);

    private async Task RefusedAsync(string need, string to, string rule)
    {
        var reply = await SubmitAsync(need, to, "Urgent");
        if (reply.Status != 403 || reply.Rule != rule) throw new NotSeenException($"{Hotline}: {need} to {to} should be refused by {rule}, but came {reply.Problem}");
        _timeline.Add(Hotline, HttpRecipient.WayName, $"refused, as it must be: {need} to {to}", reply.Took, reply.TraceId);
        _timeline.Note($"{reply.Code}, rule {reply.Rule}; missing: {string.Join(", ", reply.Body!["missing"]!.AsArray())}");
    }

    private async Task<Sent> ReferAsync(string need, string to, string urgency)
    {
        var reply = await HotlineAsync($"refers {need} to {to}, {urgency}", () => SubmitAsync(need, to, urgency));
        var referral = reply.Text("referralId");
        var arrival = await _feeds[to].SeesAsync(referral, "ReferralSubmitted", _stop);
        _timeline.Add(to, _recipients[to].Way, $"has it on its feed, number {arrival.Seq}", Stopwatch.GetElapsedTime(reply.Sent, arrival.At), arrival.TraceId);
        return new Sent(referral, to, arrival.Seq);
    }

    private async Task ReadDossierAsync(Sent sent)
    {
        var (_, dossier) = await RecipientAsync(sent.To, "reads what it may of the dossier", to => to.ReadDossierAsync(sent.Referral, _stop), read => read.Answer);
        var (given, withheld) = (dossier!.Given, dossier.Withheld);
        _timeline.Note($"given     {string.Join(", ", given)}");
        foreach (var part in withheld) _timeline.Note($"withheld  {part.DataClass} by {part.Rule}; missing: {part.Missing}");
        if (given.Count == 0) throw new NotSeenException($"{sent.To} is given nothing to work with");
        if (given.Contains("Health")) throw new NotSeenException($"{sent.To} is given Health, to which the person has not agreed");
        if (withheld.All(part => part.DataClass != "Health")) throw new NotSeenException($"{sent.To} is not told that Health is withheld");
    }

    private async Task AcknowledgeAsync(Sent sent)
    {
        var answer = await RecipientAsync(sent.To, "marks the notice as seen", to => to.ReportSeenAsync(sent.Seq, _stop), answer => answer);
        await AnsweredAsync(sent, "ReferralAcknowledged", "Acknowledged", answer);
    }

    private async Task MoveAsync(Sent sent, RecipientMove move, string notice, string expected)
    {
        var what = move switch { RecipientMove.Accept => "accepts", RecipientMove.Decline => "declines: NoCapacity", RecipientMove.Start => "starts", _ => "completes" };
        var answer = await RecipientAsync(sent.To, what, to => to.MoveAsync(sent.Referral, move, _stop), answer => answer);
        await AnsweredAsync(sent, notice, expected, answer);
    }

    /// <summary>The hotline learns of it on its own feed, and finds the same when it looks.</summary>
    private async Task AnsweredAsync(Sent sent, string notice, string expected, Answer cause)
    {
        var arrival = await _feeds[Hotline].SeesAsync(sent.Referral, notice, _stop);
        var look = await _hotline.GetAsync($"/v1/referrals/{sent.Referral}", _stop);
        var referral = look.Body?["referral"];
        var found = string.Join(", ", new[] { referral?["status"], referral?["code"] }.OfType<JsonNode>().Select(part => part.GetValue<string>()));
        if (found != expected) throw new NotSeenException($"{Hotline} should find {expected}, but finds {(look.Ok ? found : look.Problem)}");
        _timeline.Add(Hotline, HttpRecipient.WayName, $"sees it on its feed, number {arrival.Seq}; {sent.To}: {expected}", Stopwatch.GetElapsedTime(cause.Sent, arrival.At), arrival.TraceId);
    }

    private async Task<Reply> HotlineAsync(string what, Func<Task<Reply>> call, Func<Reply, bool>? isRight = null)
    {
        var reply = await call();
        Went(Hotline, HttpRecipient.WayName, what, reply, !reply.Ok || isRight is null || isRight(reply));
        return reply;
    }

    private async Task<T> RecipientAsync<T>(string agency, string what, Func<IRecipient, Task<T>> call, Func<T, Answer> answerOf)
    {
        var got = await call(_recipients[agency]);
        Went(agency, _recipients[agency].Way, what, answerOf(got), isRight: true);
        return got;
    }

    private void Went(string agency, string way, string what, Answer answer, bool isRight)
    {
        if (!answer.Ok) throw new NotSeenException($"{agency} {what}: {answer.Problem}");
        if (!isRight) throw new NotSeenException($"{agency} {what}: the answer says something else");
        _timeline.Add(agency, way, what, answer.Took, answer.TraceId);
    }

    private static bool Same(IEnumerable<string> found, string[] expected) => found.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal));

    private sealed record Sent(string Referral, string To, long Seq);
}
