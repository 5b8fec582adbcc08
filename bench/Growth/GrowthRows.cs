namespace Tiltas.Bench.Growth;

/// <summary>
/// Statements that write what two years of referrals leave behind, many rows at once. Referral number n is the same in both stores: its
/// identifier, parties and state follow from n. Parameters: $1 agencies, $2 first number, $3 number after the last, $4 how many there will be,
/// $5 how many subjects, $6 now.
/// </summary>
internal static class GrowthRows
{
    /// <summary>One row a referral, for the other statements of the same connection.</summary>
    public const string Batch = """
        CREATE TEMP TABLE batch AS
        SELECT n, referral, subject, from_agency, to_agency, need, at, status, 1 + cardinality(moves) AS version, moves,
            CASE status WHEN 'Completed' THEN 'ServiceDelivered' WHEN 'Declined' THEN 'NoCapacity' WHEN 'Withdrawn' THEN 'PersonDeclined' END AS code
        FROM (
            SELECT n, at, status, need,
                (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid AS referral,
                ('0000000000007' || substr(subject_hash, 1, 3) || '8' || substr(subject_hash, 4, 15))::uuid AS subject,
                ($1::text[])[1 + s % cardinality($1)] AS from_agency,
                ($1::text[])[1 + (s + 1 + n % (cardinality($1) - 1)) % cardinality($1)] AS to_agency,
                CASE status
                    WHEN 'Submitted' THEN '{}' WHEN 'Withdrawn' THEN '{withdraw}' WHEN 'Declined' THEN '{acknowledge,decline}'
                    WHEN 'Accepted' THEN '{acknowledge,accept}' WHEN 'InService' THEN '{acknowledge,accept,start}'
                    ELSE '{acknowledge,accept,start,complete}' END::text[] AS moves
            FROM (
                SELECT n, n % $5 AS s, md5('referral' || n) AS hash, md5('subject' || n % $5) AS subject_hash,
                    $6::timestamptz - interval '730 days' + n * (interval '729 days' / $4) AS at,
                    (ARRAY['Shelter', 'LegalAid', 'PsychologicalSupport', 'MedicalCare', 'BasicNeeds', 'Interpretation', 'VocationalTraining', 'FinancialSupport',
                        'SafeReturn', 'Compensation'])[1 + (n / $5) % 10] AS need,
                    CASE WHEN n >= $4 * 95 / 100 THEN (ARRAY['Submitted', 'Accepted', 'InService'])[1 + n % 3]
                        WHEN n % 10 < 2 THEN 'Declined' WHEN n % 10 = 2 THEN 'Withdrawn' ELSE 'Completed' END AS status
                FROM generate_series($2::bigint, $3::bigint - 1) AS n) AS numbered) AS made
        """;

    /// <summary>All subjects and a consent of each. Parameters: $1 agencies, $2 how many, $3 now.</summary>
    public const string Subjects = """
        WITH made AS (
            SELECT s, md5('subject' || s) AS hash, md5('consent' || s) AS consent_hash, ($1::text[])[1 + s % cardinality($1)] AS owner, $3::timestamptz - interval '731 days' AS at
            FROM generate_series(0, $2::bigint - 1) AS s),
        opened AS (
            INSERT INTO subjects (subject, owner, age_band, opened_at)
            SELECT ('0000000000007' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid, owner, 'From27To29', at FROM made)
        INSERT INTO consents (consent, subject, recorded_by, purposes, data_classes, recipients, recipient_types, form, language, interpreter, given_on, recorded_at)
        SELECT ('0000000000007' || substr(consent_hash, 1, 3) || '8' || substr(consent_hash, 4, 15))::uuid,
            ('0000000000007' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid,
            owner, '{Assistance}', '{Needs,SafeContact}', $1, '{}', 'Written', 'lt', false, at::date, at
        FROM made
        """;

    public const string Referrals = """
        INSERT INTO referrals (referral, version, subject, from_agency, to_agency, need, purpose, urgency, status, submitted_at, acknowledge_by, decide_by, complete_by, clock, clock_due, code)
        SELECT referral, version, subject, from_agency, to_agency, need, 'Assistance', 'Normal', status, at, at + interval '1 day', at + interval '14 days', at + interval '90 days',
            CASE status WHEN 'Submitted' THEN 'Acknowledge' WHEN 'Accepted' THEN 'Complete' WHEN 'InService' THEN 'Complete' END,
            -- None may lapse while others are measured.
            CASE WHEN status IN ('Submitted', 'Accepted', 'InService') THEN now() + interval '1 day' + n % 86400 * interval '1 second' END, code
        FROM batch
        """;

    public const string Moves = """
        INSERT INTO referral_moves (referral, version, move, by_agency, code, at)
        SELECT referral, 1 + step, move, CASE move WHEN 'withdraw' THEN from_agency ELSE to_agency END, CASE WHEN step = cardinality(moves) THEN code END, at + step * interval '5 minutes'
        FROM batch, unnest(moves) WITH ORDINALITY AS made(move, step)
        """;

    public const string Decisions = """
        INSERT INTO decisions (decision, at, agency, client, action, subject, referral, allowed, rule, given, withheld)
        SELECT (substr(referral::text, 1, 18) || substr(md5(action || n), 1, 16))::uuid, at, agency, agency || '-system', action, subject, referral, true, 'consent-and-memorandum', '{}', '{}'
        FROM (SELECT n, referral, subject, at, from_agency AS agency, 'submit' AS action FROM batch
            UNION ALL SELECT n, referral, subject, at, to_agency, unnest(moves) FROM batch) AS decided
        WHERE action IN ('submit', 'accept', 'start')
        """;

    public const string Stories = "INSERT INTO stories (reference, through) SELECT referral, version FROM batch";

    /// <summary>Numbers go on where each feed stands; what is on it was seen long ago.</summary>
    public const string Notices = """
        WITH told AS (
            SELECT referral, step AS version, at + (step - 1) * interval '5 minutes' AS at, CASE WHEN step = 1 OR move = 'withdraw' THEN to_agency ELSE from_agency END AS agency,
                CASE move WHEN 'submit' THEN 'ReferralSubmitted' WHEN 'acknowledge' THEN 'ReferralAcknowledged' WHEN 'accept' THEN 'ReferralAccepted'
                    WHEN 'decline' THEN 'ReferralDeclined' WHEN 'start' THEN 'ServiceStarted' WHEN 'complete' THEN 'ReferralCompleted' ELSE 'ReferralWithdrawn' END AS kind
            FROM batch, unnest(ARRAY['submit'] || moves) WITH ORDINALITY AS made(move, step)),
        numbered AS (SELECT told.*, row_number() OVER (PARTITION BY agency ORDER BY at) AS place FROM told),
        ends AS (
            INSERT INTO feeds AS f (agency, last_seq) SELECT agency, count(*) FROM told GROUP BY agency
            ON CONFLICT (agency) DO UPDATE SET last_seq = f.last_seq + EXCLUDED.last_seq
            RETURNING agency, last_seq - (SELECT count(*) FROM told WHERE told.agency = f.agency) AS start)
        INSERT INTO notices (agency, seq, id, kind, reference, version, urgency, at, delivered_at, seen_at, acted_at)
        SELECT agency, start + place, gen_random_uuid(), kind, referral, version, 'Normal', at, at, at, at FROM numbered JOIN ends USING (agency)
        """;
}
