using System.Text.Json;
using System.Text.Json.Nodes;
using Tiltas.Contracts;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Tests.Kit;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Tests.Values;

/// <summary>Each rule of a field, told with its code and its path.</summary>
public sealed class FieldReaderTests
{
    public static TheoryData<string, string, string, string> Wrong => new()
    {
        { "name", "{}", "TLT-DIR-0003", "$.name" },
        { "name", """{"en":"A","xx":"B"}""", "TLT-DIR-0003", "$.name" },
        { "name", """{"EN":"A"}""", "TLT-DIR-0003", "$.name" },
        { "name", """{"lt":"A"}""", "TLT-DIR-0004", "$.name" },
        { "name", """{"en":"A","lt":""}""", "TLT-DIR-0002", "$.name.lt" },
        { "name", """{"en":"A","lt":null}""", "TLT-DIR-0001", "$.name.lt" },
        { "name", """{"en":"A\u2028B"}""", "TLT-DIR-0002", "$.name.en" },
        { "municipality", "\"LT\"", "TLT-DIR-0007", "$.municipality" },
        { "municipality", "\"LT-VL\"", "TLT-DIR-0007", "$.municipality" },
        { "competence", "[]", "TLT-DIR-0012", "$.competence" },
        { "competence", """["LT","LV"]""", "TLT-DIR-0008", "$.competence[1]" },
        { "competence", """["LT",null]""", "TLT-DIR-0008", "$.competence[1]" },
        { "competence", """["LT","LT-57","LT"]""", "TLT-DIR-0013", "$.competence[2]" },
        { "contacts", "[null]", "TLT-DIR-0001", "$.contacts[0]" },
        { "contacts", """[{"kind":"Phone"}]""", "TLT-DIR-0001", "$.contacts[0].value" },
        { "contacts", """[{"value":"112"}]""", "TLT-DIR-0001", "$.contacts[0].kind" },
        { "contacts", """[{"kind":"Phone","value":"112"},{"kind":"Email","value":"112"}]""", "TLT-DIR-0011", "$.contacts[1].value" },
        { "contacts", """[{"kind":"Phone","value":"112","hours":"often"}]""", "TLT-DIR-0006", "$.contacts[0].hours" },
        { "contacts", """[{"kind":"Phone","value":"112","languages":["lt","zz"]}]""", "TLT-DIR-0005", "$.contacts[0].languages[1]" },
        { "contacts", """[{"kind":"Phone","value":"112","label":{"qq":"A"}}]""", "TLT-DIR-0003", "$.contacts[0].label" },
        { "hours", "\"8-17\"", "TLT-DIR-0006", "$.hours" },
        { "languages", "[]", "TLT-DIR-0012", "$.languages" },
        { "languages", """["LT"]""", "TLT-DIR-0005", "$.languages[0]" },
        { "languages", """["lt","lt"]""", "TLT-DIR-0013", "$.languages[1]" },
        { "source", """{"date":"2026-01-02"}""", "TLT-DIR-0001", "$.source.title" },
        { "source", """{"title":"A"}""", "TLT-DIR-0001", "$.source.date" },
        { "source", """{"title":"A","date":"1899-12-31"}""", "TLT-DIR-0010", "$.source.date" },
        { "source", """{"title":"A","date":"2200-01-01"}""", "TLT-DIR-0010", "$.source.date" },
        { "source", """{"title":"A","date":"2026-01-02","url":"example.org"}""", "TLT-DIR-0009", "$.source.url" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_WrongField_IsToldWithItsPath(string field, string value, string code, string path)
    {
        var body = Json.Agency();
        body[field] = JsonNode.Parse(value);
        var error = Assert.IsType<Error.Invalid>(Read(body).Error);
        Assert.Equal((code, path), (error.Code, error.Field));
    }

    [Theory]
    [InlineData("illustrative", 1000)]
    [InlineData("source.title", 500)]
    [InlineData("name.en", 200)]
    public void Read_Text_IsTakenUpToItsLimit(string field, int longest)
    {
        foreach (var (length, taken) in new[] { (1, true), (longest, true), (longest + 1, false) })
        {
            var body = Json.Agency();
            var steps = field.Split('.');
            var parent = steps.Length == 1 ? body : body[steps[0]]!;
            parent[steps[^1]] = new string('x', length);
            Assert.Equal(taken, Read(body).Error is null);
        }
    }

    [Fact]
    public void Read_TwentyContacts_AreTheMost()
    {
        foreach (var (count, taken) in new[] { (0, true), (20, true), (21, false) })
        {
            var body = Json.Agency();
            body["contacts"] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => (JsonNode)new JsonObject { ["kind"] = "Phone", ["value"] = "112" })]);
            Assert.Equal(taken, Read(body).Error is null);
        }
    }

    private static Result<Agency> Read(JsonObject body) =>
        RegisterAgency.Read(AgencyId.From("one"), JsonSerializer.Deserialize<RegisterAgency.Request>(body.ToJsonString(), TiltasJson.Api)!, Places.Country);
}
