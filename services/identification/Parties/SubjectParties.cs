using Npgsql;
using NpgsqlTypes;
using Tiltas.Contracts;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Identification.Parties;

/// <summary>
/// Keeps whose subject it is, and of each referral what decides whether its recipient may come in: its terms, whether it is open,
/// and whether consent covers it. What is known of a referral only ever grows (its terms come to be known, it ends, cover is taken
/// away), so any order and any repetition of the messages leaves the same row; an end that comes before its beginning waits in it.
/// </summary>
public sealed class SubjectParties(Arrivals arrivals) :
    IHandler<SubjectOpened>, IHandler<ReferralSubmitted>, IHandler<ReferralDeclined>, IHandler<ReferralWithdrawn>, IHandler<ReferralCompleted>, IHandler<ConsentWithdrawn>
{
    // All three are ordered, so that two groups that meet on the same rows cannot lock each other out.
    private const string Own = """
        INSERT INTO subject_owners (subject, owner)
        SELECT DISTINCT ON (subject) subject, owner FROM unnest($1, $2) AS news (subject, owner) ORDER BY subject, owner
        ON CONFLICT (subject) DO UPDATE SET owner = EXCLUDED.owner
        """;

    private const string Begin = """
        INSERT INTO referrals AS r (referral, subject, from_agency, to_agency, purpose, need, covered_until, submitted_at)
        SELECT DISTINCT ON (referral) * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS news (referral, subject, from_agency, to_agency, purpose, need, covered_until, submitted_at)
        ORDER BY referral
        ON CONFLICT (referral) DO UPDATE SET subject = EXCLUDED.subject, from_agency = EXCLUDED.from_agency, to_agency = EXCLUDED.to_agency,
            purpose = EXCLUDED.purpose, need = EXCLUDED.need, covered_until = least(r.covered_until, EXCLUDED.covered_until),
            submitted_at = EXCLUDED.submitted_at
        """;

    private const string End = """
        INSERT INTO referrals (referral, ended) SELECT DISTINCT referral, true FROM unnest($1) AS news (referral) ORDER BY referral
        ON CONFLICT (referral) DO UPDATE SET ended = true
        """;

    private const string Complete = """
        INSERT INTO referrals (referral, ended, completed) SELECT DISTINCT referral, true, true FROM unnest($1) AS news (referral) ORDER BY referral
        ON CONFLICT (referral) DO UPDATE SET ended = true, completed = true
        """;

    // The least of two last days: no day means no end, and least passes over it.
    private const string Uncover = """
        INSERT INTO referrals AS r (referral, uncovered, covered_until)
        SELECT referral, bool_or(NOT covered), min(covered_until) FROM unnest($1, $2, $3) AS news (referral, covered, covered_until) GROUP BY referral ORDER BY referral
        ON CONFLICT (referral) DO UPDATE SET uncovered = r.uncovered OR EXCLUDED.uncovered, covered_until = least(r.covered_until, EXCLUDED.covered_until)
        """;

    public Task Handle(IReadOnlyList<Delivery<SubjectOpened>> messages, GroupScope scope, CancellationToken stop)
    {
        SubjectOpened[] opened = [.. messages.Select(delivery => delivery.Message)];
        return Keep(Own, opened.Select(message => message.Subject), scope, stop,
            new() { Value = Array.ConvertAll(opened, message => message.Subject.Value) }, new() { Value = Array.ConvertAll(opened, message => message.Owner.Value) });
    }

    public async Task Handle(IReadOnlyList<Delivery<ReferralSubmitted>> messages, GroupScope scope, CancellationToken stop)
    {
        ReferralSubmitted[] begun = [.. messages.Select(delivery => delivery.Message)];
        await Keep(Begin, begun.Select(message => message.Subject), scope, stop,
            new() { Value = Array.ConvertAll(begun, message => message.Referral.Value) }, new() { Value = Array.ConvertAll(begun, message => message.Subject.Value) },
            new() { Value = Array.ConvertAll(begun, message => message.From.Value) }, new() { Value = Array.ConvertAll(begun, message => message.To.Value) },
            new() { Value = Array.ConvertAll(begun, message => message.Purpose.ToString()) }, new() { Value = Array.ConvertAll(begun, message => message.Need.ToString()) },
            Days(Array.ConvertAll(begun, message => message.CoveredUntil)), new() { Value = Array.ConvertAll(begun, message => message.At.ToUniversalTime()) });
        await ReferralClasses.Keep(begun, scope, stop);
    }

    public async Task Handle(IReadOnlyList<Delivery<ReferralDeclined>> messages, GroupScope scope, CancellationToken stop)
    {
        await Ended(messages.Select(delivery => delivery.Message.Referral), scope, stop);
        await ReferralCourse.KeepDeclined(messages, scope, stop);
    }

    public Task Handle(IReadOnlyList<Delivery<ReferralWithdrawn>> messages, GroupScope scope, CancellationToken stop) =>
        Ended(messages.Select(delivery => delivery.Message.Referral), scope, stop);

    public Task Handle(IReadOnlyList<Delivery<ReferralCompleted>> messages, GroupScope scope, CancellationToken stop) =>
        Keep(Complete, [], scope, stop, new NpgsqlParameter { Value = messages.Select(delivery => delivery.Message.Referral.Value).ToArray() });

    public async Task Handle(IReadOnlyList<Delivery<ConsentWithdrawn>> messages, GroupScope scope, CancellationToken stop)
    {
        ReliantReferral[] relied = [.. messages.SelectMany(delivery => delivery.Message.Referrals ?? [])];
        await Keep(Uncover, [], scope, stop,
            new() { Value = Array.ConvertAll(relied, one => one.Referral.Value) }, new() { Value = Array.ConvertAll(relied, one => one.Covered) },
            Days(Array.ConvertAll(relied, one => one.CoveredUntil)));
        await ReferralClasses.Keep(messages.Select(delivery => delivery.Message), scope, stop);
    }

    private Task Ended(IEnumerable<ReferralId> referrals, GroupScope scope, CancellationToken stop) =>
        Keep(End, [], scope, stop, new NpgsqlParameter { Value = referrals.Select(referral => referral.Value).ToArray() });

    /// <summary>Runs the statement; whoever may come in by it and waits at the door is called after the commit.</summary>
    private async Task Keep(string sql, IEnumerable<SubjectRef> lets, GroupScope scope, CancellationToken stop, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, scope.Connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(stop);
        var topics = lets.Select(Arrivals.Of).ToHashSet();
        if (topics.Count > 0) scope.Afterwards(() => arrivals.Arrived(topics));
    }

    private static NpgsqlParameter Days(DateOnly?[] days) => new() { Value = days, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date };
}
