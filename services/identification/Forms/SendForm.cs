using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Identification.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Forms;

/// <summary>POST /v1/forms/{id}/send: who filled a form in sends it under an open referral of the same person, once for each referral.</summary>
public sealed class SendForm(IdentificationStore db, FormSchemas schemas, Door door, Disclosures disclosures, Arrivals arrivals, TimeProvider time)
{
    public sealed record Request
    {
        public required ReferralId Referral { get; init; }
    }

    public sealed record Sent
    {
        public required FormId FormId { get; init; }
        public required ReferralId Referral { get; init; }
        public required AgencyId To { get; init; }
        public required string ContentHash { get; init; }
        public required DateTimeOffset SentAt { get; init; }
    }

    /// <summary>What a repeated request must say again: the path names the form, the body does not.</summary>
    private sealed record Asked(FormId Form, Request Request);

    public Task<Result<Sent>> Handle(Caller caller, FormId form, IdempotencyKey key, Request request, CancellationToken stop) => Versioned.Write(
        db, "form_sendings_pkey", work => Once.Do(db, time, caller.Agency, key, "send-form", new Asked(form, request), work, stop), () => Send(caller.Agency, form, request.Referral, stop));

    private async Task<Result<Sent>> Send(AgencyId agency, FormId id, ReferralId referral, CancellationToken stop)
    {
        var active = await door.TypeOf(agency, stop);
        if (active.Error is { } inactive) return inactive;
        if (await db.Forms.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.Agency == agency, stop) is not { } form) return FormErrors.NoSuchForm;
        if (await db.Forms.AnyAsync(row => row.Replaces == id, stop)) return FormErrors.Replaced;

        // A referral that was submitted a moment ago may still be on its way here.
        var terms = await arrivals.Await(Arrivals.Of(form.Subject),
            async () => await disclosures.Find(referral, stop) is { } found && found.From == agency && found.Subject == form.Subject ? found : null, stop);
        if (terms is null) return FormErrors.NoSuchReferral;
        var schema = schemas.Used(form.SchemaId, form.SchemaVersion);
        if (!schema.Needs.Contains(terms.Need)) return FormErrors.NotForNeed(schema);
        if (terms.ToType is not { } to || !schema.SentTo.Contains(to)) return FormErrors.NotForRecipient(schema);
        if (terms.Refuses() is { } refused) return refused;

        var before = await db.FormSendings.AsNoTracking().Where(row => row.Form == id).ToListAsync(stop);
        if (before.Exists(row => row.Referral == referral)) return FormErrors.SentAlready;
        var sending = new FormSendingRow { Form = id, Number = before.Count + 1, Referral = referral, To = terms.To, At = Now() };
        db.Add(sending);
        db.Publish(new FormSent
        {
            Form = id, Version = sending.Number, Schema = form.SchemaId, SchemaVersion = form.SchemaVersion, Subject = form.Subject, Referral = referral,
            From = agency, To = terms.To, ContentHash = form.ContentHash, At = sending.At,
        }, time);
        return new Sent { FormId = id, Referral = referral, To = terms.To, ContentHash = form.ContentHash, SentAt = sending.At };
    }

    // As exactly as the store keeps it: the answer and the proof show the same time.
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/forms/{id}/send", async (Caller caller, FormId id, IdempotencyKey key, Request request, SendForm handler, CancellationToken stop) =>
            (await handler.Handle(caller, id, key, request, stop)).ToHttp(Results.Ok));
}
