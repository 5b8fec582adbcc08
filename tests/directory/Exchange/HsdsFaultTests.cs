using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tiltas.Directory.Exchange;
using Tiltas.Directory.Exchange.Hsds;
using Tiltas.Directory.Tests.Kit;

namespace Tiltas.Directory.Tests.Exchange;

/// <summary>Files that are not what they should be: each is refused with its code, line, column and path, and never repeats what was sent.</summary>
[Collection(RunningDirectory.Name)]
public sealed class HsdsFaultTests(DirectoryProcess directory)
{
    private const string Id = "\"id\":\"11111111-1111-4111-8111-111111111111\"", Canary = "ZKANARELE";
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public void Lines_ThatAreNoDocuments_AreToldUpToAThousand()
    {
        var (roots, errors) = FileForms.Documents(System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\n", 5000))), FileForm.HsdsLines);
        Assert.Empty(roots);
        Assert.Equal(1000, errors.Count);
        Assert.Equal(Enumerable.Range(1, 1000), errors.Select(error => error.Line));
    }

    [Theory]
    [InlineData("", "TLT-DIR-1107 1:1 $"), InlineData("{", "TLT-DIR-1107 1:2 $"), InlineData("[\n {\"name\":\"ąž\",}]", "TLT-DIR-1107 2:15 $[0]"), InlineData("[1,]", "TLT-DIR-1107 1:4 $")]
    [InlineData("{\n\"name\":\"a\",\n  \"name\":\"ZKANARELE\"}", "TLT-DIR-1108 3:3 $"), InlineData("[[],{\"ZKANARELE\":{\"a\":1,\"a\":2}}]", "TLT-DIR-1108 1:25 $[1]")]
    [InlineData("{\"name\":\"ZKANARELE\\u0000\"}", "TLT-DIR-1109 1:9 $.name"), InlineData("{\"ZKANARELE\\ud800\":1}", "TLT-DIR-1109 1:2 $"), InlineData("{\"name\":\"\\udc00ZKANARELE\"}", "TLT-DIR-1109 1:9 $.name")]
    [InlineData("[]", "TLT-DIR-1111 1:1 $"), InlineData("5", "TLT-DIR-1111 1:1 $"), InlineData("\"ZKANARELE\"", "TLT-DIR-1111 1:1 $"), InlineData("{}", "TLT-DIR-1111 1:1 $"), InlineData("null", "TLT-DIR-1111 1:1 $"), InlineData("[[]]", "TLT-DIR-1111 1:2 $[0]")]
    [InlineData("{\"contents\":{}}", "TLT-DIR-1111 1:13 $.contents"), InlineData("{\"contents\":null}", "TLT-DIR-1111 1:13 $.contents"), InlineData("nonsense", "TLT-DIR-1107 1:2 $"), InlineData("{} {}", "TLT-DIR-1107 1:4 $")]
    [InlineData("{\"name\":\"x\"}", "TLT-DIR-1109 1:1 $"), InlineData("{\"id\":5}", "TLT-DIR-1109 1:7 $.id"), InlineData("{\"id\":\"ZKANARELE\"}", "TLT-DIR-1109 1:7 $.id"), InlineData("{\"id\":\" 11111111-1111-4111-8111-111111111111\"}", "TLT-DIR-1109 1:7 $.id"), InlineData("/* ZKANARELE */[]", "TLT-DIR-1107 1:1 $")]
    public async Task File_ThatIsNoFileOfRecords_IsToldWhere(string file, string told) => Assert.Contains(told, await Refused(Encoding.UTF8.GetBytes(file)));

    [Theory]
    [InlineData("{ID,\"organization_identifiers\":[{\"identifier_scheme\":\"TILTAS\",\"identifier\":\"ZKANARELE!\"}]}", "TLT-DIR-0014", "$.organization_identifiers[0].identifier")]
    [InlineData("{ID,\"name\":{\"ZKANARELE\":1}}", "TLT-DIR-1109", "$.name"), InlineData("{ID,\"phones\":{}, \"languages\":[null]}", "TLT-DIR-1109", "$.languages[0]"), InlineData("{ID,\"locations\":\"ZKANARELE\"}", "TLT-DIR-1109", "$.locations")]
    [InlineData("{ID,\"languages\":[{\"code\":\"ZKANARELE\"}]}", "TLT-DIR-1118", "$.languages[0].code"), InlineData("{ID,\"attributes\":[{\"taxonomy_term\":{\"code\":\"ZKANARELE\",\"taxonomy_detail\":{\"uri\":\"urn:tiltas:taxonomy:needs\"}}}]}", "TLT-DIR-1119", "$.attributes[0].taxonomy_term.code")]
    [InlineData("{ID,\"attributes\":[{\"link_type\":\"tiltas\",\"label\":\"ZKANARELE\",\"value\":\"x\"}]}", "TLT-DIR-1102", "$.attributes[0].label"), InlineData("{ID,\"attributes\":[{\"link_type\":\"tiltas\",\"label\":\"type\",\"value\":5}]}", "TLT-DIR-1109", "$.attributes[0].value")]
    [InlineData("{ID,\"attributes\":[{\"link_type\":\"tiltas\",\"label\":\"id\",\"value\":\"fx-a\"},{\"link_type\":\"tiltas\",\"label\":\"type\",\"value\":\"ZKANARELE\"}]}", "TLT-DIR-1103", "$.attributes[1].value")]
    [InlineData("{ID,\"attributes\":[{\"link_type\":\"tiltas\",\"label\":\"type\",\"value\":\"Ngo\"},{\"link_type\":\"tiltas\",\"label\":\"type\",\"value\":\"Ngo\"}]}", "TLT-DIR-1108", "$.attributes[1]")]
    [InlineData("{ID,\"status\":\"ZKANARELE\",\"attributes\":[{\"link_type\":\"tiltas\",\"label\":\"id\",\"value\":\"fx-a-s\"}]}", "TLT-DIR-1109", "$.status"), InlineData("{ID,\"status\":\"active\",\"attributes\":[{\"link_type\":\"tiltas\",\"label\":\"id\",\"value\":\"fx-a-s\"}]}", "TLT-DIR-1113", "$")]
    [InlineData("{ID,\"status\":\"active\",\"minimum_age\":1e400}", "TLT-DIR-1109", "$.minimum_age"), InlineData("{ID,\"status\":\"active\",\"minimum_age\":17.5}", "TLT-DIR-1109", "$.minimum_age"), InlineData("{ID,\"status\":\"active\",\"minimum_age\":\"18\"}", "TLT-DIR-1109", "$.minimum_age")]
    [InlineData("{ID,\"status\":\"active\",\"service_areas\":[{\"extent\":\"ZKANARELE\"}]}", "TLT-DIR-1117", "$.service_areas[0].extent"), InlineData("{ID,\"status\":\"active\",\"organization_id\":\"x\",\"attributes\":[{\"link_type\":\"tiltas\",\"label\":\"id\",\"value\":\"fx-a-s\"}]}", "TLT-DIR-1109", "$.organization_id")]
    [InlineData("{ID,\"status\":\"active\",\"schedules\":[{\"freq\":\"MONTHLY\",\"byday\":\"MO\",\"opens_at\":\"08:00\",\"closes_at\":\"17:00\"}]}", "TLT-DIR-1116", "$.schedules[0]"), InlineData("{ID,\"status\":\"active\",\"schedules\":[{\"freq\":\"WEEKLY\",\"byday\":\"1MO\",\"opens_at\":\"08:00\",\"closes_at\":\"17:00\"}]}", "TLT-DIR-1116", "$.schedules[0].byday")]
    [InlineData("{ID,\"location_type\":\"ZKANARELE\",\"external_identifier\":\"fx-a-l\",\"external_identifier_type\":\"Identifier in Tiltas\"}", "TLT-DIR-1109", "$.location_type"), InlineData("{ID,\"location_type\":\"physical\",\"latitude\":\"54\"}", "TLT-DIR-1112", "$.id")]
    public async Task Member_ThatDoesNotFit_IsNamed(string file, string code, string path) =>
        Assert.Contains($"{code} {path}", (await Refused(Encoding.UTF8.GetBytes(file.Replace("ID", Id, StringComparison.Ordinal)))).Select(told => told.Split(' ') is [var its, _, var at] ? $"{its} {at}" : told));

    [Theory]
    [InlineData("text/plain"), InlineData("application/xml"), InlineData("application/x-ndjson; profile=other"), InlineData("text/csv; profile=hsds"), InlineData("application/json; profile=\"urn:x\"")]
    public async Task ContentType_ThatSaysNothingTaken_IsRefused(string type)
    {
        using var answer = await Send(Encoding.UTF8.GetBytes("[]"), type);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("TLT-DIR-1122", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_ThatAreNoText_AreToldWhere()
    {
        Assert.Contains("TLT-DIR-1106 2:3 $", await Refused([.. "[\n\"ą"u8, 0xC3, 0x28, .. "\"]"u8]));
        Assert.Contains("TLT-DIR-1106 1:1 $", await Refused(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("[]")).ToArray()));
        Assert.Contains("TLT-DIR-1107 1:1 $", (await Refused([0])).Order(StringComparer.Ordinal));
        foreach (var depth in new[] { 60, 100_000 })
            foreach (var brackets in new[] { new string('[', depth) + new string(']', depth), string.Concat(Enumerable.Repeat("{\"a\":", depth)) }) Assert.All(await Refused(Encoding.UTF8.GetBytes(brackets)), told => Assert.StartsWith("TLT-DIR-1107", told, StringComparison.Ordinal));
    }

    /// <summary>A good file with bytes changed, left out, doubled or swapped is read or refused, never our fault; what is told lies within it.</summary>
    [Fact]
    public void Reader_OfAnyBytes_ReadsOrTellsWhere()
    {
        var good = Encoding.UTF8.GetBytes("[\n {\"id\": \"ąž\\u0105\", \"a\": [1.5e3, true, null, {}], \"locations\": [{\"x\": \"\"}]},\n []\n]\n");
        var random = new Random(20261122);
        for (var i = 0; i < 30_000; i++)
        {
            var bytes = good.ToList();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes.RemoveAt(at); break;
                    case 2: bytes.Insert(at, "{}[]\",:\\\n"u8[random.Next(9)]); break;
                    default: (bytes[at], bytes[^1]) = (bytes[^1], bytes[at]); break;
                }
            }
            byte[] file = [.. bytes];
            var (root, fault) = ReadJson.From(file);
            Assert.True(root is null != fault is null);
            // An independent reader agrees whether it is JSON; it does not mind what our texts may not hold.
            if (root is not null) JsonDocument.Parse(file).Dispose();
            if (fault is not null) Assert.InRange(fault.Line, 1, 1 + file.Count(one => one == '\n'));
            if (fault is { Code: "TLT-DIR-1107" }) Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(file));
        }
    }

    private async Task<List<string>> Refused(byte[] file)
    {
        var rows = await directory.Rows();
        using var answer = await Send(file, "application/json");
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, text);
        Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
        Assert.Equal(rows, await directory.Rows());
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal("TLT-DIR-1101", problem.Text("code"));
        var errors = problem.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal(problem.Text("field"), errors[0].Text("name"));
        return [.. errors.Select(error => $"{error.Text("code")} {error.GetProperty("line")}:{error.GetProperty("column")} {error.Text("name")}")];
    }

    private async Task<HttpResponseMessage> Send(byte[] file, string type)
    {
        using var registrar = directory.Registrar;
        using var content = new ByteArrayContent(file) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        return await registrar.PostAsync("/v1/exchange", content, Stop);
    }
}
