using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Notification.V1;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Storage;
using Tiltas.Referral.Storage;

namespace Tiltas.Referral.Referrals;

/// <summary>Somebody at the recipient looked at the notice: that is the first sign of receipt, and nobody needs to press a button for it.</summary>
internal sealed class AcknowledgeWhenSeen(TimeProvider time) : IHandler<NoticeSeen>
{
    public async Task Handle(IReadOnlyList<Delivery<NoticeSeen>> messages, GroupScope scope, CancellationToken stop)
    {
        var seen = messages.Where(d => d.Message is { Kind: NoticeKind.ReferralSubmitted, Referral: not null }).DistinctBy(d => d.Message.Referral).ToDictionary(d => d.Message.Referral!.Value);
        if (seen.Count == 0) return;

        await using var db = await Store.Join<ReferralStore>(scope, options => new(options), stop);
        var ids = seen.Keys.Select(referral => referral.Value).ToArray();
        // Locked first, as by every move.
        foreach (var row in await db.Referrals.FromSql($"SELECT * FROM referrals WHERE referral = ANY ({ids}) ORDER BY referral FOR NO KEY UPDATE").ToListAsync(stop))
        {
            var next = row.Read().Acknowledge(seen[row.Referral].Message.Agency);
            // Already acknowledged, decided or withdrawn: seeing it changes nothing.
            if (next.Error is not null) continue;
            var now = time.GetUtcNow();
            row.Write(next.Value);
            db.Add(new Move { Referral = row.Referral, Version = row.Version, What = "acknowledge", ByAgency = row.ToAgency, Code = null, At = now });
            scope.Publish(new ReferralAcknowledged
            {
                Referral = row.Referral, Version = row.Version, Subject = row.Subject, From = row.FromAgency, To = row.ToAgency, Urgency = row.Urgency, At = now,
            }, seen[row.Referral].TraceParent);
        }
        await db.SaveChangesAsync(stop);
    }
}
