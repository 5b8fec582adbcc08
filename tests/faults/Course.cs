using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Tiltas.Network.Tests;
using Tiltas.TestKit;

namespace Tiltas.Faults.Tests;

/// <summary>One try of a request, as the client saw it. Status 0: the connection broke.</summary>
internal sealed record Try(string What, int Status, TimeSpan Took, string? Code, bool SaysWhenAgain, long At);

/// <summary>
/// What outside systems did during one run and were told. A client that gets no answer, or is told that something is away, sends
/// the same again with the same key. What it remembers is what the network is held to afterwards.
/// </summary>
internal sealed class Course
{
    private const string Hotline = "lt-kopzi";
    private const string Shelter = "lt-caritas";

    private readonly TestNetwork _network;
    private readonly ConcurrentQueue<Try> _tries = new();
    private readonly ConcurrentDictionary<string, List<Move>> _moves = new();
    private int _keys;

    private Course(TestNetwork network) => _network = network;

    /// <summary>One move of a referral that was acknowledged to the client; its place in the list is its version.</summary>
    internal readonly record struct Move(string Kind, string Tells);

    public TestNetwork Network => _network;

    /// <summary>Every reference made in this run is greater.</summary>
    public Guid Began { get; } = Guid.CreateVersion7();

    public IReadOnlyDictionary<string, long> FeedEnds { get; private init; } = new Dictionary<string, long>();

    public IReadOnlyCollection<Try> Tries => _tries;

    public IReadOnlyDictionary<string, List<Move>> Moves => _moves;

    public ConcurrentDictionary<string, int> Screenings { get; } = new();

    public ConcurrentDictionary<string, bool> Subjects { get; } = new();

    /// <summary>The service that the directory was told of, and its last version.</summary>
    public (string Id, int Version)? Offered { get; private set; }

    public static async Task<Course> Begin(TestNetwork network) => new(network)
    {
        FeedEnds = new Dictionary<string, long> { [Hotline] = await Feed.End(network, Hotline), [Shelter] = await Feed.End(network, Shelter) },
    };

    /// <summary>A person with consent.</summary>
    public async Task<string> Open()
    {
        var kopzi = _network.As(Hotline);
        var (first, second) = (Key(), Key());
        var subject = (await Insist("open", () => kopzi.Post("/v1/subjects", new { ageBand = "From24To26" }, first))).Must(HttpStatusCode.Created).Text("subjectRef");
        Subjects[subject] = true;
        (await Insist("consent", () => kopzi.Post($"/v1/subjects/{subject}/consents", new
        {
            purposes = new[] { "Assistance" }, dataClasses = new[] { "Identity", "Needs", "SafeContact" }, recipients = new[] { Shelter }, form = "Oral", language = "lt",
        }, second))).Must(HttpStatusCode.Created);
        return subject;
    }

    public async Task<string> Submit(string subject)
    {
        var key = Key();
        var answer = (await Insist("submit", () => _network.Refer(subject, Shelter, key: key))).Must(HttpStatusCode.Accepted);
        var referral = answer.Text("referralId");
        Assert.True(_moves.TryAdd(referral, [new("ReferralSubmitted", Shelter)]), "two keys were answered with one referral");
        return referral;
    }

    /// <summary>Looking at the notice is the acknowledgement.</summary>
    public async Task See(string referral)
    {
        var caritas = _network.As(Shelter);
        var seq = await Eventually.Some("the notice", async () =>
        {
            var answer = await Insist("feed", () => caritas.Get($"/v1/feed?after={FeedEnds[Shelter]}&limit=500"));
            return (string?)answer.Must(HttpStatusCode.OK).Json["items"]!.AsArray().FirstOrDefault(item => (string?)item!["referral"] == referral)?["seq"]!.ToString();
        }, 90);
        (await Insist("seen", () => caritas.Post($"/v1/feed/{seq}/seen"))).Must(HttpStatusCode.OK);
        await Eventually.True("seen makes acknowledged", async () =>
            (string?)(await Insist("read", () => caritas.Get($"/v1/referrals/{referral}"))).Must(HttpStatusCode.OK).Json["referral"]!["status"] == "Acknowledged", 90);
        _moves[referral].Add(new("ReferralAcknowledged", Hotline));
    }

    public Task Acknowledge(string referral) => Make(Shelter, referral, "acknowledge", null, new("ReferralAcknowledged", Hotline));

    public Task Accept(string referral) => Make(Shelter, referral, "accept", null, new("ReferralAccepted", Hotline));

    public Task Start(string referral) => Make(Shelter, referral, "start", null, new("ServiceStarted", Hotline));

    public Task Complete(string referral) => Make(Shelter, referral, "complete", new { outcome = "ServiceDelivered" }, new("ReferralCompleted", Hotline));

    public Task Decline(string referral) => Make(Shelter, referral, "decline", new { code = "NoCapacity" }, new("ReferralDeclined", Hotline));

    public Task Withdraw(string referral) => Make(Hotline, referral, "withdraw", new { reason = "NeedMet" }, new("ReferralWithdrawn", Shelter));

    /// <summary>Identification learns of a subject over the bus: until then it does not know it.</summary>
    public async Task Identify(string subject)
    {
        var kopzi = _network.As(Hotline);
        var (first, second) = (Key(), Key());
        (await Insist("screen", () => kopzi.Post("/v1/screenings", new
        {
            subject, set = "LT-ADULT-LABOUR", setVersion = 1, ageBand = "From24To26", answers = new[] { new { indicator = "M01", observation = "Observed" } },
        }, first), HttpStatusCode.NotFound)).Must(HttpStatusCode.Created);
        (await Insist("presume", () => kopzi.Post($"/v1/subjects/{subject}/status", new { status = "Presumed", ageBand = "From24To26" }, second))).Must(HttpStatusCode.OK);
        Screenings[subject] = 1;
    }

    /// <summary>A service of the hotline's that changes so many times and is withdrawn.</summary>
    public async Task Offer(string id, int times)
    {
        var kopzi = _network.As(Hotline);
        for (var n = 1; n <= times; n++)
        {
            var hours = $"Mo-Fr 08:00-{10 + n}:00";
            var answer = await Insist("offer", () => kopzi.Put($"/v1/services/{id}", new
            {
                agency = Hotline, need = "HotlineCounselling", name = new { lt = "Bandymas", en = "Trial" }, areas = new[] { "LT" }, hours, languages = new[] { "lt" },
                source = new { title = "Made for a test", date = "2025-01-01" }, illustrative = "Made for a test.",
            }));
            Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Created]);
            Assert.Equal(n, (int)answer.Json["version"]!);
            Offered = (id, n);
        }
    }

    /// <summary>Starts something at a fixed rate, whatever became of what was started before, until told to stop.</summary>
    public static async Task<Task> OpenLoop(int perSecond, Func<int, Task> act, CancellationToken stop)
    {
        var started = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
        try
        {
            while (await timer.WaitForNextTickAsync(stop)) started.Add(act(started.Count));
        }
        catch (OperationCanceledException)
        {
            // Told to stop: what was started goes on to its end.
        }
        return Task.WhenAll(started);
    }

    private async Task Make(string by, string referral, string verb, object? body, Move move)
    {
        var answer = await Insist(verb, async () =>
        {
            var tried = await _network.As(by).Post($"/v1/referrals/{referral}/{verb}", body);
            if (tried.Status != HttpStatusCode.Conflict) return tried;
            // An earlier try may have been carried out and only its answer lost: the history tells.
            var known = await _network.As(by).Get($"/v1/referrals/{referral}");
            return known.Status == HttpStatusCode.OK && known.Json["history"]!.AsArray().Any(item => (string?)item!["move"] == verb) ? known : tried;
        });
        answer.Must(HttpStatusCode.OK);
        _moves[referral].Add(move);
    }

    private Task<Answer> Insist(string what, Func<Task<Answer>> send, HttpStatusCode notYet = HttpStatusCode.ServiceUnavailable) => Eventually.Some($"an answer to {what}", async () =>
    {
        var began = Stopwatch.GetTimestamp();
        Answer? answer = null;
        try
        {
            answer = await send();
        }
        finally
        {
            _tries.Enqueue(new(what, (int?)answer?.Status ?? 0, Stopwatch.GetElapsedTime(began), answer?.Code, answer?.Headers.RetryAfter is not null, began));
        }
        if ((int)answer.Status < 500 && answer.Status != notYet) return answer;
        // A polite client does not come back at once; the network says in whole seconds when to.
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        return null;
    }, 120);

    private string Key() => $"{Began}-{Interlocked.Increment(ref _keys)}";
}
