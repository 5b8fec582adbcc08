using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Forms;

/// <summary>GET /v1/forms/{id}/proof: what became of each sending of a form, for who filled it in. A time is absent while it has not come.</summary>
public sealed class ProveDelivery(IdentificationStore db)
{
    public sealed record Proof
    {
        public required FormId FormId { get; init; }
        public required string Schema { get; init; }
        public required int SchemaVersion { get; init; }
        public required string ContentHash { get; init; }
        public required DateTimeOffset FilledInAt { get; init; }
        public required Delivery[] Sendings { get; init; }
    }

    public sealed record Delivery
    {
        public required ReferralId Referral { get; init; }
        public required AgencyId To { get; init; }
        public required DateTimeOffset SentAt { get; init; }

        /// <summary>A system of the recipient fetched the notice.</summary>
        public required DateTimeOffset? DeliveredAt { get; init; }

        /// <summary>Somebody at the recipient looked at the notice.</summary>
        public required DateTimeOffset? SeenAt { get; init; }

        /// <summary>The recipient read the form for the first time.</summary>
        public required DateTimeOffset? FirstReadAt { get; init; }
        public required DateTimeOffset? ReferralAcknowledgedAt { get; init; }
        public required DateTimeOffset? ReferralAcceptedAt { get; init; }
        public required DateTimeOffset? ReferralDeclinedAt { get; init; }
    }

    public async Task<Result<Proof>> Handle(Caller caller, FormId id, CancellationToken stop)
    {
        if (await db.Forms.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.Agency == caller.Agency, stop) is not { } form) return FormErrors.NoSuchForm;
        var sendings = await db.Database.SqlQuery<Row>($"""
            SELECT s.referral AS "Referral", s.to_agency AS "To", s.at AS "Sent", n.delivered_at AS "Delivered", n.seen_at AS "Seen",
                (SELECT min(read.at) FROM form_reads read WHERE read.form = s.form AND read.referral = s.referral AND read.allowed) AS "FirstRead",
                r.acknowledged_at AS "Acknowledged", r.accepted_at AS "Accepted", r.declined_at AS "Declined"
            FROM form_sendings s LEFT JOIN form_notices n ON n.form = s.form AND n.referral = s.referral LEFT JOIN referrals r ON r.referral = s.referral
            WHERE s.form = {id.Value} ORDER BY s.number
            """).ToListAsync(stop);
        return new Proof
        {
            FormId = id, Schema = form.SchemaId, SchemaVersion = form.SchemaVersion, ContentHash = form.ContentHash, FilledInAt = form.At,
            Sendings =
            [
                .. sendings.Select(row => new Delivery
                {
                    Referral = ReferralId.From(row.Referral), To = AgencyId.From(row.To), SentAt = row.Sent, DeliveredAt = row.Delivered, SeenAt = row.Seen, FirstReadAt = row.FirstRead,
                    ReferralAcknowledgedAt = row.Acknowledged, ReferralAcceptedAt = row.Accepted, ReferralDeclinedAt = row.Declined,
                }),
            ],
        };
    }

    private sealed record Row(
        Guid Referral, string To, DateTimeOffset Sent, DateTimeOffset? Delivered, DateTimeOffset? Seen, DateTimeOffset? FirstRead,
        DateTimeOffset? Acknowledged, DateTimeOffset? Accepted, DateTimeOffset? Declined);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/forms/{id}/proof", async (Caller caller, FormId id, ProveDelivery handler, CancellationToken stop) =>
            (await handler.Handle(caller, id, stop)).ToHttp(Results.Ok));
}
