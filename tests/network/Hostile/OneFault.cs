using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tiltas.Network.Tests;

/// <summary>A body with one fault.</summary>
/// <param name="MayPass">True where the value may be legal: then the answer may be 2xx.</param>
/// <param name="Field">The member at fault, when it is one.</param>
internal sealed record Fault(string Name, byte[] Body, string? Field = null, bool MayPass = false)
{
    public string? ContentType { get; init; } = "application/json";
    public bool Chunked { get; init; }
    public int? Status { get; init; }

    public HttpContent Content()
    {
        HttpContent content = Chunked ? new StreamContent(new Unmeasured(Body)) : new ByteArrayContent(Body);
        if (ContentType is not null) content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        return content;
    }

    private sealed class Unmeasured(byte[] body) : MemoryStream(body)
    {
        public override bool CanSeek => false;
    }
}

/// <summary>Makes one-fault bodies out of a good one. The same seed makes the same bodies.</summary>
internal sealed partial class OneFault(Endpoint endpoint, int seed)
{
    /// <summary>Stands in every text that is refused; must come out nowhere.</summary>
    public const string Canary = "ZKANARELE4471";

    private const string Mark = "\"@here@\"";
    private readonly Random _random = new(seed);

    public IEnumerable<Fault> All() => Places("$", JsonNode.Parse(endpoint.Sample)!).SelectMany(OfMember).Concat(OfBody());

    private static IEnumerable<string> Places(string path, JsonNode node) => node switch
    {
        JsonObject members => members.SelectMany(m => Places($"{path}.{m.Key}", m.Value!).Prepend($"{path}.{m.Key}")),
        JsonArray { Count: > 0 } entries => Places(path + "[0]", entries[0]!).Prepend(path + "[0]"),
        _ => [],
    };

    private IEnumerable<Fault> OfMember(string path)
    {
        var value = At(JsonNode.Parse(endpoint.Sample)!, path);
        var json = value.ToJsonString();
        var optional = endpoint.Optional.Contains(path);
        var inArray = path[^1] == ']';
        var inOpen = endpoint.Open.Contains(path[..path.LastIndexOfAny(['.', '['])]);
        if (value is not JsonArray) yield return Put("array", path, "[[]]");
        if (value is not JsonObject) yield return Put("object", path, "{\"a\":1}");
        if (value.GetValueKind() != System.Text.Json.JsonValueKind.Number) yield return Put("number", path, _random.Next(0, 9).ToString(CultureInfo.InvariantCulture));
        if (value.GetValueKind() is not (System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False)) yield return Put("bool", path, "true");
        yield return Put("null", path, "null", optional);
        yield return Put("depth", path, new string('[', 10_000) + new string(']', 10_000));
        yield return Put("huge number", path, _random.Next(2) == 0 ? "1e400" : "-99999999999999999999999999");
        if (!inArray)
        {
            var name = path[(path.LastIndexOf('.') + 1)..];
            yield return new Fault("missing", Encoding.UTF8.GetBytes(Without(path)), path, optional);
            yield return Put("twice", path, $"{json},\"{name}\":{json}");
            if (!inOpen) yield return Put("unknown member", path, $"{json},\"unheardOf\":\"{Canary}\"");
            if (!inOpen) yield return Put("other case", path, $"{json},\"{name.ToUpperInvariant()}\":{json}");
        }
        if (value is JsonArray)
        {
            yield return Put("empty array", path, "[]", true);
            yield return Put("null entry", path, "[null]");
            yield return Put("text", path, $"\"{Canary}\"");
        }
        else if (value is JsonObject) yield return Put("text", path, $"\"{Canary}\"");
        else if (value.GetValueKind() == System.Text.Json.JsonValueKind.String)
            foreach (var fault in OfText(path, (string)value!)) yield return fault;
        else foreach (var token in (string[])["\"1\"", "\"true\"", "-1", "1.5", "1.0", "0", "NaN", "01"]) yield return Put("token " + token, path, token);
    }

    private IEnumerable<Fault> OfText(string path, string text)
    {
        var free = endpoint.FreeText.Contains(path);
        yield return Put("empty", path, "\"\"", free);
        yield return Put("blank", path, "\"   \"", free);
        yield return Put("too long", path, $"\"{Canary}{new string('x', 8193 + _random.Next(500))}\"");
        yield return Put("NUL", path, $"\"{Canary}\\u0000\"");
        yield return Put("control", path, $"\"{Canary}\\u00{_random.Next(1, 8):x2}\"");
        yield return Put("lone high surrogate", path, $"\"{Canary}\\ud8{_random.Next(256):x2}\"");
        yield return Put("lone low surrogate", path, $"\"{Canary}\\udc{_random.Next(256):x2}x\"");
        yield return Bytes("raw surrogate", path, 0xED, 0xA0, 0x80);
        yield return Bytes("broken UTF-8", path, 0xC3, 0x28);
        yield return Bytes("overlong UTF-8", path, 0xC0, 0x80);
        yield return Bytes("raw NUL", path, 0x00);
        yield return Bytes("raw line break", path, 0x0A);
        yield return Put("bad escape", path, $"\"{Canary}\\x41\"");
        yield return Put("bidi", path, $"\"{text}\u202E\u2066x\u2069\"", free);
        yield return Put("zero width", path, $"\"{text}\u200B\u200D\uFEFF\"", free);
        yield return Put("unterminated", path, $"\"{Canary}");
        if (!free) yield return Put("other", path, $"\"{Canary}\"");
        if (endpoint.Codes.Contains(path))
        {
            yield return Put("lower case", path, $"\"{text.ToLowerInvariant()}\"");
            yield return Put("padded", path, $"\" {text}\"");
            yield return Put("two", path, $"\"{text}, {text}\"");
            yield return Put("number as text", path, "\"1\"");
            yield return Put("escaped", path, $"\"\\u{(int)text[0]:x4}{text[1..]}\"", true);
        }
        if (Day().IsMatch(text))
            foreach (var day in (string[])["2026-02-30", "2026-1-1", "20260101", "2026-01-01T00:00:00", "01.01.2026", "99999-01-01", "-2026-01-01"]) yield return Put("day " + day, path, $"\"{day}\"");
        if (Day().IsMatch(text))
            foreach (var day in (string[])["0001-01-01", "9999-12-31"]) yield return Put("day " + day, path, $"\"{day}\"", true);
        if (Guid.TryParse(text, out var id))
            foreach (var other in (string[])[$"{{{id}}}", id.ToString("N"), text + " ", text[1..], Guid.Empty.ToString(), Guid.CreateVersion7().ToString()]) yield return Put("id " + other, path, $"\"{other}\"");
    }

    private IEnumerable<Fault> OfBody()
    {
        var good = endpoint.Sample.Trim();
        Fault Text(string name, string body, bool mayPass = false) => new(name, Encoding.UTF8.GetBytes(body), null, mayPass);
        foreach (var body in (string[])["", " ", "null", "[]", "{}", "\"text\"", "5", "true", "{", "nonsense", $"[{good}]", $"{good}x", $"{good}{good}", good[..^1], good[..^1] + ",}", $"/* */{good}", good.Replace('"', '\'')])
            yield return Text("body " + body[..Math.Min(body.Length, 12)], body, body == "{}" && (endpoint.Path == "/v1/subjects" || endpoint.Path.EndsWith("/resume", StringComparison.Ordinal) || endpoint.TakesEmpty) || body == $"[{good}]" && endpoint.TakesList);
        yield return Text("BOM", "\uFEFF" + good, true);
        yield return new("UTF-16", Encoding.Unicode.GetBytes(good));
        yield return Text("deep objects", string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000));
        yield return Text("deep arrays", new string('[', 10_000));
        foreach (var chunked in (bool[])[false, true])
            yield return new("too large", Encoding.UTF8.GetBytes(good[..^1] + ",\"x\":\"" + new string('x', endpoint.LargestBody + (9 << 20)) + "\"}")) { Chunked = chunked, Status = 413 };
        yield return new("chunked", Encoding.UTF8.GetBytes(good + "x")) { Chunked = true };
        foreach (var type in (string?[])[null, "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/octet-stream", "nonsense", "application/json; charset=nonsense", "application/json; charset=utf-16"])
            yield return Text("type " + type, good) with { ContentType = type };
    }

    private Fault Put(string name, string path, string token, bool mayPass = false) =>
        new(name, Encoding.UTF8.GetBytes(With(path).Replace(Mark, token, StringComparison.Ordinal)), path, mayPass);

    private Fault Bytes(string name, string path, params byte[] wrong)
    {
        var parts = With(path).Split(Mark);
        return new(name, [.. Encoding.UTF8.GetBytes(parts[0] + "\"" + Canary), .. wrong, .. Encoding.UTF8.GetBytes("\"" + parts[1])], path);
    }

    private string With(string path)
    {
        var root = JsonNode.Parse(endpoint.Sample)!;
        var parent = At(root, Parent(path));
        if (path[^1] == ']') parent.AsArray()[0] = "@here@";
        else parent[path[(path.LastIndexOf('.') + 1)..]] = "@here@";
        return root.ToJsonString(Readable);
    }

    private string Without(string path)
    {
        var root = JsonNode.Parse(endpoint.Sample)!;
        At(root, Parent(path)).AsObject().Remove(path[(path.LastIndexOf('.') + 1)..]);
        return root.ToJsonString(Readable);
    }

    private static readonly System.Text.Json.JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Parent(string path) => path[^1] == ']' ? path[..path.LastIndexOf('[')] : path[..path.LastIndexOf('.')];

    private static JsonNode At(JsonNode root, string path) =>
        Step().Matches(path).Aggregate(root, (node, step) => step.Value[0] == '[' ? node[0]! : node[step.Value[1..]]!);

    [GeneratedRegex(@"\.[^.\[]+|\[0\]")]
    private static partial Regex Step();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}$")]
    private static partial Regex Day();
}
