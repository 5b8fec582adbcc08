using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tiltas.Local.Demo.Cases;

/// <summary>
/// One referral for each row of a case file: the hotline opens a subject, screens, presumes a victim, records consent and refers
/// the first need to a partner that offers it; the partner's system decides as soon as it is told. Every fifth row is declined
/// for want of capacity, so that both answers are seen.
/// </summary>
internal sealed class CaseRun(Outside outside, CaseWork work, TextWriter to, CancellationToken stop)
{
    private const string Hotline = "lt-kopzi";
    private const int DeclinedOneIn = 5;

    private readonly CaseReport _report = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<Party>>> _parties = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Need, string Purpose), Lazy<Task<IReadOnlyList<string>>>> _partners = new();

    internal async Task<int> RunAsync()
    {
        foreach (var bad in work.BadRows) to.WriteLine($"  line {bad.Line} is left out: {bad.Why}");
        var began = Stopwatch.GetTimestamp();
        try
        {
            await PartyAsync(Hotline);
            if (work.Plans.Count > 0)
                await CaseProgress.ShowAsync(work.Plans.Count, to, done => Parallel.ForEachAsync(
                    work.Plans, new ParallelOptions { MaxDegreeOfParallelism = work.Options.Parallel, CancellationToken = stop }, async (plan, _) =>
                    {
                        _report.Add(plan.Line, await EndOfAsync(plan));
                        done();
                    }));
        }
        catch (NotSeenException e)
        {
            throw new LocalException(e.Message);
        }
        finally
        {
            foreach (var party in _parties.Values)
                if (party.Value.IsCompletedSuccessfully) await party.Value.Result.DisposeAsync();
        }
        _report.Print(to, work.BadRows, Stopwatch.GetElapsedTime(began));
        return _report.Lost > 0 || _report.Referred == 0 ? 1 : 0;
    }

    private async Task<CaseEnd> EndOfAsync(CasePlan plan)
    {
        var submitted = false;
        try
        {
            return await DriveAsync(plan, () => submitted = true);
        }
        catch (StepRefusedException e)
        {
            return new CaseEnd.Refused(e.Code, e.Message);
        }
        catch (Exception e) when (e is NotSeenException or HttpRequestException || e is OperationCanceledException && !stop.IsCancellationRequested)
        {
            // A submission without an answer may have been taken.
            return submitted ? new CaseEnd.Lost(e.Message) : new CaseEnd.Refused(e.GetType().Name, "before the referral");
        }
    }

    private async Task<CaseEnd> DriveAsync(CasePlan plan, Action submits)
    {
        var hotline = await PartyAsync(Hotline);
        var to = await PartnerForAsync(plan);
        var partner = await PartyAsync(to);
        var subject = Step("open", await hotline.System.PostAsync("/v1/subjects", new { ageBand = plan.AgeBand }, stop)).Text("subjectRef");
        Step("screening", await hotline.System.PostAsync("/v1/screenings", new
        {
            subject, set = plan.Set, setVersion = plan.SetVersion, ageBand = plan.AgeBand,
            answers = plan.Indicators.Select(indicator => new { indicator, observation = "Observed" }),
        }, stop));
        Step("status", await hotline.System.PostAsync($"/v1/subjects/{subject}/status", new { status = "Presumed" }, stop));
        Step("consent", await hotline.System.PostAsync($"/v1/subjects/{subject}/consents", new
        {
            purposes = new[] { plan.Purpose }, dataClasses = new[] { "Needs", "SafeContact" }, recipients = new[] { to },
            form = plan.Child ? "Guardian" : "Oral", language = "lt",
        }, stop));

        submits();
        var sent = Step("referral", await hotline.System.PostAsync("/v1/referrals", new { subject, to, need = plan.Need, purpose = plan.Purpose, urgency = plan.Urgency }, stop));
        var referral = sent.Text("referralId");
        var arrival = await partner.Feed.SeesAsync(referral, "ReferralSubmitted", stop);

        var declines = plan.Line % DeclinedOneIn == 0;
        var decided = await partner.System.PostAsync($"/v1/referrals/{referral}/{(declines ? "decline" : "accept")}", declines ? new { code = "NoCapacity" } : null, stop);
        if (!decided.Ok) throw new NotSeenException($"{to} cannot decide: {decided.Problem}");
        var answer = await hotline.Feed.SeesAsync(referral, declines ? "ReferralDeclined" : "ReferralAccepted", stop);
        return new CaseEnd.Answered(!declines, Stopwatch.GetElapsedTime(sent.Sent, arrival.At), Stopwatch.GetElapsedTime(sent.Sent, answer.At));
    }

    /// <summary>Partners that offer the need and have a memorandum for the purpose take turns.</summary>
    private async Task<string> PartnerForAsync(CasePlan plan)
    {
        var partners = await _partners.GetOrAdd((plan.Need, plan.Purpose), key => new Lazy<Task<IReadOnlyList<string>>>(() => PartnersAsync(key.Need, key.Purpose))).Value;
        return partners.Count > 0 ? partners[plan.Line % partners.Count] : throw new StepRefusedException("no partner", $"offers {plan.Need} for {plan.Purpose}");
    }

    private async Task<IReadOnlyList<string>> PartnersAsync(string need, string purpose)
    {
        var hotline = await PartyAsync(Hotline);
        var reply = Step("partners", await hotline.System.GetAsync($"/v1/partners?need={need}", stop));
        return
        [
            .. reply.Body!.AsArray()
                .Where(partner => partner!["memoranda"]!.AsArray().Any(terms => terms!["purposes"]!.AsArray().Any(known => known!.GetValue<string>() == purpose)))
                .Select(partner => partner!["agency"]!.GetValue<string>()),
        ];
    }

    /// <summary>Each agency signs in and opens its feed once, however many rows meet it at the same moment.</summary>
    private Task<Party> PartyAsync(string agency) => _parties.GetOrAdd(agency, name => new Lazy<Task<Party>>(async () =>
    {
        var system = outside.SystemOf(name);
        return new Party(system, await FeedWatch.FromNowAsync(new HttpFeed(system, Following.Stream), stop));
    })).Value;

    private static Reply Step(string what, Reply reply) => reply switch
    {
        { Ok: true } => reply,
        // Nobody knows what became of a submission that ended like this.
        { Status: >= 500 } when what == "referral" => throw new NotSeenException($"submission answered {reply.Problem}"),
        _ => throw new StepRefusedException(reply.Code, $"at {what}"),
    };

    private sealed class StepRefusedException(string code, string what) : Exception(what)
    {
        internal string Code { get; } = code;
    }

    private sealed record Party(AgencySystem System, FeedWatch Feed) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Feed.DisposeAsync();
            System.Dispose();
        }
    }
}
