using Microsoft.AspNetCore.Http;

namespace Tiltas.Hosting.Health;

/// <summary>What a probe is told: words, no addresses, no reasons.</summary>
internal sealed record HealthReport
{
    private const string Well = "ok";
    private const string Ill = "failing";

    public required string Status { get; init; }
    public required IReadOnlyDictionary<string, string> Checks { get; init; }

    public static IResult Of(IReadOnlyDictionary<string, bool> checks)
    {
        var well = checks.Values.All(check => check);
        return Results.Json(
            new HealthReport { Status = well ? Well : Ill, Checks = checks.ToDictionary(check => check.Key, check => check.Value ? Well : Ill) },
            statusCode: well ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
