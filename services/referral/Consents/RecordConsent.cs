using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;
using Tiltas.Referral.Referrals;
using Tiltas.Referral.Routing;
using Tiltas.Referral.Storage;
using Tiltas.Referral.Subjects;

namespace Tiltas.Referral.Consents;

/// <summary>Records what the person agreed to, in which form and language.</summary>
internal static class RecordConsent
{
    internal sealed record Request
    {
        public required Purpose[] Purposes { get; init; }
        public required DataClass[] DataClasses { get; init; }
        public AgencyId[] Recipients { get; init; } = [];
        public AgencyType[] RecipientTypes { get; init; } = [];
        public required ConsentForm Form { get; init; }
        public required string Language { get; init; }
        public bool Interpreter { get; init; }
        public DateOnly? GivenOn { get; init; }
        public DateOnly? ExpiresOn { get; init; }
    }

    internal sealed record Answer(ConsentId ConsentId);

    private const int Longest = 64;

    // A day before there was any protocol against trafficking is a slip of the pen.
    private static readonly DateOnly Earliest = new(2000, 1, 1);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/subjects/{subject}/consents",
        async (SubjectRef subject, Request request, Caller caller, IdempotencyKey key, ReferralStore db, CountryCalendar calendar, TimeProvider time, CancellationToken stop) =>
            (await Handle(subject, request, caller, key, db, calendar, time, stop))
                .ToHttp(answer => Results.Created($"/v1/subjects/{subject}/consents/{answer.ConsentId}", answer)));

    internal static async Task<Result<Answer>> Handle(
        SubjectRef subject, Request request, Caller caller, IdempotencyKey key, ReferralStore db, CountryCalendar calendar, TimeProvider time, CancellationToken stop)
    {
        var today = calendar.Today();
        if (Check(request, today) is { } wrong) return wrong;

        var own = await Subject.Own(db, subject, caller.Agency, stop);
        if (own.Error is { } error) return error;

        return await Once.Do<Answer>(db, time, caller.Agency, key, "record-consent", (subject, request).ToTuple(), async () =>
        {
            if (await Knowledge.StandingRefuses(db, caller.Agency, stop) is { } inactive) return inactive;
            var known = await db.Agencies.CountAsync(a => request.Recipients.Contains(a.Agency), stop);
            if (known != request.Recipients.Distinct().Count()) return ConsentErrors.UnknownRecipient;

            var now = time.GetUtcNow();
            var consent = new Consent
            {
                Id = new ConsentId(Guid.CreateVersion7(now)), Subject = subject, RecordedBy = caller.Agency,
                Purposes = [.. request.Purposes.Distinct()], DataClasses = [.. request.DataClasses.Distinct()],
                Recipients = [.. request.Recipients.Distinct()], RecipientTypes = [.. request.RecipientTypes.Distinct()],
                Form = request.Form, Language = request.Language, Interpreter = request.Interpreter,
                GivenOn = request.GivenOn ?? today, ExpiresOn = request.ExpiresOn, RecordedAt = now,
            };
            db.Add(consent);
            return new Answer(consent.Id);
        }, stop);
    }

    private static Error? Check(Request request, DateOnly today)
    {
        if (TooLong(request) is { } list) return ConsentErrors.TooMany(list);
        if (request.Purposes.Length == 0) return ConsentErrors.Empty("$.purposes");
        if (request.DataClasses.Length == 0) return ConsentErrors.Empty("$.dataClasses");
        if (request.Recipients.Length + request.RecipientTypes.Length == 0) return ConsentErrors.NoRecipient;
        if (!Languages.Contains(request.Language)) return ConsentErrors.Language;
        if (request.GivenOn > today || request.GivenOn < Earliest) return ConsentErrors.Dates("$.givenOn");
        if (request.ExpiresOn < today) return ConsentErrors.Dates("$.expiresOn");
        return null;
    }

    private static string? TooLong(Request request) =>
        request.Purposes.Length > Longest ? "$.purposes"
        : request.DataClasses.Length > Longest ? "$.dataClasses"
        : request.Recipients.Length > Longest ? "$.recipients"
        : request.RecipientTypes.Length > Longest ? "$.recipientTypes"
        : null;
}
