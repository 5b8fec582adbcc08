using System.Text;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Tiltas.Hosting.Telemetry;

/// <summary>
/// All series of one metric, found by their tags without a lock. Past <see cref="Most"/> series the rest fall together
/// into one, marked as the OpenTelemetry convention says, so no caller can grow this process by inventing values.
/// </summary>
internal sealed class SeriesTable(string name, string help, MetricKind kind, bool observed, double[] bounds)
{
    public const int Most = 2_000;

    private readonly Lock _writing = new();
    private readonly Dictionary<string, Series> _byLabels = [];
    private Entry?[] _buckets = new Entry?[16];
    private Series? _untagged;
    private Series? _overflow;
    private int _entries;
    private bool _full;

    public string Name => name;

    public MetricKind Kind => kind;

    /// <summary>Its values are asked for anew at each reading, so nothing of the last reading is kept.</summary>
    public bool Observed => observed;

    public void Record(double value, ReadOnlySpan<Tag> tags) => Find(tags).Record(value);

    public void Clear()
    {
        lock (_writing)
        {
            _byLabels.Clear();
            Volatile.Write(ref _buckets, new Entry?[16]);
            _untagged = _overflow = null;
            _entries = 0;
            _full = false;
        }
    }

    public void Write(StringBuilder page)
    {
        Series[] series;
        lock (_writing) series = [.. _byLabels.Values];
        if (series.Length == 0) return;
        page.Append("# HELP ").Append(name).Append(' ').Append(PrometheusName.Help(help)).Append('\n');
        page.Append("# TYPE ").Append(name).Append(' ').Append(kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Histogram => "histogram",
            _ => "gauge",
        }).Append('\n');
        foreach (var one in series) one.Write(page, name);
    }

    private Series Find(ReadOnlySpan<Tag> tags)
    {
        var hash = HashOf(tags, out var kept);
        if (kept == 0) return Volatile.Read(ref _untagged) ?? Add(tags, 0, hash);
        var buckets = Volatile.Read(ref _buckets);
        for (var entry = Volatile.Read(ref buckets[hash & (buckets.Length - 1)]); entry is not null; entry = entry.Next)
            if (entry.Hash == hash && Same(entry.Tags, tags)) return entry.Series;
        return Volatile.Read(ref _full) ? Overflow() : Add(tags, kept, hash);
    }

    private Series Add(ReadOnlySpan<Tag> tags, int kept, int hash)
    {
        lock (_writing)
        {
            if (kept == 0) return _untagged ??= Series("");
            // One set of tags may arrive in several orders; each order is found by itself and leads to the same series.
            if (_entries >= 4 * Most) _full = true;
            if (_full) return Overflow();
            var own = new Tag[kept];
            var at = 0;
            foreach (var tag in tags)
                if (Allowed(tag)) own[at++] = tag;
            var labels = Labels(own);
            if (!_byLabels.TryGetValue(labels, out var series))
            {
                if (_byLabels.Count >= Most - 1)
                {
                    _full = true;
                    return Overflow();
                }
                series = Series(labels);
            }
            Insert(new Entry(hash, own, series));
            return series;
        }
    }

    private Series Overflow()
    {
        if (Volatile.Read(ref _overflow) is { } known) return known;
        lock (_writing) return _overflow ??= Series("otel_metric_overflow=\"true\"");
    }

    private Series Series(string labels)
    {
        if (_byLabels.TryGetValue(labels, out var known)) return known;
        return _byLabels[labels] = kind switch
        {
            MetricKind.Histogram => new HistogramSeries(labels, bounds),
            MetricKind.Gauge => new GaugeSeries(labels),
            _ => new SumSeries(labels, rising: kind is MetricKind.Counter),
        };
    }

    private void Insert(Entry entry)
    {
        if (_entries++ >= _buckets.Length)
        {
            var larger = new Entry?[_buckets.Length * 2];
            foreach (var first in _buckets)
                for (var old = first; old is not null; old = old.Next) Link(larger, old);
            Volatile.Write(ref _buckets, larger);
        }
        Link(_buckets, entry);
    }

    private static void Link(Entry?[] buckets, Entry entry)
    {
        ref var bucket = ref buckets[entry.Hash & (buckets.Length - 1)];
        Volatile.Write(ref bucket, new Entry(entry.Hash, entry.Tags, entry.Series) { Next = bucket });
    }

    private static bool Allowed(Tag tag) => tag.Value is not null && AllowList.MetricLabels.Contains(tag.Key);

    private static int HashOf(ReadOnlySpan<Tag> tags, out int kept)
    {
        kept = 0;
        var hash = 0;
        foreach (var tag in tags)
        {
            if (!Allowed(tag)) continue;
            kept++;
            hash = HashCode.Combine(hash, tag.Key, tag.Value);
        }
        return hash;
    }

    private static bool Same(Tag[] own, ReadOnlySpan<Tag> tags)
    {
        var at = 0;
        foreach (var tag in tags)
        {
            if (!Allowed(tag)) continue;
            if (at == own.Length || own[at].Key != tag.Key || !Equals(own[at].Value, tag.Value)) return false;
            at++;
        }
        return at == own.Length;
    }

    private static string Labels(Tag[] tags)
    {
        Array.Sort(tags = [.. tags], static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        var labels = new StringBuilder();
        for (var i = 0; i < tags.Length; i++)
        {
            // Of a name given twice the last value counts, as it does for a span.
            if (i + 1 < tags.Length && tags[i + 1].Key == tags[i].Key) continue;
            var text = tags[i].Value switch { true => "true", false => "false", var value => AllowList.Print(value) };
            if (text.Length == 0) continue;
            if (labels.Length > 0) labels.Append(',');
            labels.Append(PrometheusName.Clean(tags[i].Key)).Append("=\"").Append(PrometheusName.Label(text)).Append('"');
        }
        return labels.ToString();
    }

    private sealed record Entry(int Hash, Tag[] Tags, Series Series)
    {
        public Entry? Next { get; init; }
    }
}
