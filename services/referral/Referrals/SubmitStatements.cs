using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;
using Tiltas.Referral.Consents;
using Tiltas.Referral.Dossiers;
using Tiltas.Referral.Returns;
using Tiltas.Referral.Routing;

namespace Tiltas.Referral.Referrals;

/// <summary>The statements of a group of submissions: one to load, one to claim the keys, one to insert.</summary>
internal static class SubmitStatements
{
    /// <summary>What a group of commands needs to be decided on.</summary>
    internal sealed class Loaded
    {
        private readonly Dictionary<(string, string), (byte[] Hash, string Answer)> _keys = [];
        private readonly Dictionary<SubjectRef, AgencyId> _owners = [];
        private readonly Dictionary<AgencyId, KnownAgency> _agencies = [];
        private readonly Dictionary<SubjectRef, List<Consent>> _consents = [];
        private readonly Dictionary<SubjectRef, KnownReflection> _reflections = [];

        public List<Agreement> Memoranda { get; } = [];

        public bool IsOwner(SubjectRef subject, AgencyId agency) => _owners.TryGetValue(subject, out var owner) && owner == agency;

        public KnownAgency? Agency(AgencyId agency) => _agencies.GetValueOrDefault(agency);

        public IReadOnlyCollection<Consent> Consents(SubjectRef subject) => _consents.TryGetValue(subject, out var consents) ? consents : [];

        public KnownReflection? Reflection(SubjectRef subject) => _reflections.GetValueOrDefault(subject);

        public Result<SubmitReferral.Answer>? Answered(SubmitReferral.Command command)
        {
            if (!_keys.TryGetValue((command.Caller.Agency.Value, command.Key), out var before)) return null;
            return before.Hash.AsSpan().SequenceEqual(command.Hash) ? JsonSerializer.Deserialize<SubmitReferral.Answer>(before.Answer, TiltasJson.Api)! : Once.KeyReused;
        }

        internal async Task ReadAll(NpgsqlDataReader reader, CancellationToken stop)
        {
            await ReadKeys(reader, stop);
            await reader.NextResultAsync(stop);
            while (await reader.ReadAsync(stop)) _owners[new(reader.GetGuid(0))] = AgencyId.From(reader.GetString(1));
            await reader.NextResultAsync(stop);
            while (await reader.ReadAsync(stop)) AddAgency(reader);
            await reader.NextResultAsync(stop);
            while (await reader.ReadAsync(stop)) AddConsent(reader);
            await reader.NextResultAsync(stop);
            while (await reader.ReadAsync(stop)) Memoranda.Add(ReadMemorandum(reader));
            await reader.NextResultAsync(stop);
            while (await reader.ReadAsync(stop)) _reflections[new(reader.GetGuid(0))] = new(Code<ReflectionState>(reader.GetString(1)), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateOnly>(2));
        }

        internal async Task ReadKeys(NpgsqlDataReader reader, CancellationToken stop)
        {
            while (await reader.ReadAsync(stop)) _keys[(reader.GetString(0), reader.GetString(1))] = (reader.GetFieldValue<byte[]>(2), reader.GetString(3));
        }

        private void AddAgency(NpgsqlDataReader reader)
        {
            var agency = AgencyId.From(reader.GetString(0));
            _agencies[agency] = new() { Agency = agency, Version = reader.GetInt32(1), Type = Code<AgencyType>(reader.GetString(2)), Standing = Code<AgencyStanding>(reader.GetString(3)) };
        }

        private void AddConsent(NpgsqlDataReader reader)
        {
            var subject = new SubjectRef(reader.GetGuid(1));
            if (!_consents.TryGetValue(subject, out var consents)) _consents[subject] = consents = [];
            consents.Add(new Consent
            {
                Id = new(reader.GetGuid(0)), Subject = subject, RecordedBy = AgencyId.From(reader.GetString(2)),
                Purposes = Codes<Purpose>(reader, 3), DataClasses = Codes<DataClass>(reader, 4),
                Recipients = Array.ConvertAll(reader.GetFieldValue<string[]>(5), AgencyId.From), RecipientTypes = Codes<AgencyType>(reader, 6),
                Form = Code<ConsentForm>(reader.GetString(7)), Language = reader.GetString(8), Interpreter = reader.GetBoolean(9),
                GivenOn = reader.GetFieldValue<DateOnly>(10), ExpiresOn = reader.IsDBNull(11) ? null : reader.GetFieldValue<DateOnly>(11), RecordedAt = reader.GetFieldValue<DateTimeOffset>(12),
            });
        }

        private static Agreement ReadMemorandum(NpgsqlDataReader reader) => new KnownMemorandum
        {
            Memorandum = MemorandumId.From(reader.GetString(0)), Version = reader.GetInt32(1), Parties = Array.ConvertAll(reader.GetFieldValue<string[]>(2), AgencyId.From),
            DataClasses = Codes<DataClass>(reader, 3), Purposes = Codes<Purpose>(reader, 4), Needs = Codes<Need>(reader, 5),
            ValidFrom = reader.GetFieldValue<DateOnly>(6), ValidTo = reader.IsDBNull(7) ? null : reader.GetFieldValue<DateOnly>(7),
            Agreement = reader.IsDBNull(8) ? null : reader.GetString(8),
        }.Read();

        private static T Code<T>(string name) where T : struct, Enum => Enum.Parse<T>(name);

        private static T[] Codes<T>(NpgsqlDataReader reader, int column) where T : struct, Enum => Array.ConvertAll(reader.GetFieldValue<string[]>(column), Code<T>);
    }

    /// <summary>Which keys were new, and what the others had been answered.</summary>
    internal sealed class Claimed(HashSet<Guid> won, Loaded others, Dictionary<ReferralId, SubmitReferral.Answer> answers)
    {
        public bool IsNew(ReferralId referral) => won.Contains(referral.Value);

        public Result<SubmitReferral.Answer> AnswerFor(SubmitReferral.Command command, ReferralId referral) => IsNew(referral)
            ? answers[referral]
            : others.Answered(command) ?? throw new InvalidOperationException("An idempotency key was taken but is not there.");
    }

    private const string Keys = "SELECT k.agency, k.key, k.request_hash, k.answer::text FROM idempotency_keys k JOIN unnest($1, $2) AS w(agency, key) USING (agency, key)";

    /// <summary>
    /// Consents stay locked until the commit, in the order of their ids as everywhere: a withdrawal that is under way is waited for,
    /// and one that comes later finds these referrals.
    /// </summary>
    public static async Task<Loaded> Load(IReadOnlyList<SubmitReferral.Command> commands, NpgsqlConnection connection, CancellationToken stop)
    {
        var from = commands.Select(c => c.Caller.Agency.Value).ToArray();
        var to = commands.Select(c => c.Request.To.Value).ToArray();
        var subjects = commands.Select(c => c.Request.Subject.Value).ToArray();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command(Keys, from, commands.Select(c => c.Key).ToArray()),
                Command("SELECT subject, owner FROM subjects WHERE subject = ANY ($1)", subjects),
                Command("SELECT agency, version, type, standing FROM agencies WHERE agency = ANY ($1)", from.Concat(to).Distinct().ToArray()),
                Command("""
                    SELECT consent, subject, recorded_by, purposes, data_classes, recipients, recipient_types, form, language, interpreter, given_on, expires_on, recorded_at
                    FROM consents WHERE subject = ANY ($1) AND withdrawn_at IS NULL ORDER BY consent FOR SHARE
                    """, subjects),
                Command("""
                    SELECT memorandum, version, parties, data_classes, purposes, needs, valid_from, valid_to, agreement::text
                    FROM memoranda WHERE parties && $1 AND parties && $2
                    """, from.Distinct().ToArray(), to.Distinct().ToArray()),
                Command("SELECT subject, state, last_day FROM reflections WHERE subject = ANY ($1)", subjects),
            },
        };
        var loaded = new Loaded();
        await using var reader = await batch.ExecuteReaderAsync(stop);
        await loaded.ReadAll(reader, stop);
        return loaded;
    }

    /// <summary>Takes the idempotency keys; a key that is being used elsewhere at this moment is waited for.</summary>
    public static async Task<Claimed> Claim(
        List<(SubmitReferral.Command Command, Referral Referral, SubmitReferral.Answer Answer)> accepted, DateTimeOffset now, NpgsqlConnection connection, CancellationToken stop)
    {
        var won = new HashSet<Guid>(accepted.Count);
        var others = new Loaded();
        if (accepted.Count == 0) return new(won, others, []);

        accepted = [.. accepted.OrderBy(a => a.Command.Caller.Agency.Value, StringComparer.Ordinal).ThenBy(a => a.Command.Key, StringComparer.Ordinal)];
        var agencies = accepted.Select(a => a.Command.Caller.Agency.Value).ToArray();
        var keys = accepted.Select(a => a.Command.Key).ToArray();
        await using (var claim = new NpgsqlCommand("""
            INSERT INTO idempotency_keys (agency, key, operation, request_hash, answer, created_at)
            SELECT agency, key, 'submit-referral', hash, answer::jsonb, $5 FROM unnest($1, $2, $3, $4) AS c(agency, key, hash, answer)
            ON CONFLICT DO NOTHING RETURNING (answer ->> 'referralId')::uuid
            """, connection))
        {
            claim.Parameters.Add(P(agencies));
            claim.Parameters.Add(P(keys));
            claim.Parameters.Add(P(accepted.Select(a => a.Command.Hash).ToArray()));
            claim.Parameters.Add(P(accepted.Select(a => JsonSerializer.Serialize(a.Answer, TiltasJson.Api)).ToArray()));
            claim.Parameters.Add(P(now));
            await using var reader = await claim.ExecuteReaderAsync(stop);
            while (await reader.ReadAsync(stop)) won.Add(reader.GetGuid(0));
        }
        if (won.Count < accepted.Count)
        {
            await using var find = new NpgsqlCommand(Keys, connection) { Parameters = { P(agencies), P(keys) } };
            await using var reader = await find.ExecuteReaderAsync(stop);
            await others.ReadKeys(reader, stop);
        }
        return new(won, others, accepted.ToDictionary(a => a.Referral.Id, a => a.Answer));
    }

    public static async Task Insert(List<(Referral Referral, ReturnOverride? Override)> submitted, List<Decision> decisions, DateTimeOffset now, NpgsqlConnection connection, CancellationToken stop)
    {
        var referrals = submitted.ConvertAll(one => one.Referral);
        await using var batch = new NpgsqlBatch(connection);
        if (referrals.Count > 0)
            batch.BatchCommands.Add(Command("""
                INSERT INTO referrals (referral, version, subject, from_agency, to_agency, need, purpose, urgency, status, submitted_at, acknowledge_by, decide_by, complete_by, clock, clock_due, return_override)
                SELECT r.id, 1, r.subject, r.from_agency, r.to_agency, r.need, r.purpose, r.urgency, 'Submitted', $11, r.ack, r.decide, r.complete, 'Acknowledge', r.ack, r.override
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $12) AS r(id, subject, from_agency, to_agency, need, purpose, urgency, ack, decide, complete, override)
                """,
                Column(referrals, r => r.Id.Value), Column(referrals, r => r.Subject.Value), Column(referrals, r => r.From.Value), Column(referrals, r => r.To.Value),
                Column(referrals, r => r.Need.ToString()), Column(referrals, r => r.Purpose.ToString()), Column(referrals, r => r.Urgency.ToString()),
                Column(referrals, r => r.Deadlines.AcknowledgeBy), Column(referrals, r => r.Deadlines.DecideBy), Column(referrals, r => r.Deadlines.CompleteBy), now,
                Column(submitted, one => one.Override?.ToString())));
        if (decisions.Count > 0)
            batch.BatchCommands.Add(Command("""
                INSERT INTO decisions (decision, at, agency, client, action, subject, referral, allowed, rule, given, withheld)
                SELECT d.*, '{}'::text[], '{}'::text[] FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS d
                """,
                Column(decisions, d => d.Id), Column(decisions, d => d.At), Column(decisions, d => d.Agency.Value), Column(decisions, d => d.Client), Column(decisions, d => d.Action),
                Column(decisions, d => d.Subject.Value), Column(decisions, d => d.Referral?.Value), Column(decisions, d => d.Allowed), Column(decisions, d => d.Rule)));
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(stop);
    }

    private static T[] Column<TRow, T>(List<TRow> rows, Func<TRow, T> value) => [.. rows.Select(value)];

    private static NpgsqlBatchCommand Command(string sql, params List<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(P(value));
        return command;
    }

    private static NpgsqlParameter P(object value) => value is Guid?[] ids ? new NpgsqlParameter { Value = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid } : new() { Value = value };
}
