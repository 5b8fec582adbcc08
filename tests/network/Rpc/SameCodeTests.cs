using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf.Collections;
using Grpc.Core;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Identification.V1;
using Tiltas.Protos.Referral.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>The same use case, asked at both doors of two twins in the same state, gets the same answer. The seed is printed.</summary>
public sealed class SameCodeTests(Net net, ITestOutputHelper output)
{
    private static readonly string[] Agencies = ["lt-kopzi", "lt-caritas", "lt-vilnius-caritas", "lt-missing", "lt-police", "lt-iom", "lt-nobody"];

    [Fact]
    public async Task Referral_Refused_SaysTheRuleOnBothDoors()
    {
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        var subject = await kopzi.SubjectWithConsent("lt-caritas", "lt-vilnius-caritas");
        var byHttp = await net.It.Refer(subject, "lt-vilnius-caritas");
        var byRpc = await Refusal.Of(kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(subject, "lt-vilnius-caritas")));
        Assert.Equal((StatusCode.PermissionDenied, "TLT-REF-0406", "memorandum:lt-mou-kopzi-vilnius-caritas-2020"), (byRpc.Status, byRpc.Code, byRpc.Rule));
        Assert.NotEmpty(byRpc.Missing);
        Same("a referral without a memorandum", byHttp, byRpc);
    }

    [Fact]
    public async Task Referrals_OfEveryKind_AreJudgedAlike()
    {
        var random = Seeded();
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        using var caritas = new RpcAgency(net.It, "lt-caritas");
        var http = net.It.As("lt-kopzi");
        string[] subjects =
        [
            await kopzi.SubjectWithConsent("lt-caritas", "lt-vilnius-caritas", "lt-iom"), await kopzi.SubjectWithConsent("lt-police"),
            (await caritas.Referrals.OpenSubjectAsync(new OpenSubjectRequest { IdempotencyKey = RpcAgency.Key() })).SubjectRef, Guid.CreateVersion7().ToString(),
        ];
        var codes = new HashSet<string>();
        for (var i = 0; i < 80; i++)
        {
            var (subject, to) = (i % 3 == 0 ? subjects[0] : Any(random, subjects), i % 3 == 0 ? "lt-caritas" : Any(random, Agencies));
            var (need, purpose, urgency) = (AnyCode<Need>(random), i % 2 == 0 ? Purpose.Assistance : AnyCode<Purpose>(random), AnyCode<Urgency>(random));
            var byHttp = await http.Post("/v1/referrals", new { subject, to, need = need.ToString(), purpose = purpose.ToString(), urgency = urgency.ToString() });
            var byRpc = await Refusal.OrNone(kopzi.Referrals.SubmitReferralAsync(new SubmitReferralRequest
            {
                IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, ToAgencyId = to, Need = need, Purpose = purpose, Urgency = urgency,
            }));
            Same($"{to} {need} {purpose} {urgency}", byHttp, byRpc);
            codes.Add(byHttp.Code ?? "");
        }
        Assert.True(codes.Count >= 5, string.Join(' ', codes));
    }

    [Fact]
    public async Task Moves_InAnyOrderByAnybody_AreJudgedAlike()
    {
        var random = Seeded();
        string[] names = ["lt-kopzi", "lt-caritas", "lt-iom"];
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        using var caritas = new RpcAgency(net.It, "lt-caritas");
        using var iom = new RpcAgency(net.It, "lt-iom");
        RpcAgency[] agencies = [kopzi, caritas, iom];
        var codes = new HashSet<string>();
        for (var round = 0; round < 8; round++)
        {
            var twins = new string[2];
            for (var i = 0; i < 2; i++) twins[i] = (await kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(await kopzi.SubjectWithConsent("lt-caritas")))).ReferralId;
            for (var step = 0; step < 8; step++)
            {
                // The recipient moves more often than the others, so that some come to the end.
                var who = random.Next(6) switch { 0 => 0, 1 => 2, _ => 1 };
                var move = Any(random, ["acknowledge", "accept", "accept", "start", "start", "complete", "decline", "withdraw", "dossier", ""]);
                var byRpc = await MoveByRpc(agencies[who].Referrals, move, twins[1]);
                var path = $"/v1/referrals/{twins[0]}{(move.Length > 0 ? "/" : "")}{move}";
                var byHttp = move is "" or "dossier" ? await net.It.As(names[who]).Get(path) : await net.It.As(names[who]).Post(path, move switch
                {
                    "complete" => new { outcome = "ReferredOn" }, "decline" => new { code = "OutOfArea" }, "withdraw" => new { reason = "NeedMet" }, _ => null,
                });
                Same($"{names[who]}: {move}", byHttp, byRpc);
                codes.Add(byHttp.Code ?? "");
            }
        }
        Assert.True(codes.Count >= 4, string.Join(' ', codes));
    }

    [Fact]
    public async Task Statuses_InAnyOrderByAnybody_AreJudgedAlike()
    {
        var random = Seeded();
        string[] names = ["lt-kopzi", "lt-caritas", "lt-police"];
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        using var caritas = new RpcAgency(net.It, "lt-caritas");
        using var police = new RpcAgency(net.It, "lt-police");
        RpcAgency[] agencies = [kopzi, caritas, police];
        var codes = new HashSet<string>();
        for (var round = 0; round < 6; round++)
        {
            var owner = random.Next(3);
            var twins = new string[2];
            for (var i = 0; i < 2; i++) twins[i] = (await agencies[owner].Referrals.OpenSubjectAsync(new OpenSubjectRequest { IdempotencyKey = RpcAgency.Key() })).SubjectRef;
            for (var step = 0; step < 8; step++)
            {
                var who = random.Next(4) is var any && any < 3 ? any : owner;
                var request = new ChangeStatusRequest { IdempotencyKey = RpcAgency.Key(), SubjectRef = twins[1], Status = AnyCode<VictimStatus>(random) };
                if (random.Next(2) == 0) request.DecisionReference = "7-" + step.ToString(CultureInfo.InvariantCulture);
                if (random.Next(2) == 0) request.DecidedOn = Any(random, ["2026-01-15", "2026-03-31", "2999-01-01"]);
                if (random.Next(3) == 0) request.Reason = AnyCode<EndReason>(random);
                if (random.Next(3) == 0) request.AgeBand = AnyCode<AgeBand>(random);
                var body = new JsonObject { ["status"] = request.Status.ToString() };
                if (request.DecisionReference.Length > 0) body["decisionReference"] = request.DecisionReference;
                if (request.DecidedOn.Length > 0) body["decidedOn"] = request.DecidedOn;
                if (request.Reason != EndReason.Unspecified) body["reason"] = request.Reason.ToString();
                if (request.AgeBand != AgeBand.Unspecified) body["ageBand"] = request.AgeBand.ToString();

                // At once: who is not known to the subject is answered only after a while, in case word of it is still on its way.
                var byRpc = Refusal.OrNone(agencies[who].Identification.ChangeStatusAsync(request));
                var byHttp = await net.It.As(names[who]).Post($"/v1/subjects/{twins[0]}/status", body.ToJsonString());
                Same($"{names[who]}: {body.ToJsonString()}", byHttp, await byRpc);
                codes.Add(byHttp.Code ?? "");
            }
        }
        Assert.True(codes.Count >= 4, string.Join(' ', codes));
    }

    [Fact]
    public async Task Consents_OfEveryKind_AreJudgedAlike()
    {
        var random = Seeded();
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        var subject = await kopzi.SubjectWithConsent("lt-caritas");
        var codes = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            var request = new GiveConsentRequest
            {
                IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, Form = AnyCode<ConsentForm>(random), Language = Any(random, ["lt", "ru", "", "xx", "Lithuanian"]), Interpreter = random.Next(2) == 0,
                GivenOn = Any(random, ["", "", "2026-02-01", "2999-01-01"]), ExpiresOn = Any(random, ["", "", "2030-01-01", "2020-01-01"]),
            };
            Fill(random, request.Purposes);
            Fill(random, request.DataClasses);
            if (random.Next(3) > 0) request.Recipients.Add(Any(random, Agencies));
            if (random.Next(3) == 0) Fill(random, request.RecipientTypes);
            var body = new JsonObject
            {
                ["purposes"] = Names(request.Purposes), ["dataClasses"] = Names(request.DataClasses), ["recipients"] = Names(request.Recipients),
                ["recipientTypes"] = Names(request.RecipientTypes), ["form"] = request.Form.ToString(), ["language"] = request.Language, ["interpreter"] = request.Interpreter,
            };
            if (request.GivenOn.Length > 0) body["givenOn"] = request.GivenOn;
            if (request.ExpiresOn.Length > 0) body["expiresOn"] = request.ExpiresOn;
            var byHttp = await net.It.As("lt-kopzi").Post($"/v1/subjects/{subject}/consents", body.ToJsonString());
            Same(body.ToJsonString(), byHttp, await Refusal.OrNone(kopzi.Referrals.GiveConsentAsync(request)));
            codes.Add(byHttp.Code ?? "");
        }
        Assert.True(codes.Count >= 3, string.Join(' ', codes));
    }

    private static Task<Refusal?> MoveByRpc(Referrals.ReferralsClient referrals, string move, string id) => move switch
    {
        "acknowledge" => Refusal.OrNone(referrals.AcknowledgeReferralAsync(new AcknowledgeReferralRequest { ReferralId = id })),
        "accept" => Refusal.OrNone(referrals.AcceptReferralAsync(new AcceptReferralRequest { ReferralId = id })),
        "start" => Refusal.OrNone(referrals.StartServiceAsync(new StartServiceRequest { ReferralId = id })),
        "complete" => Refusal.OrNone(referrals.CompleteReferralAsync(new CompleteReferralRequest { ReferralId = id, Outcome = Outcome.ReferredOn })),
        "decline" => Refusal.OrNone(referrals.DeclineReferralAsync(new DeclineReferralRequest { ReferralId = id, Code = DeclineCode.OutOfArea })),
        "withdraw" => Refusal.OrNone(referrals.WithdrawReferralAsync(new WithdrawReferralRequest { ReferralId = id, Reason = WithdrawReason.NeedMet })),
        "dossier" => Refusal.OrNone(referrals.ReadDossierAsync(new ReadDossierRequest { ReferralId = id })),
        _ => Refusal.OrNone(referrals.GetReferralAsync(new GetReferralRequest { ReferralId = id })),
    };

    internal static void Same(string what, Answer byHttp, Refusal? byRpc)
    {
        if (byHttp.Code is null)
        {
            Assert.True(byRpc is null, $"{what}: HTTP {(int)byHttp.Status}, gRPC {byRpc}");
            return;
        }
        var status = (int)byHttp.Status switch
        {
            400 => StatusCode.InvalidArgument, 403 => StatusCode.PermissionDenied, 404 => StatusCode.NotFound,
            409 => byHttp.Code == "TLT-NET-0409" ? StatusCode.Aborted : StatusCode.FailedPrecondition, _ => StatusCode.Internal,
        };
        var missing = string.Join(", ", (byHttp.Json["missing"]?.AsArray() ?? []).Select(one => (string)one!));
        var expected = (status, byHttp.Code, (string?)byHttp.Json["rule"] ?? "", missing, (string?)byHttp.Json["detail"]);
        Assert.True(byRpc is not null && expected == (byRpc.Status, byRpc.Code, byRpc.Rule, byRpc.Missing, byRpc.Sentence), $"{what}: {expected} was expected, {byRpc} came");
    }

    private Random Seeded()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    private static T Any<T>(Random random, T[] among) => among[random.Next(among.Length)];

    private static T AnyCode<T>(Random random) where T : struct, Enum => Any(random, Enum.GetValues<T>()[1..]);

    private static void Fill<T>(Random random, RepeatedField<T> field) where T : struct, Enum
    {
        for (var i = random.Next(4); i > 0; i--) field.Add(AnyCode<T>(random));
    }

    private static JsonArray Names<T>(IEnumerable<T> codes) => [.. codes.Select(code => (JsonNode)code!.ToString()!)];
}
