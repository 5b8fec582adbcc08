using System.Net;
using System.Text.Json.Nodes;
using Tiltas.Local.Processes;

namespace Tiltas.Local.Data;

/// <summary>Brings the country's data into the network through its public door, as the registrar. Can be repeated.</summary>
internal sealed class CountryLoader(CountryData data, ApiClient registrar)
{
    private const int AtOnce = 8;

    /// <summary>Answers how many records there are and how many were new or changed.</summary>
    internal async Task<string> LoadAsync(CancellationToken stop)
    {
        var created = await PutAllAsync("agencies", data.Agencies, stop);
        created += await PutAllAsync("services", data.Services, stop);
        created += await PutAllAsync("memoranda", data.Memoranda, stop);
        return $"{data.Agencies.Count} agencies, {data.Services.Count} services, {data.Memoranda.Count} memoranda, {created} new";
    }

    /// <summary>Waits until an agency can see every partner that its memoranda in force give it.</summary>
    internal async Task<string> WaitForPartnersAsync(string agency, ApiClient itself, DateOnly today, CancellationToken stop)
    {
        var expected = Partners(agency, today);
        var missing = expected;
        var seen = await Until.TrueAsync(async token =>
        {
            var known = (await itself.GetAsync("/v1/partners", token) as JsonArray ?? []).Select(partner => partner!["agency"]!.GetValue<string>());
            missing = [.. expected.Except(known)];
            return missing.Count == 0;
        }, TimeSpan.FromSeconds(60), stop);
        return seen
            ? $"{agency} sees {expected.Count} partners"
            : throw new LocalException($"The referral service has not learned of these partners of {agency}: {string.Join(", ", missing)}");
    }

    private HashSet<string> Partners(string agency, DateOnly today) =>
    [
        .. data.Memoranda.Select(memorandum => memorandum.Body)
            .Where(body => Date(body, "validFrom") is var from && (from is null || from <= today) && (Date(body, "validTo") is not { } to || to >= today))
            .Select(body => body["parties"]!.AsArray().Select(party => party!.GetValue<string>()).ToList())
            .Where(parties => parties.Contains(agency)).SelectMany(parties => parties).Where(party => party != agency),
    ];

    private static DateOnly? Date(JsonObject body, string field) =>
        body[field] is { } text ? DateOnly.ParseExact(text.GetValue<string>(), "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) : null;

    private async Task<int> PutAllAsync(string kind, IReadOnlyList<CountryRecord> records, CancellationToken stop)
    {
        var created = 0;
        await Parallel.ForEachAsync(records, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (record, token) =>
        {
            if (await PutAsync($"/v1/{kind}/{record.Id}", record.Body, token)) Interlocked.Increment(ref created);
        });
        return created;
    }

    private async Task<bool> PutAsync(string path, JsonObject body, CancellationToken stop)
    {
        while (true)
        {
            using var answer = await registrar.PutAsync(path, body, stop);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), stop);
                continue;
            }
            if (answer.IsSuccessStatusCode) return answer.StatusCode == HttpStatusCode.Created;
            throw new LocalException($"PUT {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(stop)}");
        }
    }
}
