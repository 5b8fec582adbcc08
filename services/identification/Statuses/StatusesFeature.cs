using Tiltas.Identification.Country;
using Tiltas.Identification.Entitlements;

namespace Tiltas.Identification.Statuses;

/// <summary>Victim statuses and what they entitle to.</summary>
public static class StatusesFeature
{
    public static void AddStatuses(this IServiceCollection services)
    {
        services.AddSingleton(provider => new Calendar(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<CountryData>().TimeZone));
        services.AddSingleton(provider => provider.GetRequiredService<CountryData>().Entitlements);
        services.AddScoped<WriteStanding>();
        services.AddScoped<ChangeStatus>();
        services.AddScoped<TellCircumstances>();
        services.AddScoped<ReadStatus>();
        services.AddScoped<ReadEntitlements>();
        services.AddHostedService<FollowTable>();
    }

    public static void MapStatuses(this IEndpointRouteBuilder routes)
    {
        ChangeStatus.Map(routes);
        TellCircumstances.Map(routes);
        ReadStatus.Map(routes);
        ReadEntitlements.Map(routes);
    }
}
