using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;
using Tiltas.Referral.Routing;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Subjects;

/// <summary>Opens a pseudonym for a person. Needs no name, document or address.</summary>
internal static class OpenSubject
{
    internal sealed record Request
    {
        public AgeBand AgeBand { get; init; }
        public string? Municipality { get; init; }
    }

    internal sealed record Answer(SubjectRef SubjectRef);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/subjects",
        async (Request request, Caller caller, IdempotencyKey key, ReferralStore db, TimeProvider time, CancellationToken stop) =>
            (await Handle(request, caller, key, db, time, stop)).ToHttp(answer => Results.Created($"/v1/subjects/{answer.SubjectRef}", answer)));

    internal static async Task<Result<Answer>> Handle(Request request, Caller caller, IdempotencyKey key, ReferralStore db, TimeProvider time, CancellationToken stop)
    {
        if (request.Municipality is { } code && !IsPlaceCode(code))
            return new Error.Invalid(SubjectErrors.Place, "A municipality is named by its ISO 3166-2 code, for example LT-57.", "$.municipality");

        return await Once.Do<Answer>(db, time, caller.Agency, key, "open-subject", request, async () =>
        {
            if (await Knowledge.StandingRefuses(db, caller.Agency, stop) is { } inactive) return inactive;
            var now = time.GetUtcNow();
            var subject = new Subject
            {
                Ref = new SubjectRef(Guid.CreateVersion7(now)), Owner = caller.Agency, AgeBand = request.AgeBand, Municipality = request.Municipality, OpenedAt = now,
            };
            db.Add(subject);
            db.Publish(new SubjectOpened { Subject = subject.Ref, Owner = subject.Owner, At = now }, time);
            return new Answer(subject.Ref);
        }, stop);
    }

    private static bool IsPlaceCode(string code) =>
        code is { Length: >= 4 and <= 6 } && code[2] == '-' && code.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '-');
}
