using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tiltas.Bench.Generator;
using Tiltas.Bench.Network;
using Tiltas.Local;

namespace Tiltas.Bench.Journey;

/// <summary>What one agency may be asked for.</summary>
internal sealed record Offer(string Agency, string Need, string Purpose);

/// <summary>Referrals of many subjects to many agencies, each covered by a real consent and a real memorandum that were recorded beforehand over the API.</summary>
internal sealed class ReferralTraffic : Traffic
{
    private const int AtOnce = 16;
    private readonly IReadOnlyList<Guid> _subjects;
    private readonly IReadOnlyList<RequestShape> _shapes;
    private readonly string _run = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N")[..16];

    public ReferralTraffic(Uri gateway, string token, IReadOnlyList<Guid> subjects, IReadOnlyList<Offer> offers)
    {
        _subjects = subjects;
        _shapes = [.. offers.Select(offer => new RequestShape("POST", new Uri(gateway, "/v1/referrals"),
            $$"""{"subject":"{{RequestShape.Place(0)}}","to":"{{offer.Agency}}","need":"{{offer.Need}}","purpose":"{{offer.Purpose}}","urgency":"Normal"}""",
            $"Authorization: Bearer {token}", $"Idempotency-Key: {RequestShape.Place(1)}"))];
    }

    public override int Write(long number, Span<byte> request)
    {
        var shape = _shapes[(int)(number % _shapes.Count)];
        var length = shape.CopyTo(request);
        _subjects[(int)(number % _subjects.Count)].TryFormat(request[shape.Places[0]..], out _);
        System.Text.Encoding.ASCII.GetBytes(_run, request[shape.Places[1]..]);
        number.TryFormat(request[(shape.Places[1] + 16)..], out _, "D20", CultureInfo.InvariantCulture);
        return length;
    }

    public override Guid? Read(long number, HttpAnswer answer)
    {
        const int quoted = 14;
        var at = answer.Body.Span.IndexOf("\"referralId\":\""u8);
        return answer.Status == 202 && at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(answer.Body.Span[(at + quoted)..], out Guid id, out _) ? id : null;
    }

    /// <summary>For each partner of the sending agency one need and one purpose that a memorandum in force names.</summary>
    public static async Task<IReadOnlyList<Offer>> Offers(BenchNetwork network, CancellationToken stop)
    {
        var offers = new List<Offer>();
        foreach (var partner in await network.Partners(stop))
        {
            if (partner["memoranda"] is not JsonArray { Count: > 0 } memoranda) continue;
            var terms = memoranda[0]!;
            var need = (terms["needs"] as JsonArray)?.FirstOrDefault()?.GetValue<string>() ?? "Shelter";
            offers.Add(new Offer(partner["agency"]!.GetValue<string>(), need, terms["purposes"]![0]!.GetValue<string>()));
        }
        return offers.Count > 0 ? offers : throw new LocalException($"{BenchNetwork.Sender} has no partner to refer to.");
    }

    /// <summary>Opens subjects and records a consent of each to all these offers.</summary>
    public static async Task<IReadOnlyList<Guid>> OpenSubjects(BenchNetwork network, IReadOnlyList<Offer> offers, int count, CancellationToken stop)
    {
        var subjects = new Guid[count];
        var agencies = new JsonArray([.. offers.Select(offer => (JsonNode)offer.Agency)]);
        var purposes = new JsonArray([.. offers.Select(offer => offer.Purpose).Distinct().Select(purpose => (JsonNode)purpose)]);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (n, token) =>
        {
            var opened = await Post(network, "/v1/subjects", new JsonObject { ["ageBand"] = "From27To29" }, token);
            subjects[n] = Guid.Parse(opened["subjectRef"]!.GetValue<string>());
            await Post(network, $"/v1/subjects/{subjects[n]}/consents", new JsonObject
            {
                ["purposes"] = purposes.DeepClone(), ["dataClasses"] = new JsonArray("Needs", "SafeContact"), ["recipients"] = agencies.DeepClone(),
                ["form"] = "Written", ["language"] = "lt",
            }, token);
        });
        return subjects;
    }

    private static async Task<JsonNode> Post(BenchNetwork network, string path, JsonNode body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
        using var answer = await network.Agency.SendAsync(request, stop);
        var text = await answer.Content.ReadAsStringAsync(stop);
        return answer.StatusCode == HttpStatusCode.Created ? JsonNode.Parse(text)! : throw new LocalException($"POST {path} answered {(int)answer.StatusCode}: {text}");
    }
}
