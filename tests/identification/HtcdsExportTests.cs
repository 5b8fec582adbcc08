using System.Net;
using System.Text.Json;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Htcds;
using static Tiltas.Identification.Tests.RunningIdentification;
using static Tiltas.Identification.Tests.ScreeningHttpTests;

namespace Tiltas.Identification.Tests;

[Collection(WithService.Name)]
public sealed class HtcdsExportTests(RunningIdentification service)
{
    private const string Path = "/identification/export/htcds";
    private static readonly HtcdsTable Table = HtcdsFile.Read(HtcdsFile.Shipped);

    [Fact]
    public async Task Export_TwoAgenciesOfOneSubject_EachGetsItsOwnAndNotAByteOfTheOthers()
    {
        var (one, other) = (await Agency("lt-htcds-one", AgencyType.Ngo), await Agency("lt-htcds-other", AgencyType.Police));
        var subject = await service.Subject(one, other);
        var apart = await service.Subject(other);
        await Screen(one, subject, "M10", "P01", "P06");
        await service.Post(one, $"/v1/subjects/{subject}/status", new { status = "Presumed" });
        var theirs = await Screen(other, subject, "M06", "S01");
        await service.Post(other, $"/v1/subjects/{subject}/status", new { status = "Recognised", decisionReference = "KANARELE 7-Q", decidedOn = "2026-01-02" });
        await Screen(other, apart, "M03");

        string[] canaries = [theirs, apart.ToString(), "KANARELE", "Recognised", "ActualVictim", "PhysicalAbuse", "PhysicalThreats", "M06", "M03", "S01", other, "Police", "LawEnforcement", $"{subject}/2"];
        foreach (var format in (string[])["csv", "json", "ndjson"])
        {
            var own = await service.Get(one, $"{Path}?format={format}");
            Assert.Equal(HttpStatusCode.OK, own.Status);
            Assert.All(canaries, canary => Assert.DoesNotContain(canary, own.Text, StringComparison.OrdinalIgnoreCase));
            // A decision's reference is in nobody's export.
            Assert.DoesNotContain("KANARELE", (await service.Get(other, $"{Path}?format={format}")).Text, StringComparison.OrdinalIgnoreCase);
        }

        var rows = await Csv(one);
        Assert.Equal(["Screening", "Standing"], rows.Select(row => row["tiltas_Record"]));
        Assert.Equal(("", "WithholdsDocuments", "ForcedLabour;Other", "NGO"), (rows[0][HtcdsTable.TraffickingStatus], rows[0][HtcdsTable.MethodsOfControl], rows[0][HtcdsTable.TypeOfExploitation], rows[0][HtcdsTable.OrganisationType]));
        Assert.Equal(("LT-ADULT-LABOUR/1", "M10;P01;P06", "lit", "From21To23"), (rows[0]["tiltas_IndicatorSet"], rows[0]["tiltas_Indicators"], rows[0]["tiltas_LanguageOfTalk"], rows[0]["tiltas_AgeBand"]));
        Assert.Equal(("PossibleVictimOfTrafficking", "NGO", "Presumed", $"{subject}/1"),
            (rows[1][HtcdsTable.TraffickingStatus], rows[1][HtcdsTable.DecisionMakingOrg], rows[1]["tiltas_VictimStatus"], rows[1]["tiltas_RecordRef"]));
        var police = await Csv(other);
        Assert.Equal(("ActualVictimOfTrafficking", "Police", "Recognised"), (police[2][HtcdsTable.TraffickingStatus], police[2][HtcdsTable.DecisionMakingOrg], police[2]["tiltas_VictimStatus"]));
    }

    [Fact]
    public async Task Export_MoreThanAPage_IsWholeInOrderAndOfTheStandardsValues()
    {
        var agency = await Agency("lt-htcds-many", AgencyType.ChildRightsService);
        await Fill(agency, 1203, 1001);
        await Fill(await Agency("lt-htcds-more", AgencyType.Ngo), 700, 600);
        // Counted apart from the service.
        Assert.Equal((1203L, 1001L), (await Count("screenings", "agency", agency), await Count("standings", "conferred_by", agency)));

        var rows = await Csv(agency);
        Assert.Equal((1203, 1001), (rows.Count(row => row["tiltas_Record"] == "Screening"), rows.Count(row => row["tiltas_Record"] == "Standing")));
        Assert.Equal(2204, rows.Select(row => row["tiltas_RecordRef"]).Distinct().Count());
        Assert.Equal(await Ids(agency), rows.Select(row => row["tiltas_RecordRef"]));
        foreach (var field in Table.Fields.Where(field => rows[0].ContainsKey(field.Name)))
            Assert.All(rows, row => Assert.Subset(field.Values.Append("").ToHashSet(), (field.Many ? row[field.Name].Split(';') : [row[field.Name]]).ToHashSet()));
        // One or more names beginning with a prefix of the standard, and none for a person's.
        Assert.DoesNotContain(rows[0].Keys, name => name.StartsWith("prs_", StringComparison.Ordinal));

        var first = await service.Get(agency, Path);
        Assert.Equal(first.Text, (await service.Get(agency, Path)).Text);
        var json = JsonDocument.Parse((await service.Get(agency, Path + "?format=json")).Text).RootElement.EnumerateArray().ToList();
        var lines = (await service.Get(agency, Path + "?format=ndjson")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(json.Select(item => item.GetRawText()), lines);
        Assert.Equal(rows.Select(row => string.Join('|', row.Values)), json.Select(item => string.Join('|', item.EnumerateObject().Select(member => Text(member.Value)))));
        Assert.All(first.Text, c => Assert.True(c is '\r' or '\n' || !char.IsControl(c)));
    }

    [Fact]
    public async Task Export_Forms_FollowFormatAndAccept()
    {
        var agency = await Agency("lt-htcds-forms", AgencyType.HealthService);
        Assert.Equal(string.Join(',', HtcdsColumn.All.Select(column => column.Name)) + "\r\n", (await service.Get(agency, Path)).Text);
        Assert.Equal("[]", (await service.Get(agency, Path + "?format=json")).Text);
        Assert.Equal("", (await service.Get(agency, Path + "?format=ndjson")).Text);
        foreach (var wrong in (string[])["xml", "CSV", "", "csv&format=json"])
        {
            var refused = await service.Get(agency, $"{Path}?format={wrong}");
            Assert.Equal((HttpStatusCode.BadRequest, "TLT-NET-0400", "format"), (refused.Status, refused["code"], refused["field"]));
        }
        Assert.Equal(HtcdsForm.Lines, Wanted("application/x-ndjson"));
        Assert.Equal(HtcdsForm.Json, Wanted("text/csv;q=0.2, application/json"));
        Assert.Equal(HtcdsForm.Csv, Wanted("application/json;q=0, */*;q=0.1"));
        Assert.Equal(HtcdsForm.Csv, Wanted("image/png"));
        Assert.Equal(HtcdsForm.Csv, Wanted("not a list ;;"));
    }

    [Fact]
    public async Task Export_WithoutPassportOrRecordOrKnownAgency_TellsNothing()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await service.Send(null, HttpMethod.Get, Path, null, null)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await service.SendAs(Hosting.Passports.Roles.Registrar, Ngo, HttpMethod.Get, Path)).Status);
        Assert.Equal("[]", (await service.Get("lt-htcds-unheard", Path + "?format=json")).Text);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await service.Post(Ngo, Path, new { })).Status);
    }

    private static HtcdsForm? Wanted(string accept)
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Request.Headers.Accept = accept;
        return HtcdsForms.Wanted(null, context.Request);
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.Array ? string.Join(';', value.EnumerateArray().Select(item => item.GetString())) : value.GetString() ?? "";

    private async Task<string> Agency(string id, AgencyType type)
    {
        await service.Register(id, type);
        // The memorandum of the service's own agencies knows this one not; what an agency owns and confers it may do all the same.
        await service.Give(new Parties.KnownMemoranda(), new Contracts.Directory.V1.MemorandumInForce
        {
            Memorandum = MemorandumId.From("lt-mou-htcds"), Version = 1, Parties = [AgencyId.From("lt-htcds-one"), AgencyId.From("lt-htcds-other")], DataClasses = [DataClass.Needs],
            Purposes = [Purpose.Assistance], Needs = [], ValidFrom = new(2025, 1, 1), ValidTo = null, At = TimeProvider.System.GetUtcNow(),
        });
        return id;
    }

    private async Task<string> Screen(string agency, SubjectRef subject, params string[] observed)
    {
        var answer = await service.Post(agency, "/v1/screenings", JsonSerializer.SerializeToElement(
            Screening(subject.ToString(), [.. observed.Select(code => Says(code, "Observed"))]), JsonSerializerOptions.Web));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return answer["screeningId"]!;
    }

    private async Task<List<Dictionary<string, string>>> Csv(string agency)
    {
        var answer = await service.Get(agency, Path);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var rows = HtcdsTableTests.Rows(answer.Text);
        return [.. rows.Skip(1).Select(row => rows[0].Zip(row).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    /// <summary>Rows as the service writes them, of every status and age, every indicator alone and in threes.</summary>
    private async Task Fill(string agency, int screenings, int standings)
    {
        await using var command = service.Store.CreateCommand("""
            WITH codes AS (SELECT array_agg(x ->> 'code') AS list FROM indicator_sets, jsonb_array_elements(content::jsonb -> 'indicators') x WHERE id = 'LT-ADULT-LABOUR' AND version = 1)
            INSERT INTO screenings (id, subject, agency, set_id, set_version, set_hash, age_band, language, at, observed, not_observed)
            SELECT gen_random_uuid(), gen_random_uuid(), $1, s.id, s.version, s.content_hash, (ARRAY['Unknown', 'Under9', 'From48'])[1 + n % 3], (ARRAY['lt', 'de', NULL])[1 + n % 3], now(),
                CASE n % 3 WHEN 0 THEN '{}'::text[] ELSE codes.list[1 + n % 29 : 1 + n % 29 + n % 3] END, '{}'
            FROM generate_series(1, $2) n, codes, indicator_sets s WHERE s.id = 'LT-ADULT-LABOUR' AND s.version = 1
            """);
        command.Parameters.Add(new() { Value = agency });
        command.Parameters.Add(new() { Value = screenings });
        Assert.Equal(screenings, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        await using var conferred = service.Store.CreateCommand("""
            INSERT INTO standings (subject, version, status, conferred_by, informally_by, decision_reference, decided_on, reason, age_band, entitlements, at)
            SELECT gen_random_uuid(), 1, st.status, $1, $1, CASE WHEN st.n IN (2, 3) THEN 'K-1' END, CASE WHEN st.n IN (2, 3) THEN DATE '2026-01-01' END,
                CASE WHEN st.n = 4 THEN 'LeftCountry' END, 'From9To17', '{}', now()
            FROM generate_series(1, $2) s, LATERAL (SELECT s % 5 AS n, (ARRAY['Suspected', 'Presumed', 'Recognised', 'NotConfirmed', 'Ended'])[1 + s % 5] AS status) st
            """);
        conferred.Parameters.Add(new() { Value = agency });
        conferred.Parameters.Add(new() { Value = standings });
        Assert.Equal(standings, await conferred.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }

    private async Task<long> Count(string table, string column, string agency)
    {
        await using var command = service.Store.CreateCommand($"SELECT count(*) FROM {table} WHERE {column} = $1");
        command.Parameters.Add(new() { Value = agency });
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private async Task<List<string>> Ids(string agency)
    {
        await using var command = service.Store.CreateCommand("""
            SELECT ref FROM (SELECT 1 AS half, id AS id, id::text AS ref FROM screenings WHERE agency = $1
                UNION ALL SELECT 2, subject, subject || '/' || version FROM standings WHERE conferred_by = $1) own ORDER BY half, id
            """);
        command.Parameters.Add(new() { Value = agency });
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var ids = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) ids.Add(reader.GetString(0));
        return ids;
    }
}
