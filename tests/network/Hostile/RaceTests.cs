using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>Two who want different things of the same thing at the same moment.</summary>
public sealed class RaceTests(Net net)
{
    private const int Rounds = 30;
    private const int Twins = 16;

    [Fact]
    public async Task TwoAgenciesAcceptTheSameNeed_OneWins()
    {
        var (caritas, klaipeda) = (net.It.As("lt-caritas"), net.It.As("lt-klaipeda-spc"));
        for (var round = 0; round < Rounds; round++)
        {
            var subject = await net.It.SubjectWithConsent("lt-caritas", "lt-klaipeda-spc");
            var referrals = await Task.WhenAll(net.It.Refer(subject, "lt-caritas"), net.It.Refer(subject, "lt-klaipeda-spc"));
            var ids = referrals.Select(answer => answer.Must(HttpStatusCode.Accepted).Text("referralId")).ToArray();

            var answers = await AtOnce(() => caritas.Post($"/v1/referrals/{ids[0]}/accept"), () => klaipeda.Post($"/v1/referrals/{ids[1]}/accept"));
            var loser = Assert.Single(answers, answer => answer.Status != HttpStatusCode.OK);
            Assert.Equal((HttpStatusCode.Conflict, "TLT-REF-0321"), (loser.Status, loser.Code));
            Assert.Equal(1, await net.It.Count("referral", "SELECT count(*) FROM referrals WHERE subject = $1 AND status IN ('Accepted', 'InService')", Guid.Parse(subject)));
        }
    }

    [Fact]
    public async Task OppositeMovesAtOnce_LeaveOneLegalHistoryOnBothFeeds()
    {
        var (kopzi, caritas) = (net.It.As("lt-kopzi"), net.It.As("lt-caritas"));
        var settled = new List<(string Id, string[] Moves)>();
        for (var round = 0; round < Rounds; round++)
        {
            var id = (await net.It.Refer(await net.It.SubjectWithConsent("lt-caritas"), "lt-caritas")).Must(HttpStatusCode.Accepted).Text("referralId");
            List<Func<Task<Answer>>> moves = [() => caritas.Post($"/v1/referrals/{id}/accept"), () => caritas.Post($"/v1/referrals/{id}/acknowledge")];
            moves.Add((round % 3) switch
            {
                0 => () => caritas.Post($"/v1/referrals/{id}/decline", new { code = "NoCapacity" }),
                1 => () => kopzi.Post($"/v1/referrals/{id}/withdraw", new { reason = "NeedMet" }),
                _ => () => caritas.Post($"/v1/referrals/{id}/accept"),
            });
            var answers = await AtOnce([.. moves]);
            Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.OK || answer.Status is HttpStatusCode.Conflict && Verdict.Of(answer) is null, answer.Body));

            var history = (await kopzi.Get($"/v1/referrals/{id}")).Must(HttpStatusCode.OK).Json["history"]!.AsArray();
            Assert.Equal(Enumerable.Range(1, history.Count), history.Select(move => (int)move!["version"]!));
            var made = history.Skip(1).Select(move => (string)move!["move"]!).ToArray();
            Assert.True(IsLegal(made), string.Join(',', made));
            Assert.Equal(answers.Count(answer => answer.Status == HttpStatusCode.OK), made.Length);
            settled.Add((id, made));
        }

        await net.It.Settled();
        foreach (var (id, made) in settled)
        {
            await Eventually.True($"both feeds tell the history {string.Join(',', made)}", async () =>
            {
                var (sent, received) = (await net.It.Notices("lt-kopzi", id), await net.It.Notices("lt-caritas", id));
                var told = sent.Concat(received).OrderBy(notice => notice.Version).Select(notice => notice.Kind);
                return told.SequenceEqual(made.Select(Told).Prepend("ReferralSubmitted"))
                    && received.All(notice => notice.Kind is "ReferralSubmitted" or "ReferralWithdrawn") && sent.All(notice => notice.Kind is not ("ReferralSubmitted" or "ReferralWithdrawn"));
            });
        }
    }

    [Fact]
    public async Task TheSameKeySixteenTimesAtOnce_HasOneEffectAndOneAnswer()
    {
        var (kopzi, caritas) = (net.It.As("lt-kopzi"), net.It.As("lt-caritas"));
        var subject = await net.It.SubjectWithConsent("lt-caritas");
        var screened = (await kopzi.Post("/v1/subjects", new { ageBand = "From24To26" })).Must(HttpStatusCode.Created).Text("subjectRef");
        var consent = (await kopzi.Get($"/v1/subjects/{subject}/consents")).Json[0]!;
        Assert.NotNull(consent);
        (string Path, string Body, string Other, string Service, string Rows)[] creations =
        [
            ("/v1/subjects", """{"ageBand":"From9To17"}""", """{"ageBand":"From18To20"}""", "referral", "SELECT count(*) FROM subjects"),
            ($"/v1/subjects/{subject}/consents", """{"purposes":["Protection"],"dataClasses":["Needs"],"recipients":["lt-caritas"],"form":"Oral","language":"lt"}""",
                """{"purposes":["Protection"],"dataClasses":["Needs"],"recipients":["lt-caritas"],"form":"Written","language":"lt"}""", "referral", "SELECT count(*) FROM consents"),
            ("/v1/referrals", $$"""{"subject":"{{subject}}","to":"lt-caritas","need":"Shelter","purpose":"Assistance","urgency":"Urgent"}""",
                $$"""{"subject":"{{subject}}","to":"lt-caritas","need":"Shelter","purpose":"Assistance","urgency":"Normal"}""", "referral", "SELECT count(*) FROM referrals"),
            ("/v1/screenings", $$"""{"subject":"{{screened}}","set":"LT-ADULT-LABOUR","setVersion":1,"ageBand":"From24To26","answers":[]}""",
                $$"""{"subject":"{{screened}}","set":"LT-ADULT-LABOUR","setVersion":1,"ageBand":"From27To29","answers":[]}""", "identification", "SELECT count(*) FROM screenings"),
            ($"/v1/subjects/{screened}/status", """{"status":"Presumed"}""", """{"status":"Suspected"}""", "identification", "SELECT count(*) FROM standings"),
        ];
        foreach (var (path, body, other, service, rows) in creations)
        {
            var key = Guid.CreateVersion7().ToString();
            var before = await net.It.Count(service, rows);
            var answers = await AtOnce([.. Enumerable.Repeat<Func<Task<Answer>>>(() => kopzi.Post(path, body, key), Twins)]);
            Assert.All(answers, answer => Assert.True((int)answer.Status is >= 200 and < 300, $"{path}: {answer.Status} {answer.Body}"));
            var only = Assert.Single(answers.Select(answer => (answer.Status, JsonNode.Parse(answer.Body)!.ToJsonString())).Distinct());
            Assert.Equal(before + 1, await net.It.Count(service, rows));

            var again = await kopzi.Post(path, body, key);
            Assert.Equal(only, (again.Status, JsonNode.Parse(again.Body)!.ToJsonString()));
            var reused = await kopzi.Post(path, other, key);
            Assert.Equal((HttpStatusCode.Conflict, "TLT-NET-0410"), (reused.Status, reused.Code));
            Assert.Equal(before + 1, await net.It.Count(service, rows));
        }

        var shared = Guid.CreateVersion7().ToString();
        var (mine, theirs) = (await kopzi.Post("/v1/subjects", new { ageBand = "Unknown" }, shared), await caritas.Post("/v1/subjects", new { ageBand = "From48" }, shared));
        Assert.NotEqual(mine.Must(HttpStatusCode.Created).Text("subjectRef"), theirs.Must(HttpStatusCode.Created).Text("subjectRef"));
        var differing = await AtOnce([.. Enumerable.Range(0, 8).Select<int, Func<Task<Answer>>>(i => () => kopzi.Post("/v1/subjects", new { ageBand = i % 2 == 0 ? "Under9" : "From48" }, "k-" + shared))]);
        Assert.Equal(4, differing.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(4, differing.Count(answer => answer.Code == "TLT-NET-0410"));
    }

    [Fact]
    public async Task ConsentWithdrawnWhileItIsRead_NothingIsGivenAfterwards()
    {
        var (kopzi, caritas) = (net.It.As("lt-kopzi"), net.It.As("lt-caritas"));
        for (var round = 0; round < 8; round++)
        {
            var subject = await net.It.SubjectWithConsent("lt-caritas");
            (await kopzi.Put($"/v1/subjects/{subject}/dossier/Needs", new { fields = new { shelter = "tonight" } })).Must(HttpStatusCode.NoContent);
            var referral = (await net.It.Refer(subject, "lt-caritas")).Must(HttpStatusCode.Accepted).Text("referralId");
            var consent = (string)(await kopzi.Get($"/v1/subjects/{subject}/consents")).Json[0]!["id"]!;

            var withdrawn = 0L;
            var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var readers = Enumerable.Range(0, 6).Select(async _ =>
            {
                var answers = new List<(long Began, Answer Answer)>();
                for (var after = 0; after < 3;)
                {
                    var began = Stopwatch.GetTimestamp();
                    var answer = await caritas.Get($"/v1/referrals/{referral}/dossier");
                    answers.Add((began, answer));
                    if (answers.Count == 2) read.TrySetResult();
                    if (Volatile.Read(ref withdrawn) != 0) after++;
                }
                return answers;
            }).ToList();
            await read.Task;
            (await kopzi.Post($"/v1/subjects/{subject}/consents/{consent}/withdraw")).Must(HttpStatusCode.OK);
            Volatile.Write(ref withdrawn, Stopwatch.GetTimestamp());

            foreach (var (began, answer) in (await Task.WhenAll(readers)).SelectMany(answers => answers))
                Assert.True(began < withdrawn ? answer.Status is HttpStatusCode.OK or HttpStatusCode.Forbidden : answer is { Status: HttpStatusCode.Forbidden, Code: "TLT-REF-0402" }, answer.Body);
            // The order of commits has the last word: no reading was decided on a consent that had already been taken back.
            Assert.Equal(0, await net.It.Count("referral", """
                SELECT count(*) FROM decisions d JOIN consents c USING (subject) WHERE c.consent = $1 AND d.action = 'read-dossier' AND d.allowed
                AND pg_xact_commit_timestamp(d.xmin) > pg_xact_commit_timestamp(c.xmin)
                """, Guid.Parse(consent)));
        }
    }

    [Fact]
    public async Task ConsentWithdrawnWhileItIsReliedOn_NoReferralComesAfterwards()
    {
        var kopzi = net.It.As("lt-kopzi");
        for (var round = 0; round < 8; round++)
        {
            var subject = await net.It.SubjectWithConsent("lt-caritas");
            var consent = (string)(await kopzi.Get($"/v1/subjects/{subject}/consents")).Json[0]!["id"]!;
            var withdrawn = false;
            var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var senders = Enumerable.Range(0, 8).Select(async _ =>
            {
                var answers = new List<Answer>();
                for (var after = 0; after < 2;)
                {
                    if (Volatile.Read(ref withdrawn)) after++;
                    answers.Add(await net.It.Refer(subject, "lt-caritas"));
                    if (answers.Count == 2) taken.TrySetResult();
                }
                return answers;
            }).ToList();
            await taken.Task;
            (await kopzi.Post($"/v1/subjects/{subject}/consents/{consent}/withdraw")).Must(HttpStatusCode.OK);
            Volatile.Write(ref withdrawn, true);

            var answers = (await Task.WhenAll(senders)).SelectMany(mine => mine).ToList();
            Assert.All(answers, answer => Assert.True(answer.Status == HttpStatusCode.Accepted || answer is { Status: HttpStatusCode.Forbidden, Code: "TLT-REF-0402" }, answer.Body));
            Assert.Contains(answers, answer => answer.Status == HttpStatusCode.Forbidden);
            Assert.Equal(0, await net.It.Count("referral", """
                SELECT count(*) FROM referrals r JOIN consents c USING (subject) WHERE c.consent = $1
                AND (r.submitted_at > c.withdrawn_at OR pg_xact_commit_timestamp(r.xmin) > pg_xact_commit_timestamp(c.xmin))
                """, Guid.Parse(consent)));
            // Whatever was taken is named by the withdrawal, so that its recipient hears of it.
            var ids = answers.Where(answer => answer.Status == HttpStatusCode.Accepted).Select(answer => Guid.Parse(answer.Text("referralId"))).ToArray();
            await Eventually.True("every referral of the consent on the recipient's feed", async () => await net.It.Count("notification",
                "SELECT count(*) FROM notices WHERE kind = 'ConsentWithdrawn' AND reference = $1 AND referral = ANY ($2) AND NOT covered", Guid.Parse(consent), ids) == ids.Length);
        }
    }

    [Fact]
    public async Task TwoConsentsWithdrawnAtOnce_NeitherCoversForTheOther()
    {
        var kopzi = net.It.As("lt-kopzi");
        for (var round = 0; round < Rounds; round++)
        {
            var subject = await net.It.SubjectWithConsent("lt-caritas");
            await net.It.Consent(subject, "lt-caritas");
            var referral = (await net.It.Refer(subject, "lt-caritas")).Must(HttpStatusCode.Accepted).Text("referralId");
            var consents = (await kopzi.Get($"/v1/subjects/{subject}/consents")).Json.AsArray().Select(consent => (string)consent!["id"]!).ToArray();
            var answers = await AtOnce([.. consents.Select<string, Func<Task<Answer>>>(consent => () => kopzi.Post($"/v1/subjects/{subject}/consents/{consent}/withdraw"))]);
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
            await Eventually.True("one withdrawal leaves it covered, the other does not", async () => (await net.It.Query("notification",
                "SELECT covered FROM notices WHERE kind = 'ConsentWithdrawn' AND referral = $1", Guid.Parse(referral))).Select(row => (bool)row[0]!).Order().SequenceEqual([false, true]));
        }
    }

    private static async Task<Answer[]> AtOnce(params Func<Task<Answer>>[] calls)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = calls.Select(async call =>
        {
            await gate.Task;
            return await call();
        }).ToList();
        gate.SetResult();
        return await Task.WhenAll(running);
    }

    /// <summary>Which histories these moves can make, written down apart from the code under test.</summary>
    private static bool IsLegal(string[] moves) => string.Join(',', moves) is
        "accept" or "acknowledge" or "acknowledge,accept" or "decline" or "acknowledge,decline" or "withdraw" or "acknowledge,withdraw" or "accept,withdraw" or "acknowledge,accept,withdraw";

    private static string Told(string move) => move switch
    {
        "accept" => "ReferralAccepted",
        "acknowledge" => "ReferralAcknowledged",
        "decline" => "ReferralDeclined",
        "withdraw" => "ReferralWithdrawn",
        _ => throw new ArgumentOutOfRangeException(nameof(move)),
    };
}
