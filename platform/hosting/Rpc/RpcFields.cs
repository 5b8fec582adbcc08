using Tiltas.Hosting.Problems;

namespace Tiltas.Hosting.Rpc;

/// <summary>Errors of a record that a request carries inside.</summary>
public static class RpcFields
{
    /// <summary>
    /// The error with its field's path from the request on: <c>$.profile.minimumAge</c> within <c>service</c> is
    /// <c>service.profile.minimum_age</c>. Members that the proto names otherwise are in <paramref name="names"/>, by the name they would have;
    /// one that ends in <c>_</c> is of one word with the next.
    /// </summary>
    public static Error Within(this Error error, string record, IReadOnlyDictionary<string, string> names) =>
        error is Error.Invalid { Field: { } field } invalid
            ? invalid with { Field = string.Join('.', RpcProblem.FieldPath(field, fuller: false).Split('.').Select(part => Named(part, names)).Prepend(record)).Replace("_.", "_", StringComparison.Ordinal) }
            : error;

    private static string Named(string part, IReadOnlyDictionary<string, string> names)
    {
        var (name, index) = part.IndexOf('[', StringComparison.Ordinal) is var at and >= 0 ? (part[..at], part[at..]) : (part, "");
        return names.GetValueOrDefault(name, name) + index;
    }
}
