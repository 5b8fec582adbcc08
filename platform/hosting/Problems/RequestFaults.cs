using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tiltas.Hosting.Problems;

/// <summary>
/// Says what in a request cannot be read: which members are missing, where an unknown one stands, which parameter has the
/// wrong form. Only names that are ours are given back; whatever the caller thought of could be about a person.
/// </summary>
internal static partial class RequestFaults
{
    private static readonly Error.Invalid NoBody = Unreadable("A body is required here and there is none.", "$");

    public static Error.Invalid InBody(JsonException json)
    {
        var at = OwnPart(json.Path);
        var message = json.Message;
        if (message.Contains("missing required properties", StringComparison.Ordinal)) return Missing(message, at);
        if (message.Contains("could not be mapped", StringComparison.Ordinal)) return Unreadable("A member stands here that is not known here.", Parent(json.Path));
        if (message.Contains("Duplicate propert", StringComparison.Ordinal)) return Unreadable("A member stands here twice.", Parent(json.Path));
        if (message.Contains("allow setting null", StringComparison.Ordinal) || message.Contains("allow null", StringComparison.Ordinal)) return Unreadable("This member may not be null.", at);
        // Our own converters say what they expect and never what they got; what the framework says could hold what was sent.
        return message.Contains(" is expected", StringComparison.Ordinal) && json.InnerException is null
            ? Unreadable($"This field cannot be read: {message}.", at)
            : Unreadable("The body is not the JSON that is expected here; the field says where.", at);
    }

    public static Error.Invalid InBinding(string message)
    {
        if (message.Contains("no body was provided", StringComparison.Ordinal)) return NoBody;
        if (Parameter().Match(message) is not { Success: true } found)
            return new Error.Invalid(CommonErrors.Malformed, "The request could not be read: a required part is missing or has the wrong form.");
        if (found.Groups["source"].ValueSpan is "body") return NoBody;

        var name = found.Groups["name"].Value;
        return message.StartsWith("Required", StringComparison.Ordinal)
            ? Unreadable("This parameter is required.", name)
            : Unreadable("This parameter does not have the form that is expected here.", name);
    }

    private static Error.Invalid Missing(string message, string at)
    {
        var names = Quoted().Matches(message).Select(match => match.Groups["name"].Value).Where(TiltasJson.IsMember).ToArray();
        return names switch
        {
            [] => Unreadable("A required member is missing.", at),
            [var only] => Unreadable("This member is required.", at + "." + only),
            _ => Unreadable($"Required members are missing: {string.Join(", ", names)}.", at),
        };
    }

    private static Error.Invalid Unreadable(string sentence, string field) => new(CommonErrors.Malformed, sentence, field);

    /// <summary>The path as far as it is made of our own members: an unknown member and a dictionary's key hold what the caller typed.</summary>
    private static string OwnPart(string? path)
    {
        if (path is not ['$', ..]) return "$";
        var end = 1;
        foreach (Match step in Step().Matches(path, 1))
        {
            if (step.Groups["member"] is { Success: true } member && !TiltasJson.IsMember(member.Value)) break;
            end = step.Index + step.Length;
        }
        return path[..end];
    }

    /// <summary>The object in which the last member of the path stands, even when another place knows a member of that name.</summary>
    private static string Parent(string? path)
    {
        var own = OwnPart(path);
        return own == path && own.LastIndexOf('.') is var dot and > 0 ? own[..dot] : own;
    }

    [GeneratedRegex(@"\G(\.(?<member>[A-Za-z0-9_]+)|\[[0-9]+\])")]
    private static partial Regex Step();

    [GeneratedRegex("'(?<name>[A-Za-z0-9_]+)'")]
    private static partial Regex Quoted();

    // The framework's sentence: the parameter's type and name come first, before anything that was sent.
    [GeneratedRegex(@"\A(Failed to bind parameter|Required parameter) ""[^""]*?(?<name>[A-Za-z0-9_]+)"" (from ""|was not provided from (?<source>[a-z]+))")]
    private static partial Regex Parameter();
}
