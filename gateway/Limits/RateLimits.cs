using System.Threading.RateLimiting;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Gateway.Limits;

/// <summary>So many requests a second for each agency, whichever of its clients sends them; one that floods slows only itself.</summary>
internal static class AgencyRateLimit
{
    public const string Policy = "agency";

    public static void AddAgencyRateLimit(this IServiceCollection services, IConfiguration configuration)
    {
        var perSecond = configuration.GetValue("RateLimit:PerSecond", 50);
        var burst = configuration.GetValue("RateLimit:Burst", 100);
        if (perSecond < 1 || burst < 1) throw new InvalidOperationException("RateLimit:PerSecond and RateLimit:Burst must be at least 1.");

        // In small steps, so that an agency at its limit is served evenly and not once a second.
        var step = Math.Max(1, perSecond / 10);
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = step,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)step / perSecond),
            QueueLimit = 0,
        };
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(Policy, context => RateLimitPartition.GetTokenBucketLimiter(context.Features.Get<Caller>()!.Agency.Value, _ => bucket));
            limiter.OnRejected = (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? (int)Math.Ceiling(after.TotalSeconds) : 1;
                return new ValueTask(ProblemResult.Write(rejected.HttpContext, GatewayErrors.TooMany(Math.Max(1, wait))));
            };
        });
    }
}
