using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Sealing;
using Tiltas.Hosting.Storage;
using Tiltas.Identification.Country;
using Tiltas.Identification.Parties;
using Tiltas.Identification.Statuses;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Forms;

/// <summary>
/// POST /v1/forms: an agency fills in a form about a person. An assessment with a negative result is counted instead, and nothing else of
/// it is kept; it says nothing about anybody, least of all that somebody is no victim.
/// </summary>
public sealed class FillInForm(IdentificationStore db, FormSchemas schemas, FormNotes notes, CountryData country, Door door, Calendar calendar, Seal seal, TimeProvider time)
{
    public sealed record Request
    {
        public required string Schema { get; init; }
        public required int SchemaVersion { get; init; }

        /// <summary>Whom it is about; nobody when the result of an assessment is negative.</summary>
        public SubjectRef? Subject { get; init; }
        public required FormAnswer?[] Answers { get; init; }

        /// <summary>The form that this one corrects.</summary>
        public FormId? Replaces { get; init; }

        public override string ToString() => Schema;
    }

    public sealed record Recorded
    {
        /// <summary>None when it was only counted.</summary>
        public required FormId? FormId { get; init; }
        public required string? ContentHash { get; init; }

        /// <summary>True when the result was negative: counted, and not kept.</summary>
        public required bool Counted { get; init; }
    }

    /// <summary>What a repeated request must say again, so that nobody can guess from it what was said.</summary>
    private sealed record Asked(string Fingerprint);

    public async Task<Result<Recorded>> Handle(Caller caller, IdempotencyKey key, Request request, CancellationToken stop)
    {
        var chosen = schemas.ToUse(request.Schema, request.SchemaVersion);
        if (chosen.Error is { } unknown) return unknown;
        var read = FilledIn.Read(chosen.Value.Content, request.Answers, country.IsPlace, calendar.Today);
        if (read.Error is { } error) return error;
        if (read.Value.IsNegative && (request.Subject is not null || request.Replaces is not null)) return FormErrors.SubjectNotTaken;
        if (!read.Value.IsNegative && request.Subject is null) return FormErrors.SubjectMissing;

        var asked = new Asked(Convert.ToHexStringLower(seal.Fingerprint(caller.Agency, JsonSerializer.SerializeToUtf8Bytes(request, TiltasJson.Api))));
        Task<Result<Recorded>> OnceFor(Func<Task<Result<Recorded>>> work) => Once.Do(db, time, caller.Agency, key, "fill-in-form", asked, work, stop);
        try
        {
            return await OnceFor(() => Add(caller.Agency, request, chosen.Value, read.Value, stop));
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { ConstraintName: "forms_schema" or "negative_assessments_schema" })
        {
            return FormErrors.SchemaReplaced;
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { ConstraintName: "forms_replaces" })
        {
            // What replaced it may have been this very request, sent twice: then its answer is ours.
            db.ChangeTracker.Clear();
            return await OnceFor(() => Task.FromResult<Result<Recorded>>(FormErrors.Replaced));
        }
    }

    private async Task<Result<Recorded>> Add(AgencyId agency, Request request, UsedVersion<FormSchema> form, FilledIn filled, CancellationToken stop)
    {
        var type = await door.TypeOf(agency, stop);
        if (type.Error is { } inactive) return inactive;
        if (!form.Content.FilledInBy.Contains(type.Value)) return FormErrors.NotCompetent(form.Content);
        if (request.Subject is not { } subject) return Count(agency, form, filled);
        if (await door.Refuses(agency, subject, stop) is { } refusal) return refusal;
        if (request.Replaces is { } replaced && await Refuses(agency, subject, form.Content, replaced, stop) is { } wrong) return wrong;

        var now = time.GetUtcNow();
        var id = FormId.From(Guid.CreateVersion7(now));
        var salt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var hash = FilledIn.Hash(salt, id, form.Content.Id, form.Content.Version, subject, filled.Answers);
        db.Add(new FormRow
        {
            Id = id, SchemaId = form.Content.Id, SchemaVersion = form.Content.Version, SchemaHash = form.Hash, Subject = subject, Agency = agency,
            Answers = JsonSerializer.Serialize(filled.Answers.Where(answer => answer.Values is not null).ToDictionary(answer => answer.Field, answer => answer.Values!), TiltasJson.Api),
            Result = filled.Result, Day = filled.Day ?? calendar.Today, Place = filled.Place, Salt = salt, ContentHash = hash, Replaces = request.Replaces, At = now,
        });
        notes.Add(id, agency, filled.Answers);
        return new Recorded { FormId = id, ContentHash = hash, Counted = false };
    }

    private Recorded Count(AgencyId agency, UsedVersion<FormSchema> form, FilledIn filled)
    {
        db.Add(new NegativeRow
        {
            SchemaId = form.Content.Id, SchemaVersion = form.Content.Version, SchemaHash = form.Hash, Agency = agency, Result = filled.Result!, Day = filled.Day!.Value, Place = filled.Place!,
        });
        return new Recorded { FormId = null, ContentHash = null, Counted = true };
    }

    private async Task<Error?> Refuses(AgencyId agency, SubjectRef subject, FormSchema form, FormId replaced, CancellationToken stop)
    {
        if (!await db.Forms.AnyAsync(row => row.Id == replaced && row.Agency == agency && row.Subject == subject && row.SchemaId == form.Id, stop)) return FormErrors.NotReplaceable;
        return await db.Forms.AnyAsync(row => row.Replaces == replaced, stop) ? FormErrors.Replaced : null;
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/forms", async (Caller caller, IdempotencyKey key, Request request, FillInForm handler, CancellationToken stop) =>
            (await handler.Handle(caller, key, request, stop)).ToHttp(recorded => recorded.FormId is { } id ? Results.Created($"/v1/forms/{id}", recorded) : Results.Ok(recorded)));
}
