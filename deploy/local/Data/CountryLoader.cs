using System.Globalization;
using System.Text.Json.Nodes;
using Tiltas.Local.Network;
using Tiltas.Local.Processes;

namespace Tiltas.Local.Data;

/// <summary>
/// Brings the country's data into the network through its public door, as the registrar. Can be repeated: what agencies and the
/// registrar have changed, withdrawn or ended since stays as they left it.
/// </summary>
internal sealed class CountryLoader
{
    private const int AtOnce = 8;
    private const string Active = "Active";
    private readonly CountryData _data;
    private readonly DirectoryRecords _directory;
    private readonly LoadedRecords _loaded;

    internal CountryLoader(LocalNetwork network, ApiClient registrar) : this(CountryData.Read(network.Country), registrar, network.LoadedRecords)
    {
    }

    /// <param name="data">What shall be in the directory.</param>
    /// <param name="registrar">Who writes it.</param>
    /// <param name="loadedFile">Where the loads so far are written down.</param>
    internal CountryLoader(CountryData data, ApiClient registrar, string loadedFile) =>
        (_data, _directory, _loaded) = (data, new DirectoryRecords(registrar), new LoadedRecords(loadedFile));

    /// <summary>Answers how many records there are and what became of them.</summary>
    internal async Task<string> LoadAsync(CancellationToken stop)
    {
        var tally = new Tally();
        var agencies = await VersionsAsync("agencies", stop);
        var (services, locations, memoranda) = (await VersionsAsync("services", stop), await VersionsAsync("locations", stop), await VersionsAsync("memoranda", stop));
        var rows = new List<ImportRow>();
        await EachAsync("agency", "agencies", _data.Agencies, (_, record, _) => Task.FromResult(Version(agencies, record)), rows, tally, stop);
        await EachAsync("service", "services", _data.Services, PresentAsync(agencies, services), rows, tally, stop);
        await EachAsync("location", "locations", _data.Locations, PresentAsync(agencies, locations), rows, tally, stop);
        await ImportAsync(rows, tally, stop);
        await MemorandaAsync(memoranda, tally, stop);
        return $"{_data.Agencies.Count} agencies, {_data.Services.Count} services, {_data.Locations.Count} locations, {_data.Memoranda.Count} memoranda: {tally}";
    }

    /// <summary>The lists leave out what is withdrawn and what a suspended agency gives: that is there nevertheless.</summary>
    private Func<string, CountryRecord, CancellationToken, Task<int?>> PresentAsync(Dictionary<string, int> agencies, Dictionary<string, int> listed) => async (path, record, token) =>
        Version(listed, record) is not null || !agencies.ContainsKey(record.Body["agency"]!.GetValue<string>())
            ? Version(listed, record)
            : (await _directory.FindAsync(path, token))?["version"]!.GetValue<int>();

    /// <summary>
    /// Waits until an agency can see every partner that the directory gives it today. Which day it is where the country lies is the
    /// referral service's business: a memorandum counts here when it is in force on the days around as well.
    /// </summary>
    internal async Task<string> WaitForPartnersAsync(string agency, ApiClient itself, DateOnly today, CancellationToken stop)
    {
        var active = (await _directory.ListAsync("agencies", stop)).Where(one => Text(one, "standing") == Active).Select(one => Text(one, "id")!).ToHashSet();
        if (!active.Contains(agency)) return $"{agency} takes no part today";
        HashSet<string> expected =
        [
            .. (await _directory.ListAsync("memoranda", stop, $"&party={agency}"))
                .Where(one => Date(one, "validFrom") < today && (Date(one, "validTo") is not { } last || last > today))
                .SelectMany(one => one["parties"]!.AsArray()).Select(party => party!.GetValue<string>())
                .Where(party => party != agency && active.Contains(party)),
        ];
        var (known, missing) = (0, expected);
        var seen = await Until.TrueAsync(async token =>
        {
            var partners = (await itself.GetAsync("/v1/partners", token) as JsonArray ?? []).Select(partner => Text(partner!, "agency")!).ToList();
            (known, missing) = (partners.Count, [.. expected.Except(partners)]);
            return missing.Count == 0;
        }, TimeSpan.FromSeconds(60), stop);
        return seen
            ? $"{agency} sees {known} partners"
            : throw new LocalException($"The referral service has not learned of these partners of {agency}: {string.Join(", ", missing)}");
    }

    private async Task<Dictionary<string, int>> VersionsAsync(string kind, CancellationToken stop) =>
        (await _directory.ListAsync(kind, stop)).ToDictionary(one => Text(one, "id")!, one => one["version"]!.GetValue<int>(), StringComparer.Ordinal);

    /// <summary>Gathers those that are to be written.</summary>
    private Task EachAsync(
        string kind, string list, IReadOnlyList<CountryRecord> records, Func<string, CountryRecord, CancellationToken, Task<int?>> present, List<ImportRow> rows, Tally tally, CancellationToken stop) =>
        Parallel.ForEachAsync(records, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (record, token) =>
        {
            var path = $"/v1/{list}/{record.Id}";
            var version = await present(path, record, token);
            if (Keeps(path, record, version, tally)) return;
            lock (rows) rows.Add(new ImportRow(kind, path, record, version));
        });

    /// <summary>All at once: with an error in one of the files none of them is half there.</summary>
    private async Task ImportAsync(List<ImportRow> rows, Tally tally, CancellationToken stop)
    {
        var (versions, refused) = await new ImportFile(_directory).TakeInAsync([.. rows.OrderBy(row => row.Path, StringComparer.Ordinal)], stop);
        foreach (var (row, code) in refused) tally.Refused($"{row.Record.Id} ({code})");
        foreach (var (row, version) in versions)
        {
            _loaded.Add(row.Path, row.Record.Body, version);
            tally.Wrote(row.Present, version);
        }
    }

    private Task MemorandaAsync(Dictionary<string, int> known, Tally tally, CancellationToken stop) =>
        Parallel.ForEachAsync(_data.Memoranda, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (record, token) =>
        {
            var (path, version) = ($"/v1/memoranda/{record.Id}", Version(known, record));
            if (Keeps(path, record, version, tally)) return;
            var (written, refused) = await _directory.PutAsync(path, record.Body, token);
            if (written is null)
            {
                tally.Refused($"{record.Id} ({refused})");
                return;
            }
            var now = written["version"]!.GetValue<int>();
            _loaded.Add(path, record.Body, now);
            tally.Wrote(version, now);
        });

    private bool Keeps(string path, CountryRecord record, int? version, Tally tally)
    {
        var step = _loaded.Next(path, record.Body, version);
        if (step is not (LoadStep.Keep or LoadStep.KeepAndTell)) return false;
        tally.Kept(step == LoadStep.KeepAndTell ? record.Id : null);
        return true;
    }

    private static int? Version(Dictionary<string, int> versions, CountryRecord record) => versions.TryGetValue(record.Id, out var version) ? version : null;

    private static string? Text(JsonNode record, string field) => record[field]?.GetValue<string>();

    private static DateOnly? Date(JsonNode record, string field) =>
        Text(record, field) is { } text ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    private sealed class Tally
    {
        private readonly Lock _lock = new();
        private readonly SortedSet<string> _told = new(StringComparer.Ordinal), _refused = new(StringComparer.Ordinal);
        private int _new, _changed, _kept;

        internal void Kept(string? tell)
        {
            lock (_lock)
            {
                _kept++;
                if (tell is not null) _told.Add(tell);
            }
        }

        internal void Refused(string what)
        {
            lock (_lock) _refused.Add(what);
        }

        internal void Wrote(int? before, int now)
        {
            lock (_lock)
            {
                if (before is null) _new++;
                else if (before == now) _kept++;
                else _changed++;
            }
        }

        public override string ToString() => $"{_new} new, {_changed} changed, {_kept} kept"
            + (_told.Count == 0 ? "" : $"; kept although their files changed, because they were changed here too: {string.Join(", ", _told)}")
            + (_refused.Count == 0 ? "" : $"; refused: {string.Join(", ", _refused)}");
    }
}
