using System.Net;
using Grpc.Core;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Identification.V1;
using Tiltas.Protos.Referral.V1;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>A reflection period, decided on through either door, protects from a return at both.</summary>
public sealed class ReflectionTests(Net net)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Return_DuringAReflectionPeriod_IsRefused_UnlessOverridden_AndEachIsKept()
    {
        var (kopzi, police) = (net.It.As("lt-kopzi"), net.It.As("lt-police"));
        using var hotline = new RpcAgency(net.It, "lt-kopzi");
        using var inspector = new RpcAgency(net.It, "lt-police");
        var subject = await Presumed(kopzi);
        var before = (await Return(kopzi, subject)).Must(HttpStatusCode.Accepted).Text("referralId");

        var started = (await inspector.Identification.StartReflectionPeriodAsync(new() { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject }, cancellationToken: Cancelled)).ReflectionPeriod;
        Assert.Equal((ReflectionState.Running, 1, 30), (started.State, started.Version, started.DaysLeft));
        await Known(subject, 1);
        var byHttp = await Return(kopzi, subject);
        var byRpc = await Refusal.Of(hotline.Referrals.SubmitReferralAsync(Wanted(subject)));
        Assert.Equal((HttpStatusCode.Forbidden, "TLT-REF-0322"), (byHttp.Status, byHttp.Code));
        Assert.Equal((StatusCode.PermissionDenied, "TLT-REF-0322", "return:not-during-reflection"), (byRpc.Status, byRpc.Code, byRpc.Rule));

        // What was submitted before goes no further either.
        var iom = net.It.As("lt-iom");
        Assert.Equal("TLT-REF-0322", (await iom.Post($"/v1/referrals/{before}/accept")).Code);

        (await police.Post($"/v1/subjects/{subject}/reflection-period/pause", new { reason = "HospitalCare" })).Must(HttpStatusCode.OK);
        await Known(subject, 2);
        Assert.Equal("TLT-REF-0322", (await Return(kopzi, subject)).Code);
        var asked = (await Return(kopzi, subject, "PersonAsks")).Must(HttpStatusCode.Accepted).Text("referralId");
        (await iom.Post($"/v1/referrals/{asked}/accept")).Must(HttpStatusCode.OK);
        var overriding = Wanted(subject);
        overriding.ReturnOverride = ReturnOverride.CourtOrder;
        await hotline.Referrals.SubmitReferralAsync(overriding, cancellationToken: Cancelled);

        (await police.Post($"/v1/subjects/{subject}/reflection-period/resume", new { })).Must(HttpStatusCode.OK);
        await inspector.Identification.ExtendReflectionPeriodAsync(
            new() { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, Days = 5, Reason = ExtensionReason.DecisionPending }, cancellationToken: Cancelled);
        await inspector.Identification.EndReflectionPeriodAsync(new() { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, Reason = ReflectionEnd.PersonDecided }, cancellationToken: Cancelled);
        await Known(subject, 5);
        (await Return(kopzi, subject)).Must(HttpStatusCode.Accepted);

        var kept = await net.It.Query("referral", "SELECT allowed, rule FROM decisions WHERE subject = $1 AND rule LIKE 'return%' ORDER BY at", Guid.Parse(subject));
        Assert.Equal(
            ["False return:not-during-reflection", "False return:not-during-reflection", "False return:not-during-reflection", "False return:not-during-reflection", "True return-override:PersonAsks", "True return-override:CourtOrder"],
            kept.Select(row => $"{row[0]} {row[1]}"));
    }

    [Fact]
    public async Task Period_OverBothDoors_IsTheSame()
    {
        var kopzi = net.It.As("lt-kopzi");
        using var inspector = new RpcAgency(net.It, "lt-police");
        using var hotline = new RpcAgency(net.It, "lt-kopzi");
        var subject = await Presumed(kopzi);
        await inspector.Identification.StartReflectionPeriodAsync(new() { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject }, cancellationToken: Cancelled);
        await inspector.Identification.PauseReflectionPeriodAsync(new() { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, Reason = PauseReason.Missing }, cancellationToken: Cancelled);
        var resumed = await inspector.Identification.ResumeReflectionPeriodAsync(new() { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject }, cancellationToken: Cancelled);

        var told = await hotline.Identification.GetReflectionPeriodAsync(new() { SubjectRef = subject }, cancellationToken: Cancelled);
        var read = (await kopzi.Get($"/v1/subjects/{subject}/reflection-period")).Must(HttpStatusCode.OK).Json;
        Assert.Equal(resumed.ReflectionPeriod, told.ReflectionPeriod);
        Assert.Equal(
            ((string)read["state"]!, (int)read["version"]!, (string)read["startedOn"]!, (string)read["lastDay"]!, (int)read["daysLeft"]!, (int)read["days"]!, (string)read["rules"]!["source"]!["title"]!),
            (told.ReflectionPeriod.State.ToString(), told.ReflectionPeriod.Version, told.ReflectionPeriod.StartedOn, told.ReflectionPeriod.LastDay, told.ReflectionPeriod.DaysLeft, told.Days, told.Source.Title));
        Assert.Equal(read["history"]!.AsArray().Select(step => $"{step!["version"]} {step["state"]} {step["reason"]} {step["by"]}"), told.History.Select(step => $"{step.Version} {step.State} {step.Reason} {step.AgencyId}"));

        var refused = await Refusal.Of(hotline.Identification.EndReflectionPeriodAsync(new() { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, Reason = ReflectionEnd.PersonDecided }));
        Assert.Equal((StatusCode.PermissionDenied, "TLT-IDN-0072"), (refused.Status, refused.Code));
        var none = await Refusal.Of(inspector.Identification.ExtendReflectionPeriodAsync(new() { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, Reason = ExtensionReason.DecisionPending }));
        Assert.Equal((StatusCode.InvalidArgument, "TLT-IDN-0070", "days"), (none.Status, none.Code, none.Field));
        var unsaid = await Refusal.Of(inspector.Identification.PauseReflectionPeriodAsync(new() { IdempotencyKey = RpcAgency.Key(), SubjectRef = subject }));
        Assert.Equal((StatusCode.InvalidArgument, "reason"), (unsaid.Status, unsaid.Field));
    }

    /// <summary>A subject of the hotline's, with the police as a party to it.</summary>
    private static async Task<string> Presumed(Agency kopzi)
    {
        var subject = (await kopzi.Post("/v1/subjects", new { ageBand = "From24To26" })).Must(HttpStatusCode.Created).Text("subjectRef");
        (await kopzi.Post($"/v1/subjects/{subject}/consents", new
        {
            purposes = new[] { "Return", "Protection" }, dataClasses = new[] { "Identity", "SafeContact" }, recipients = new[] { "lt-iom", "lt-police" }, form = "Oral", language = "lt",
        })).Must(HttpStatusCode.Created);
        (await kopzi.Post("/v1/referrals", new { subject, to = "lt-police", need = "CriminalInvestigation", purpose = "Protection", urgency = "Urgent" })).Must(HttpStatusCode.Accepted);
        (await kopzi.Post($"/v1/subjects/{subject}/status", new { status = "Presumed" })).Must(HttpStatusCode.OK);
        return subject;
    }

    private static Task<Answer> Return(Agency kopzi, string subject, string? because = null) =>
        kopzi.Post("/v1/referrals", new { subject, to = "lt-iom", need = "SafeReturn", purpose = "Return", urgency = "Normal", returnOverride = because });

    private static SubmitReferralRequest Wanted(string subject) => new()
    {
        IdempotencyKey = RpcAgency.Key(), SubjectRef = subject, ToAgencyId = "lt-iom", Need = Need.SafeReturn, Purpose = Purpose.Return, Urgency = Urgency.Normal,
    };

    private Task Known(string subject, int version) => Eventually.True($"version {version} of the period at the referral service", async () =>
        await net.It.Count("referral", "SELECT count(*) FROM reflections WHERE subject = $1 AND version >= $2", Guid.Parse(subject), version) > 0);
}
