namespace Tiltas.Directory.History;

/// <summary>What kind of record was changed.</summary>
public enum RecordKind { Organization, Service, Location, Capacity, Memorandum, Client, Staff }

/// <summary>What was done to it. A record that is taken back stays readable: its last change is a delete.</summary>
public enum ChangeKind { Create, Update, Delete }

/// <summary>One change of one field of one record, in the terms of HSDS <c>metadata</c>. Entries are added and never altered.</summary>
public sealed record HistoryEntry
{
    /// <summary>Rises with each entry; the database gives it.</summary>
    public long Number { get; init; }
    /// <summary>Its UUID, for HSDS.</summary>
    public required Guid Id { get; init; }
    /// <summary>When it was changed, UTC.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>Whose record it is.</summary>
    public required string Agency { get; init; }
    /// <summary>Kind of the record.</summary>
    public required RecordKind Kind { get; init; }
    /// <summary>Identifier of the record; a service's for its capacity.</summary>
    public required string Record { get; init; }
    /// <summary>What was done.</summary>
    public required ChangeKind Change { get; init; }
    /// <summary>The field as the interface names it; <c>*</c> for a whole new record.</summary>
    public required string Field { get; init; }
    /// <summary>What it was: a text as it is, anything else as JSON; absent when there was nothing, or when it is a secret.</summary>
    public required string? Previous { get; init; }
    /// <summary>What it is now, in the same form.</summary>
    public required string? Replacement { get; init; }
    /// <summary>The agency whose client changed it.</summary>
    public required string ByAgency { get; init; }
    /// <summary>The client that changed it. Never a person's name.</summary>
    public required string ByClient { get; init; }
}
