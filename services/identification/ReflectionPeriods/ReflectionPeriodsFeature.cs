using Tiltas.Identification.Country;

namespace Tiltas.Identification.ReflectionPeriods;

/// <summary>Reflection periods of presumed victims.</summary>
public static class ReflectionPeriodsFeature
{
    public static void AddReflectionPeriods(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<CountryData>().Reflection);
        services.AddScoped<ChangeReflection>();
        services.AddScoped<ReadReflection>();
        services.AddHostedService<WatchReflections>();
    }

    public static void MapReflectionPeriods(this IEndpointRouteBuilder routes)
    {
        ChangeReflection.Map(routes);
        ReadReflection.Map(routes);
    }
}
