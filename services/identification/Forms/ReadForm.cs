using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Forms;

/// <summary>
/// GET /v1/forms/{id}: all of it for who filled it in; for who it was sent to, field by field, what consent and memorandum let it have at this
/// moment. Every field of a class that is withheld is named with the rule, whether or not it was answered. Each reading by a
/// recipient, allowed or refused, is on record before anything is given.
/// </summary>
public sealed class ReadForm(IdentificationStore db, FormSchemas schemas, FormNotes notes, Disclosures disclosures, TimeProvider time)
{
    public sealed record Form
    {
        public required FormId FormId { get; init; }
        public required string Schema { get; init; }
        public required int SchemaVersion { get; init; }
        public required SubjectRef Subject { get; init; }
        public required AgencyId FilledInBy { get; init; }
        public required DateTimeOffset At { get; init; }

        /// <summary>For the recipient: the referral under which it is read.</summary>
        public required ReferralId? Referral { get; init; }

        /// <summary>In the form's order.</summary>
        public required FormAnswer[] Answers { get; init; }
        public required WithheldField[] Withheld { get; init; }
        public required string ContentHash { get; init; }

        /// <summary>With it the hash is worked out anew; given to who reads all of it.</summary>
        public required string? Salt { get; init; }
        public required FormId? Replaces { get; init; }

        /// <summary>True when a correction was made. Its identifier is for who filled it in, and for who it is sent to.</summary>
        public required bool IsReplaced { get; init; }
        public required FormId? ReplacedBy { get; init; }

        public override string ToString() => "▇▇▇";
    }

    /// <summary>A field that is not given: by which rule, and what would change that.</summary>
    public sealed record WithheldField(string Field, DataClass DataClass, string Rule, string Missing);

    public async Task<Result<Form>> Handle(Caller caller, FormId id, CancellationToken stop)
    {
        if (await db.Forms.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, stop) is not { } form) return FormErrors.NoSuchForm;
        if (form.Agency == caller.Agency) return await Give(form, null, [], stop);

        var sendings = await db.FormSendings.AsNoTracking().Where(row => row.Form == id && row.To == caller.Agency).OrderByDescending(row => row.Number).ToListAsync(stop);
        if (sendings.Count == 0) return FormErrors.NoSuchForm;

        // What the decision rests on stays as it is until the reading is on record.
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var read = await Disclose(caller, form, sendings, stop);
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        return read;
    }

    private async Task<Result<Form>> Disclose(Caller caller, FormRow form, List<FormSendingRow> sendings, CancellationToken stop)
    {
        var terms = new List<Disclosure>();
        foreach (var sending in sendings.OrderBy(row => row.Referral.Value))
            if (await disclosures.Hold(sending.Referral, (NpgsqlConnection)db.Database.GetDbConnection(), stop) is { } found) terms.Add(found);
        // The latest under which something may be read; where there is none, the latest says why.
        var latest = sendings.Select(sending => terms.Find(one => one.Referral == sending.Referral)).OfType<Disclosure>().ToList();
        var under = latest.Find(one => one.Refuses() is null) ?? latest[0];
        if (under.Refuses() is { } refused)
        {
            Keep(caller, form, under, false, refused.Rule, [], []);
            return refused;
        }

        var withheld = new List<WithheldField>();
        // That a field was asked tells what the one says on which that depends; conditions are on earlier fields.
        foreach (var field in schemas.Used(form.SchemaId, form.SchemaVersion).Fields())
            if (under.Withholds(field.DataClass) is { } why) withheld.Add(new(field.Code, field.DataClass, why.Rule, why.Missing));
            else if (withheld.Find(other => other.Field == field.When?.Field) is { } condition) withheld.Add(condition with { Field = field.Code });
        var given = await Give(form, under.Referral, withheld, stop);
        Keep(caller, form, under, true, "consent-and-memorandum", [.. given.Answers.Select(answer => answer.Field)], [.. withheld.Select(field => field.Field)]);
        return given;
    }

    private void Keep(Caller caller, FormRow form, Disclosure under, bool allowed, string rule, string[] given, string[] withheld)
    {
        var now = time.GetUtcNow();
        db.Add(new FormReadRow
        {
            Id = Guid.CreateVersion7(now), Form = form.Id, Referral = under.Referral, Agency = caller.Agency, Client = caller.Client, Allowed = allowed, Rule = rule,
            Given = given, Withheld = withheld, At = now,
        });
    }

    private async Task<Form> Give(FormRow form, ReferralId? under, List<WithheldField> withheld, CancellationToken stop)
    {
        var answers = await Answers(form, withheld.Select(field => field.Field).ToHashSet(StringComparer.Ordinal), stop);
        var newer = await db.Forms.Where(row => row.Replaces == form.Id).Select(row => (FormId?)row.Id).SingleOrDefaultAsync(stop);
        return new Form
        {
            FormId = form.Id, Schema = form.SchemaId, SchemaVersion = form.SchemaVersion, Subject = form.Subject, FilledInBy = form.Agency, At = form.At, Referral = under,
            Answers = answers, Withheld = [.. withheld], ContentHash = form.ContentHash, Salt = withheld.Count == 0 ? form.Salt : null,
            Replaces = form.Replaces, IsReplaced = newer is not null, ReplacedBy = under is null ? newer : null,
        };
    }

    private async Task<FormAnswer[]> Answers(FormRow form, HashSet<string> withheld, CancellationToken stop)
    {
        var values = JsonSerializer.Deserialize<Dictionary<string, string[]>>(form.Answers, TiltasJson.Messages)!;
        var free = await notes.Open(form.Id, form.Agency, stop);
        return
        [
            .. schemas.Used(form.SchemaId, form.SchemaVersion).Fields().Where(field => !withheld.Contains(field.Code))
                .Select(field => new FormAnswer { Field = field.Code, Values = values.GetValueOrDefault(field.Code), Note = free.GetValueOrDefault(field.Code) })
                .Where(answer => answer.Values is not null || answer.Note is not null),
        ];
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/forms/{id}", async (Caller caller, FormId id, ReadForm handler, CancellationToken stop) => (await handler.Handle(caller, id, stop)).ToHttp(Results.Ok));
}
