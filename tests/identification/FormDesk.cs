using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Identification.Parties;

namespace Tiltas.Identification.Tests;

/// <summary>Who fills in forms and who gets them, in the running service: the labour inspectorate, the border guard and the police under one memorandum.</summary>
internal sealed class FormDesk(RunningIdentification service)
{
    public const string Inspectorate = "lt-labour", Guard = "lt-guard";
    public static readonly DataClass[] Agreed = [DataClass.Exploitation, DataClass.Safety, DataClass.Proceedings];

    private readonly Arrivals _elsewhere = new(TimeProvider.System);

    public SubjectParties Parties => new(_elsewhere);

    /// <summary>Messages that were given before change nothing.</summary>
    public async Task Open()
    {
        await service.Register(Inspectorate, AgencyType.LabourInspectorate);
        await service.Register(Guard, AgencyType.BorderGuard);
        await service.Give(new KnownMemoranda(), new MemorandumInForce
        {
            Memorandum = MemorandumId.From("lt-mou-forms"), Version = 1, Parties = [.. ((string[])[Inspectorate, Guard, RunningIdentification.Police, RunningIdentification.Ministry]).Select(AgencyId.From)], DataClasses = Agreed,
            Purposes = [Purpose.CriminalProceedings], Needs = [Need.CriminalInvestigation, Need.LegalAid], ValidFrom = new(2025, 1, 1), ValidTo = null, At = TimeProvider.System.GetUtcNow(),
        });
    }

    /// <summary>A form of the inspectorate about somebody whose file it opened.</summary>
    public async Task<(SubjectRef Subject, string Form)> FilledIn(string? note = "Pastaba", string? safety = null)
    {
        var subject = await service.Subject(Inspectorate);
        var answer = await FillIn(Inspectorate, subject, Answers(note, safety));
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.Status);
        return (subject, answer["formId"]!);
    }

    public Task<Answer> FillIn(string agency, SubjectRef? subject, object[] answers, string schema = "LT-SLI-IDENTIFICATION", string? replaces = null, string? key = null, int version = 1) =>
        service.Post(agency, "/v1/forms", Without(new() { ["schema"] = schema, ["schemaVersion"] = version, ["subject"] = subject?.ToString(), ["answers"] = answers, ["replaces"] = replaces }), key);

    public static object[] Answers(string? note = null, string? safety = null) =>
    [
        Says("DAY_FOUND", "2026-11-02"), Says("PLACE", "LT-57"), Says("HOW_FOUND", "Inspection"), Says("AGE", "From18To29"), Says("LANGUAGE", "ru"), Says("MEDICAL_CARE", "Yes"), Says("SECTOR", "F"),
        Says("ACT", "Transported", "Recruited"), Says("MEANS", "Debt"), Says("PURPOSE", "ForcedLabour"), Says("INDICATORS", "M01"), Says("PRESENT_DANGER", "No"), Says("INFORMED", "Yes"),
        .. note is null ? Array.Empty<object>() : [new { field = "NOTE", note }],
        .. safety is null ? Array.Empty<object>() : [new { field = "SAFETY_NOTE", note = safety }],
    ];

    public static object Says(string field, params string[] values) => new { field, values };

    public Task<Answer> Send(string agency, string form, ReferralId referral, string? key = null) => service.Post(agency, $"/v1/forms/{form}/send", new { referral }, key);

    /// <summary>A referral from the inspectorate, or another, with consent to these classes; to all the memorandum names when nothing is said.</summary>
    public async Task<ReferralId> Refer(
        SubjectRef subject, string to = RunningIdentification.Police, CoveredClass[]? classes = null, bool says = true, Need need = Need.CriminalInvestigation, DateOnly? until = null, string from = Inspectorate)
    {
        var now = TimeProvider.System.GetUtcNow();
        var referral = ReferralId.From(Guid.CreateVersion7(now));
        await service.Give(Parties, new ReferralSubmitted
        {
            Referral = referral, Version = 1, Subject = subject, From = AgencyId.From(from), To = AgencyId.From(to), Need = need, Purpose = Purpose.CriminalProceedings, Urgency = Urgency.Normal,
            AcknowledgeBy = now, DecideBy = now, At = now, CoveredUntil = until, Classes = says ? classes ?? [.. Agreed.Select(one => new CoveredClass { DataClass = one })] : null,
        });
        return referral;
    }

    /// <summary>The person takes a consent back, and these classes are left.</summary>
    public Task Withdraw(SubjectRef subject, ReferralId referral, bool covered, params DataClass[] left) => service.Give(Parties, new ConsentWithdrawn
    {
        Consent = ConsentId.From(Guid.CreateVersion7()), Subject = subject, Owner = AgencyId.From(Inspectorate), Recipients = [AgencyId.From(RunningIdentification.Police)], At = TimeProvider.System.GetUtcNow(),
        Referrals = [new() { Referral = referral, Recipient = AgencyId.From(RunningIdentification.Police), Covered = covered, Classes = [.. left.Select(one => new CoveredClass { DataClass = one })] }],
    });

    /// <summary>Every row of every table as text, and every message, read as bytes and as what they spell.</summary>
    public async Task<string> Dump()
    {
        var text = new System.Text.StringBuilder();
        await using var names = service.Store.CreateCommand("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'");
        var tables = new List<string>();
        await using (var reader = await names.ExecuteReaderAsync())
            while (await reader.ReadAsync()) tables.Add(reader.GetString(0));
        Assert.Contains("form_notes", tables);
        foreach (var table in tables.Append("outbox read"))
        {
            await using var rows = service.Store.CreateCommand(table == "outbox read" ? "SELECT convert_from(body, 'UTF8') FROM outbox" : $"SELECT row_to_json(t)::text FROM {table} t");
            await using var reader = await rows.ExecuteReaderAsync();
            while (await reader.ReadAsync()) text.Append(table).Append(": ").AppendLine(reader.GetString(0));
        }
        return text.ToString();
    }

    public static string[] Fields(Answer form, string list) => [.. form.Json.GetProperty(list).EnumerateArray().Select(item => item.GetProperty("field").GetString()!)];

    public static JsonElement Field(Answer form, string list, string field) => form.Json.GetProperty(list).EnumerateArray().Single(item => item.GetProperty("field").GetString() == field);

    private static Dictionary<string, object?> Without(Dictionary<string, object?> members) => members.Where(member => member.Value is not null).ToDictionary();
}
