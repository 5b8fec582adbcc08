using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;
using Tiltas.Referral.Referrals;
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

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/subjects/{subject}/consents",
        async (SubjectRef subject, Request request, Caller caller, IdempotencyKey key, ReferralStore db, CountryCalendar calendar, TimeProvider time, CancellationToken stop) =>
            (await Handle(subject, request, caller, key, db, calendar, time, stop))
                .ToHttp(answer => Results.Created($"/v1/subjects/{subject}/consents/{answer.ConsentId}", answer)));

    private static async Task<Result<Answer>> Handle(
        SubjectRef subject, Request request, Caller caller, IdempotencyKey key, ReferralStore db, CountryCalendar calendar, TimeProvider time, CancellationToken stop)
    {
        var today = calendar.Today();
        if (Check(request, today) is { } wrong) return wrong;

        var own = await Subject.Own(db, subject, caller.Agency, stop);
        if (own.Error is { } error) return error;

        return await Once.Do<Answer>(db, time, caller.Agency, key, "record-consent", (subject, request).ToTuple(), async () =>
        {
            var known = await db.Agencies.CountAsync(a => request.Recipients.Contains(a.Agency), stop);
            if (known != request.Recipients.Distinct().Count()) return ConsentErrors.UnknownRecipient;

            var now = time.GetUtcNow();
            var consent = new Consent
            {
                Id = new ConsentId(Guid.CreateVersion7(now)), Subject = subject, RecordedBy = caller.Agency,
                Purposes = request.Purposes, DataClasses = request.DataClasses, Recipients = request.Recipients, RecipientTypes = request.RecipientTypes,
                Form = request.Form, Language = request.Language, Interpreter = request.Interpreter,
                GivenOn = request.GivenOn ?? today, ExpiresOn = request.ExpiresOn, RecordedAt = now,
            };
            db.Add(consent);
            return new Answer(consent.Id);
        }, stop);
    }

    private static Error? Check(Request request, DateOnly today)
    {
        if (request.Purposes.Length == 0) return ConsentErrors.Empty("$.purposes");
        if (request.DataClasses.Length == 0) return ConsentErrors.Empty("$.dataClasses");
        if (request.Recipients.Length + request.RecipientTypes.Length == 0) return ConsentErrors.NoRecipient;
        if (request.Language is not [>= 'a' and <= 'z', >= 'a' and <= 'z']) return ConsentErrors.Language;
        if (request.GivenOn > today) return ConsentErrors.Dates("$.givenOn");
        if (request.ExpiresOn < (request.GivenOn ?? today)) return ConsentErrors.Dates("$.expiresOn");
        return null;
    }
}
