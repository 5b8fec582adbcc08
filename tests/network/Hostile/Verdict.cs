using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>What every refusal must look like.</summary>
internal static partial class Verdict
{
    /// <summary>What is wrong with an answer to something wrong; null when nothing is.</summary>
    public static string? Of(Answer answer, bool mayPass = false, string? field = null, int? status = null)
    {
        var code = (int)answer.Status;
        if (answer.Body.Contains(OneFault.Canary, StringComparison.OrdinalIgnoreCase)) return $"{code} repeats what was sent";
        if (code is >= 200 and < 300) return mayPass ? null : $"{code} was taken";
        if (code is < 400 or >= 500) return $"{code} {answer.Body}";
        if (status is { } wanted && code != wanted) return $"{code} instead of {wanted}";
        if (answer.MediaType != "application/problem+json") return $"{code} as {answer.MediaType}";
        var problem = JsonNode.Parse(answer.Body)!;
        if (!Code().IsMatch((string?)problem["code"] ?? "")) return $"{code} with code {problem["code"]}";
        if ((int?)problem["status"] != code) return $"{code} says status {problem["status"]}";
        if (field is null || code != 400) return null;
        if ((string?)problem["field"] is not { } named) return $"{code} {problem["code"]} names no field";
        return field.StartsWith(named, StringComparison.Ordinal) || named.StartsWith(field, StringComparison.Ordinal) || named.Split('.')[0] == "$" && named.Count(c => c == '.') <= field.Count(c => c == '.')
            ? null
            : $"{code} names {named} instead of {field}";
    }

    [GeneratedRegex(@"^TLT-[A-Z]+-\d{4}\z")]
    private static partial Regex Code();
}
