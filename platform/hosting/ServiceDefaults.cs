using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tiltas.Hosting.Health;
using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Storage;
using Tiltas.Hosting.Telemetry;

namespace Tiltas.Hosting;

/// <summary>What every service of the network has in common.</summary>
public static class ServiceDefaults
{
    /// <summary>Adds clock, JSON rules, problem details, passports, telemetry and the inside port.</summary>
    public static void AddServiceDefaults(this WebApplicationBuilder builder, string service)
    {
        builder.AddTelemetry(service);
        builder.AddInsidePort();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.ConfigureHttpJsonOptions(options => TiltasJson.Strict(options.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.AddPassports();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
            // Only the gateway comes here, and it times each caller's body. Kestrel would end the connection that all callers share.
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
    }

    /// <summary>Puts the common parts around the endpoints; call before mapping them.</summary>
    public static void UseServiceDefaults(this WebApplication app)
    {
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.UsePassports();
        app.UseMiddleware<AdmissionMiddleware>();
        app.MapInsidePort();
    }
}
