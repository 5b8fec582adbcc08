namespace Tiltas.Identification.Screenings;

/// <summary>Screenings by versioned indicator sets.</summary>
public static class ScreeningsFeature
{
    public static void AddScreenings(this IServiceCollection services)
    {
        services.AddSingleton<IndicatorSets>();
        services.AddHostedService(provider => provider.GetRequiredService<IndicatorSets>());
        services.AddScoped<RecordScreening>();
        services.AddScoped<ReadScreening>();
        services.AddScoped<ReadTopics>();
    }

    public static void MapScreenings(this IEndpointRouteBuilder routes)
    {
        ListIndicatorSets.Map(routes);
        ListBorderPoints.Map(routes);
        RecordScreening.Map(routes);
        ReadScreening.Map(routes);
        ReadTopics.Map(routes);
    }
}
