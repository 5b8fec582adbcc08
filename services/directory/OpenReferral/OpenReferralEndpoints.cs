using Tiltas.Directory.Coverage;
using Tiltas.Hosting.Passports;

namespace Tiltas.Directory.OpenReferral;

/// <summary>The directory as Open Referral HSDS 3.1 reads it, for anybody; docs/adr/0006-open-referral.md.</summary>
internal static class OpenReferralEndpoints
{
    /// <summary>Where all of it lies, here and at the gateway.</summary>
    public const string Path = "/hsds";

    public static void AddOpenReferral(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(provider => CountryWords.Load(builder.Configuration["Country:Path"]!, provider.GetRequiredService<Country>()));
        builder.Services.AddSingleton<Taxonomies>();
        builder.Services.AddSingleton<Schedules>();
    }

    public static void MapOpenReferral(this WebApplication app)
    {
        // Read before the first caller comes: a service with bad country data must not start.
        _ = app.Services.GetRequiredService<Taxonomies>();
        // Only the operator knows the address that callers use.
        var address = app.Configuration["OpenReferral:Address"]?.TrimEnd('/');
        var about = new Dictionary<string, string> { ["version"] = "3.1", ["profile"] = "urn:tiltas:hsds:profile:1" };
        if (address is not null) about["openapi_url"] = address + Path + "/openapi.json";

        var hsds = app.MapGroup(Path).PassportIsOptional();
        hsds.MapGet("", () => Results.Json(about, HsdsJson.Options));
        hsds.MapGet("openapi.json", () => Results.Bytes(OpenApi.Document, "application/json"));
        Lists.Map(hsds);
        Records.Map(hsds);
    }
}
