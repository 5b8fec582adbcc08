using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Health;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;
using Tiltas.Referral.Consents;
using Tiltas.Referral.Dossiers;
using Tiltas.Referral.Returns;
using Tiltas.Referral.Routing;

namespace Tiltas.Referral.Referrals;

/// <summary>
/// Takes a referral in: checks subject, consent and memorandum, and commits referral, idempotency key, decision and message
/// together. Concurrent submissions share a commit. Calls no other service.
/// </summary>
internal sealed class SubmitReferral : IAsyncDisposable
{
    internal sealed record Request
    {
        public required SubjectRef Subject { get; init; }
        public required AgencyId To { get; init; }
        public required Need Need { get; init; }
        public required Purpose Purpose { get; init; }
        public required Urgency Urgency { get; init; }

        /// <summary>Why somebody is referred to a return during a reflection period; without effect on all others.</summary>
        public ReturnOverride? ReturnOverride { get; init; }
    }

    internal sealed record Answer(ReferralId ReferralId, DateTimeOffset AcknowledgeBy, DateTimeOffset DecideBy, DateTimeOffset CompleteBy);

    internal sealed record Command(Request Request, Caller Caller, string Key, byte[] Hash, string? TraceParent);

    private readonly GroupCommit<Command, Result<Answer>> _group;
    private readonly ClockRules _clocks;
    private readonly CountryCalendar _calendar;
    private readonly TimeProvider _time;

    public SubmitReferral(Npgsql.NpgsqlDataSource store, OutboxBell bell, ClockRules clocks, CountryCalendar calendar, TimeProvider time, Heartbeat heartbeat, ILogger<SubmitReferral> logger)
    {
        (_clocks, _calendar, _time) = (clocks, calendar, time);
        _group = new("submit-referral", store, bell, time, new GroupOptions { Heartbeat = heartbeat }, logger, Handle);
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/referrals",
        async (Request request, Caller caller, IdempotencyKey key, SubmitReferral submit) =>
            (await submit.Run(request, caller, key)).ToHttp(answer => Results.Accepted($"/v1/referrals/{answer.ReferralId}", answer)));

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    internal async Task<Result<Answer>> Run(Request request, Caller caller, IdempotencyKey key) => request.To == caller.Agency
        ? ReferralErrors.ToOneself
        : await _group.Run(new Command(request, caller, key.Value, Once.Hash("submit-referral", request), System.Diagnostics.Activity.Current?.Id));

    private async Task<IReadOnlyList<Result<Answer>>> Handle(IReadOnlyList<Command> commands, GroupScope scope, CancellationToken stop)
    {
        var loaded = await SubmitStatements.Load(commands, scope.Connection, stop);
        var now = _time.GetUtcNow();
        var today = _calendar.Today();
        var answers = new Result<Answer>[commands.Count];
        var accepted = new List<(int Index, Referral Referral)>(commands.Count);
        var decisions = new List<Decision>(commands.Count);

        for (var i = 0; i < commands.Count; i++)
        {
            var command = commands[i];
            if (loaded.Answered(command) is { } before)
            {
                answers[i] = before;
                continue;
            }
            var decided = Decide(command, loaded, now, today);
            if (decided.Error is Error.Forbidden forbidden) decisions.Add(Decision.On(command.Caller, "submit", command.Request.Subject, null, false, forbidden.Rule, now));
            if (decided.Error is { } error) answers[i] = error;
            else accepted.Add((i, decided.Value));
        }

        var claimed = await SubmitStatements.Claim(accepted.ConvertAll(a => (commands[a.Index], a.Referral, AnswerOf(a.Referral))), now, scope.Connection, stop);
        foreach (var (index, referral) in accepted)
        {
            answers[index] = claimed.AnswerFor(commands[index], referral.Id);
            if (!claimed.IsNew(referral.Id)) continue;
            decisions.Add(Decision.On(commands[index].Caller, "submit", referral.Subject, referral.Id, true, RuleOf(commands[index].Request), now));
            scope.Publish(Message(referral, loaded, now, today), commands[index].TraceParent);
        }
        await SubmitStatements.Insert(accepted.Where(a => claimed.IsNew(a.Referral.Id)).Select(a => (a.Referral, commands[a.Index].Request.ReturnOverride)).ToList(), decisions, now, scope.Connection, stop);
        return answers;
    }

    private Result<Referral> Decide(Command command, SubmitStatements.Loaded loaded, DateTimeOffset now, DateOnly today)
    {
        var (request, from) = (command.Request, command.Caller.Agency);
        if (!loaded.IsOwner(request.Subject, from)) return Subjects.SubjectErrors.NotFound;
        if (loaded.Agency(request.To) is null) return ReferralErrors.UnknownRecipient;
        var facts = new Facts(loaded.Agency(from), loaded.Agency(request.To), loaded.Consents(request.Subject), loaded.Memoranda, today, today);
        if (Permission.ToRefer(from, request.To, request.Purpose, request.Need, facts) is { } refused) return refused;
        if (request.ReturnOverride is null && ReturnRule.Protects(request.Need, request.Purpose, loaded.Reflection(request.Subject), today)) return ReturnRule.DuringReflection;

        return Referral.Submit(new ReferralId(Guid.CreateVersion7(now)), request.Subject, from, request.To, request.Need, request.Purpose, request.Urgency,
            _clocks.For(request.Urgency, now));
    }

    // Who overrides a protection answers for it, whether or not word of the protection has come here yet.
    private static string RuleOf(Request request) =>
        request.ReturnOverride is { } reason && ReturnRule.IsReturn(request.Need, request.Purpose) ? $"return-override:{reason}" : "consent-and-memorandum";

    private static Answer AnswerOf(Referral referral) =>
        new(referral.Id, referral.Deadlines.AcknowledgeBy, referral.Deadlines.DecideBy, referral.Deadlines.CompleteBy);

    private static ReferralSubmitted Message(Referral referral, SubmitStatements.Loaded loaded, DateTimeOffset now, DateOnly today)
    {
        var (_, until, classes) = Coverage.Of(loaded.Consents(referral.Subject), referral.To, loaded.Agency(referral.To)!.Type, referral.Purpose, today);
        return new ReferralSubmitted
        {
            Referral = referral.Id, Version = referral.Version, Subject = referral.Subject, From = referral.From, To = referral.To, Need = referral.Need,
            Purpose = referral.Purpose, Urgency = referral.Urgency, AcknowledgeBy = referral.Deadlines.AcknowledgeBy, DecideBy = referral.Deadlines.DecideBy, At = now,
            CoveredUntil = until, Classes = classes,
        };
    }
}
