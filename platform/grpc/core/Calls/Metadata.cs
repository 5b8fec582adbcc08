using System.Collections;

namespace Grpc.Core;

/// <summary>Headers or trailers of a call: names in lower case; names that end with <c>-bin</c> carry bytes, all others printable ASCII.</summary>
public sealed partial class Metadata : IList<Metadata.Entry>
{
    /// <summary>How the name of an entry with bytes ends.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>No entries, and none can be added.</summary>
    public static readonly Metadata Empty = new Metadata().Freeze();

    private readonly List<Entry> entries = [];
    private bool frozen;

    /// <summary>The last entry with that name, whatever its case.</summary>
    public Entry? Get(string key)
    {
        for (var i = entries.Count - 1; i >= 0; i--)
            if (entries[i].Key.Equals(key, StringComparison.OrdinalIgnoreCase)) return entries[i];
        return null;
    }

    /// <summary>The text of the last entry with that name. Throws for an entry with bytes.</summary>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>The bytes of the last entry with that name.</summary>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    /// <summary>All entries with that name, in their order.</summary>
    public IEnumerable<Entry> GetAll(string key) => entries.Where(entry => entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc />
    public Entry this[int index]
    {
        get => entries[index];
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Changeable().entries[index] = value;
        }
    }

    /// <inheritdoc />
    public int Count => entries.Count;

    /// <inheritdoc />
    public bool IsReadOnly => frozen;

    /// <inheritdoc />
    public void Add(Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Changeable().entries.Add(item);
    }

    /// <summary>Adds text.</summary>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Adds bytes; the name must end with <c>-bin</c>.</summary>
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    /// <inheritdoc />
    public int IndexOf(Entry item) => entries.IndexOf(item);

    /// <inheritdoc />
    public void Insert(int index, Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Changeable().entries.Insert(index, item);
    }

    /// <inheritdoc />
    public void RemoveAt(int index) => Changeable().entries.RemoveAt(index);

    /// <inheritdoc />
    public void Clear() => Changeable().entries.Clear();

    /// <inheritdoc />
    public bool Contains(Entry item) => entries.Contains(item);

    /// <inheritdoc />
    public void CopyTo(Entry[] array, int arrayIndex) => entries.CopyTo(array, arrayIndex);

    /// <inheritdoc />
    public bool Remove(Entry item) => Changeable().entries.Remove(item);

    /// <inheritdoc />
    public IEnumerator<Entry> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal Metadata Freeze()
    {
        frozen = true;
        return this;
    }

    private Metadata Changeable() => frozen ? throw new InvalidOperationException("These metadata cannot be changed.") : this;
}
