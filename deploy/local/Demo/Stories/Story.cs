using System.Diagnostics;
using System.Globalization;

namespace Tiltas.Local.Demo.Stories;

/// <summary>
/// One made-up person's way through the mechanism, and what they are entitled to at each step. A story says who does what and
/// what must be seen; here is how it is done over the gateway. What is not seen ends it.
/// </summary>
internal abstract partial class Story(Stage stage)
{
    private const string DuringReflection = "return:not-during-reflection";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);
    private readonly List<string> _sources = [];
    private string _subject = "", _owner = "";
    private IReadOnlyList<Right> _rights = [];

    /// <summary>One line that says whose story it is and from which source.</summary>
    internal abstract string Title { get; }

    protected Stage Stage => stage;

    /// <summary>The day of decisions that are taken while the story is played; the country's day is never an earlier one.</summary>
    protected static string Today => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <exception cref="NotSeenException">A step was not seen.</exception>
    internal async Task RunAsync()
    {
        stage.Title(Title);
        await PlayAsync();
    }

    protected abstract Task PlayAsync();

    protected string Of(string path) => $"/v1/subjects/{_subject}/{path}";

    protected async Task OpenAsync(string owner, string ageBand, string? municipality, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> dossier)
    {
        _owner = owner;
        var opened = await stage.DoesAsync(owner, $"opens a subject, by pseudonym: {ageBand}", system => system.PostAsync("/v1/subjects", new { ageBand, municipality }, stage.Stop));
        _subject = opened.Text("subjectRef");
        foreach (var (dataClass, fields) in dossier)
            await stage.DoesAsync(owner, $"writes the dossier part {dataClass}", system => system.PutAsync(Of($"dossier/{dataClass}"), new { fields }, stage.Stop));
    }

    protected async Task ScreenAsync(string agency, Screening screening)
    {
        var answers = screening.Observed.Select(indicator => new { indicator, observation = "Observed" }).Concat(screening.NotObserved.Select(indicator => new { indicator, observation = "NotObserved" }));
        var how = $"in {screening.Language}{(screening.Interpreter ? " with an interpreter" : "")}";
        var reply = await stage.DoesAsync(agency, $"screens with {screening.Set}, {how}: {string.Join(", ", screening.Observed)}", system => system.PostAsync("/v1/screenings", new
        {
            subject = _subject, set = screening.Set, setVersion = screening.Version, ageBand = screening.AgeBand, place = screening.Place,
            language = screening.Language, interpreter = screening.Interpreter, answers,
        }, stage.Stop), reply => Same(reply.Body!["explanation"]!.AsArray().Select(fired => fired!["indicator"]!.GetValue<string>()), screening.Observed));
        foreach (var fired in reply.Body!["explanation"]!.AsArray()) stage.Note($"{fired!["indicator"]} {fired["element"]}: {fired["text"]!["en"]}");
        var means = reply.Body["covered"]!["means"]!["required"]!.GetValue<bool>();
        if (means != screening.MeansRequired) throw new NotSeenException($"{agency} screens: the means should {(screening.MeansRequired ? "" : "not ")}be required");
        stage.Note(means ? "no score and no verdict; act, means and purpose make up the definition" : "no score and no verdict; the person is a child: the means are not required");
    }

    /// <summary>Nobody should have to tell the same again: what was asked already is read before one asks.</summary>
    protected Task TopicsAsync(string agency, string set) =>
        stage.DoesAsync(agency, $"reads what was asked already, before asking: {set}", system => system.GetAsync(Of("screenings/topics"), stage.Stop),
            reply => reply.Body!["items"]!.AsArray().Any(topic => topic!["set"]!.GetValue<string>() == set));

    /// <summary>A change of standing, then what the person has a right to from now on.</summary>
    protected async Task StandsAsync(string agency, string what, object change, string status, params string[] expected)
    {
        await stage.DoesAsync(agency, what, system => system.PostAsync(Of("status"), change, stage.Stop), reply => reply.Text("status") == status);
        await EntitledAsync(agency, status, expected);
    }

    /// <summary>What the person has a right to now, each as <c>X because Y</c>, and what came and went since the last look.</summary>
    protected async Task EntitledAsync(string agency, string status, params string[] expected)
    {
        var held = await stage.DoesAsync(agency, $"reads what {status} entitles to", system => system.GetAsync(Of("entitlements"), stage.Stop), reply => reply.Text("status") == status);
        var (before, now) = (_rights, Right.Read(held.Body!));
        foreach (var right in now) stage.Note($"{right.What,-26} because {right.Because,-18} written in {string.Join(' ', right.Written.Select(Number))}");
        stage.Note($"gained: {List(now, before)}; lost: {List(before, now)}");
        if (!Same(now.Select(right => right.Said), expected))
            throw new NotSeenException($"{agency}, {status}: should entitle to {string.Join("; ", expected)}, but does to {string.Join("; ", now.Select(right => right.Said))}");
        if (now.Any(right => right.Written.Count == 0)) throw new NotSeenException($"{agency}, {status}: an entitlement does not say where it is written");
        _rights = now;
    }

    protected Task StatusRefusedAsync(string agency, string what, object change, string rule) =>
        stage.RefusedAsync(agency, what, rule, system => system.PostAsync(Of("status"), change, stage.Stop));

    protected Task HistoryAsync(string agency, params string[] statuses) =>
        stage.DoesAsync(agency, "reads how that came: " + string.Join(", ", statuses), system => system.GetAsync(Of("status"), stage.Stop),
            reply => reply.Body!["history"]!.AsArray().Select(step => $"{step!["status"]} {(step["toldBy"] is { } teller ? $"as told by {teller}" : $"by {step["by"]}")}").SequenceEqual(statuses));

    /// <summary>Who can help there: these stand first, in this order.</summary>
    protected async Task FindsAsync(string agency, string need, string purpose, string place, object traits, params string[] first)
    {
        var reply = await stage.DoesAsync(agency, $"asks who gives {need} in {place}", system => system.PostAsync("/v1/providers/search", new { need, place, purpose, traits }, stage.Stop));
        var suitable = reply.Body!["suitable"]!.AsArray().Select(offer => offer!["agency"]!.GetValue<string>()).ToArray();
        stage.Note($"suitable, best first: {string.Join(", ", suitable)}");
        if (!suitable.Take(first.Length).SequenceEqual(first)) throw new NotSeenException($"{agency} asks who gives {need} in {place}: {string.Join(", ", first)} should come first of {string.Join(", ", suitable)}");
    }

    protected Task ConsentAsync(string form, string language, bool interpreter, string[] purposes, string[] dataClasses, params string[] recipients) =>
        stage.DoesAsync(_owner, $"records consent ({form}) for {string.Join(", ", recipients)}: {string.Join(", ", dataClasses)}", system => system.PostAsync(Of("consents"), new
        {
            purposes, dataClasses, recipients, form, language, interpreter,
        }, stage.Stop));

    protected async Task<Sent> ReferAsync(string to, string need, string purpose, string urgency) =>
        await ArrivedAsync(to, need, await stage.DoesAsync(_owner, $"refers {need} to {to}, {urgency}", system => SubmitAsync(system, to, need, purpose, urgency)));

    protected Task ReferRefusedAsync(string to, string need, string purpose, string rule) =>
        stage.RefusedAsync(_owner, $"{need} to {to}", rule, system => SubmitAsync(system, to, need, purpose, "Normal"));

    /// <summary>A return that a reflection period stands against. Word of the period travels: what slips through before it came is taken back, and asked for again.</summary>
    protected async Task ReturnRefusedAsync(string to)
    {
        var reply = await UntilAsync(to, reply => !reply.Ok, async slipped =>
            await stage.Of(_owner).PostAsync($"/v1/referrals/{slipped.Text("referralId")}/withdraw", new { reason = "SentInError" }, stage.Stop));
        stage.Refused(_owner, $"SafeReturn to {to}", DuringReflection, reply);
    }

    /// <summary>The same once the period is over, as soon as word of that came.</summary>
    protected async Task<Sent> ReturnAsync(string to)
    {
        var reply = await UntilAsync(to, reply => reply.Ok || reply.Rule != DuringReflection, _ => Task.CompletedTask);
        return await ArrivedAsync(to, "SafeReturn", await stage.DoesAsync(_owner, $"refers SafeReturn to {to}, Normal", _ => Task.FromResult(reply)));
    }

    /// <summary>The recipient reads exactly these classes, and takes the referral on.</summary>
    protected async Task AcceptAsync(Sent sent, params string[] given)
    {
        var dossier = await stage.DoesAsync(sent.To, $"reads what it may of the dossier: {string.Join(", ", given)}", system => system.GetAsync($"/v1/referrals/{sent.Referral}/dossier", stage.Stop),
            reply => Same(reply.Body!["given"]!.AsObject().Select(part => part.Key), given));
        foreach (var part in dossier.Body!["withheld"]!.AsArray()) stage.Note($"withheld  {part!["dataClass"]} by {part["rule"]}; missing: {part["missing"]}");
        await MoveAsync(sent, "accept", null, "ReferralAccepted");
    }

    protected Task StartAsync(Sent sent) => MoveAsync(sent, "start", null, "ServiceStarted");

    protected Task CompleteAsync(Sent sent, string outcome) => MoveAsync(sent, "complete", new { outcome }, "ReferralCompleted");

    /// <summary>Help goes on whatever becomes of the standing.</summary>
    protected Task GoesOnAsync(Sent sent) =>
        stage.DoesAsync(sent.To, $"finds that its help goes on: {sent.Need} is InService", system => system.GetAsync($"/v1/referrals/{sent.Referral}", stage.Stop),
            reply => reply.Body!["referral"]!["status"]!.GetValue<string>() == "InService");

    protected Task ReflectionAsync(string agency, string verb, object body, string state) =>
        stage.DoesAsync(agency, $"{verb}s the reflection period", system => system.PostAsync(Of($"reflection-period/{verb}"), body, stage.Stop), reply => reply.Text("state") == state);

    protected Task ReflectionRefusedAsync(string agency, string verb, string rule) =>
        stage.RefusedAsync(agency, $"{verb} of the reflection period", rule, system => system.PostAsync(Of($"reflection-period/{verb}"), new { }, stage.Stop));

    protected async Task ReflectionStandsAsync(string agency, string state)
    {
        var period = await stage.DoesAsync(agency, $"reads the reflection period: {state}", system => system.GetAsync(Of("reflection-period"), stage.Stop), reply => reply.Text("state") == state);
        var rules = period.Body!["rules"]!;
        if (period.Body["lastDay"] is { } last) stage.Note($"last day {last}, {period.Body["daysLeft"]} days left; written in {Number($"{rules["source"]!["title"]} ({rules["source"]!["date"]})")}");
    }

    private async Task MoveAsync(Sent sent, string verb, object? body, string notice)
    {
        var reply = await stage.DoesAsync(sent.To, $"{verb}s {sent.Need}", system => system.PostAsync($"/v1/referrals/{sent.Referral}/{verb}", body, stage.Stop));
        await stage.HearsAsync(_owner, sent.Referral, notice, reply);
    }

    private async Task<Sent> ArrivedAsync(string to, string need, Reply submitted)
    {
        var sent = new Sent(submitted.Text("referralId"), to, need);
        await stage.HearsAsync(to, sent.Referral, "ReferralSubmitted", submitted);
        return sent;
    }

    private async Task<Reply> UntilAsync(string to, Func<Reply, bool> isOver, Func<Reply, Task> otherwise)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var reply = await SubmitAsync(stage.Of(_owner), to, "SafeReturn", "Return", "Normal");
            if (isOver(reply) || Stopwatch.GetElapsedTime(began) > Patience) return reply;
            await otherwise(reply);
            await Task.Delay(BetweenTries, stage.Stop);
        }
    }

    private Task<Reply> SubmitAsync(AgencySystem system, string to, string need, string purpose, string urgency) =>
        system.PostAsync("/v1/referrals", new { subject = _subject, to, need, purpose, urgency }, stage.Stop);

    /// <summary>A source is told in full where it is met first.</summary>
    private string Number(string source)
    {
        if (!_sources.Contains(source))
        {
            _sources.Add(source);
            stage.Note($"[{_sources.Count}] {source}");
        }
        return $"[{_sources.IndexOf(source) + 1}]";
    }

    private static string List(IReadOnlyList<Right> of, IReadOnlyList<Right> without) =>
        of.Select(right => right.What).Except(without.Select(right => right.What)).ToArray() is { Length: > 0 } those ? string.Join(", ", those) : "nothing";

    private static bool Same(IEnumerable<string> found, IEnumerable<string> expected) => found.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal));

    /// <summary>A referral on its way.</summary>
    protected sealed record Sent(string Referral, string To, string Need);

    /// <summary>What somebody looked for, and how.</summary>
    protected sealed record Screening(string Set, int Version, string AgeBand, string? Place, string Language, bool Interpreter, string[] Observed, string[] NotObserved, bool MeansRequired);
}
