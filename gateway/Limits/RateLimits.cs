using System.Threading.RateLimiting;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Gateway.Limits;

/// <summary>
/// So many requests a second for each agency, whichever of its clients sends them, and, where nobody has to sign in, for each
/// remote address; one that floods slows only itself.
/// </summary>
internal static class RateLimits
{
    public const string Agency = "agency";

    /// <summary>
    /// Of what is open to anybody but the token endpoint, which counts wrong secrets and lets right ones in. Who signs in all the
    /// same is counted as the agency, apart from its other requests.
    /// </summary>
    public const string Anybody = "anybody";

    public static void AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        var agency = Bucket(configuration, "RateLimit:PerSecond", 50, "RateLimit:Burst", 100);
        var address = Bucket(configuration, "RateLimit:AnonymousPerSecond", 50, "RateLimit:AnonymousBurst", 200);
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(Agency, context => RateLimitPartition.GetTokenBucketLimiter(context.Features.Get<Caller>()!.Agency.Value, _ => agency));
            limiter.AddPolicy(Anybody, context => context.Features.Get<Caller>() is { } caller
                ? RateLimitPartition.GetTokenBucketLimiter(caller.Agency.Value, _ => agency)
                : RateLimitPartition.GetTokenBucketLimiter(RemoteAddress.Of(context), _ => address));
            limiter.OnRejected = (rejected, _) =>
            {
                var context = rejected.HttpContext;
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
                var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
                return new(ProblemResult.Write(context, context.Features.Get<Caller>() is null ? GatewayErrors.TooManyFromAddress(seconds) : GatewayErrors.TooMany(seconds)));
            };
        });
    }

    private static TokenBucketRateLimiterOptions Bucket(IConfiguration configuration, string rateName, int usualRate, string burstName, int usualBurst)
    {
        var (perSecond, burst) = (configuration.GetValue(rateName, usualRate), configuration.GetValue(burstName, usualBurst));
        if (perSecond < 1 || burst < 1) throw new InvalidOperationException($"{rateName} and {burstName} must be at least 1.");

        // In small steps, so that whoever is at the limit is served evenly and not once a second.
        var step = Math.Max(1, perSecond / 10);
        return new()
        {
            TokenLimit = burst,
            TokensPerPeriod = step,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)step / perSecond),
            QueueLimit = 0,
        };
    }
}
