using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.Capacity;

internal static class CapacityErrors
{
    public static Error.Invalid Count(string field) => new("TLT-DIR-0801", "A number from 0 to 100000 is expected, those available not above all.", field);
    public static Error.NotFound NotStated { get; } = new("TLT-DIR-0802", "Nobody said how many places this service has.");
    public static Error.Conflict NothingToKeep { get; } = new("TLT-DIR-0803", "Nobody said how many places this service has, so none can be kept; refer to it all the same.", "capacity-known");
    public static Error.Conflict Full { get; } = new("TLT-DIR-0804", "No place is free; one that is kept may come back when its time is over.", "place-free");
    public static Error.NotFound NoHold { get; } = new("TLT-DIR-0805", "There is no such hold.");
    public static Error.Forbidden NotActive { get; } = new("TLT-DIR-0806", "Only an agency that is active in the directory keeps a place.", "standing:active", "an active standing in the directory");
}
