using Microsoft.EntityFrameworkCore;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Entitlements;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Gaps;

/// <summary>
/// What is open at a moment, seen from the facts alone, against what is on record as open. A gap is owed by whoever brought about what it
/// follows from: who presumed, who told that it is a child, who is to tell the person.
/// </summary>
internal static class OpenGaps
{
    private static readonly string[] Compensation = [nameof(Entitlement.CompensationFromTrafficker), nameof(Entitlement.CompensationFromStateFund)];
    private static readonly string[] Children = [.. Ages.OfChildren.Select(age => age.ToString())];

    /// <summary>One that is open and not on record (no gap), or on record and not open any more.</summary>
    internal sealed record Difference
    {
        public required Guid? Gap { get; init; }
        public required Guid Subject { get; init; }
        public required string Kind { get; init; }
        public required string OwedBy { get; init; }
        public required string SeenBy { get; init; }
        public required DateTimeOffset Since { get; init; }

        /// <summary>Who opened the subject, of one that is open.</summary>
        public required string? Owner { get; init; }
    }

    internal static Task<List<Difference>> Differences(IdentificationStore db, GapRules rules, DateTimeOffset now, DateOnly today, int most, CancellationToken stop)
    {
        var (undecided, child) = (now - rules[GapKind.NoFormalDecision].After, now - rules[GapKind.ChildWithoutChildRights].After);
        var untold = now - rules[GapKind.CompensationNotTold].After;
        return db.Database.SqlQuery<Difference>($"""
            WITH present AS (
                SELECT s.* FROM standings s WHERE NOT EXISTS (SELECT FROM standings n WHERE n.subject = s.subject AND n.version > s.version)
            ),
            -- By which version the present status was conferred.
            conferred AS (
                SELECT DISTINCT ON (s.subject) s.* FROM standings s JOIN present p USING (subject) WHERE p.status = 'Presumed' AND s.confers ORDER BY s.subject, s.version DESC
            ),
            -- By which version a child with an open status came to be known as one.
            children AS (
                SELECT DISTINCT ON (s.subject) s.subject, coalesce(s.told_by, s.conferred_by) AS told_by, s.at FROM present p JOIN standings s USING (subject)
                WHERE p.status IN ('Suspected', 'Presumed', 'Recognised') AND p.age_band = ANY ({Children})
                  AND NOT EXISTS (SELECT FROM standings x WHERE x.subject = s.subject AND x.version >= s.version AND (x.age_band <> ALL ({Children}) OR x.status IN ('NotConfirmed', 'Ended')))
                ORDER BY s.subject, s.version
            ),
            -- As long as no status says an age, a child is known to its screener alone.
            screened AS (
                SELECT DISTINCT ON (c.subject, c.agency) c.subject, c.agency, c.at FROM screenings c
                WHERE c.age_band = ANY ({Children})
                  AND NOT EXISTS (SELECT FROM present p WHERE p.subject = c.subject AND (p.age_band <> 'Unknown' OR p.status IN ('NotConfirmed', 'Ended')))
                  AND NOT EXISTS (SELECT FROM screenings n WHERE n.subject = c.subject AND n.agency = c.agency AND n.at > c.at AND n.age_band <> ALL ({Children}) AND n.age_band <> 'Unknown')
                ORDER BY c.subject, c.agency, c.at
            ),
            guarded AS (
                SELECT o.subject FROM subject_owners o JOIN agencies a ON a.id = o.owner AND a.type = 'ChildRightsService'
                UNION SELECT s.subject FROM standings s JOIN agencies a ON a.id = coalesce(s.told_by, s.conferred_by) AND a.type = 'ChildRightsService'
                UNION SELECT c.subject FROM screenings c JOIN agencies a ON a.id = c.agency AND a.type = 'ChildRightsService'
                UNION SELECT r.subject FROM referrals r JOIN agencies a ON a.id = r.to_agency AND a.type = 'ChildRightsService'
                    WHERE r.completed OR NOT r.ended AND NOT r.uncovered AND (r.covered_until IS NULL OR r.covered_until >= {today}) AND a.standing = 'Active'
            ),
            missing AS (
                SELECT subject, 'NoFormalDecision' AS kind, informally_by AS owed_by, 'Parties' AS seen_by, at AS since FROM conferred WHERE decided_on IS NULL AND at <= {undecided}
                UNION ALL
                SELECT subject, 'ChildWithoutChildRights', told_by, 'Parties', at FROM children c WHERE at <= {child} AND NOT EXISTS (SELECT FROM guarded g WHERE g.subject = c.subject)
                UNION ALL
                SELECT subject, 'ChildWithoutChildRights', agency, 'OwedBy', at FROM screened c WHERE at <= {child} AND NOT EXISTS (SELECT FROM guarded g WHERE g.subject = c.subject)
                UNION ALL
                SELECT o.subject, 'CompensationNotTold', o.owed_by, 'Parties', min(o.at) FROM information_owed o JOIN present p USING (subject)
                WHERE p.status = 'Recognised' AND o.held AND o.entitlement = ANY ({Compensation}) AND o.at <= {untold} GROUP BY o.subject, o.owed_by
                UNION ALL
                SELECT subject, 'EntitlementsNotTold', owed_by, CASE WHEN by_residence THEN 'Owner' ELSE 'Parties' END, min(at) FROM information_owed WHERE due_by <= {now}
                GROUP BY subject, owed_by, by_residence
            ),
            -- Who has no part in it any more cannot close it: then it is the owner's. While the owner is not known, nobody could be told.
            open AS (
                SELECT m.subject, m.kind, m.seen_by, min(m.since) AS since, w.owner,
                       CASE WHEN m.seen_by = 'OwedBy' OR EXISTS (SELECT FROM present_parties p WHERE p.subject = m.subject AND p.agency = m.owed_by) THEN m.owed_by ELSE w.owner END AS owed_by
                FROM missing m JOIN subject_owners w USING (subject) GROUP BY 1, 2, 3, 5, 6
            )
            SELECT g.gap AS "Gap", coalesce(o.subject, g.subject) AS "Subject", coalesce(o.kind, g.kind) AS "Kind", coalesce(o.owed_by, g.owed_by) AS "OwedBy",
                   coalesce(o.seen_by, g.seen_by) AS "SeenBy", coalesce(o.since, g.since) AS "Since", o.owner AS "Owner"
            FROM open o
            FULL JOIN (SELECT * FROM gaps WHERE closed_at IS NULL) g ON (g.subject, g.kind, g.owed_by, g.seen_by) = (o.subject, o.kind, o.owed_by, o.seen_by)
            WHERE o.subject IS NULL OR g.gap IS NULL
            ORDER BY coalesce(o.since, g.since), 2, 3 LIMIT {most}
            """).ToListAsync(stop);
    }
}
