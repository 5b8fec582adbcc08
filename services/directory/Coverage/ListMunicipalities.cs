namespace Tiltas.Directory.Coverage;

/// <summary><c>GET /v1/municipalities</c>: every municipality of the country; the codes that other records may name.</summary>
internal static class ListMunicipalities
{
    public static void MapCoverage(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/municipalities", (Country country) => Results.Ok(country.Municipalities));
        ReadCoverage.Map(app);
    }

    public static void AddCoverage(this WebApplicationBuilder builder)
    {
        var folder = builder.Configuration["Country:Path"] ?? throw new InvalidOperationException("Country:Path is missing.");
        builder.Services.AddSingleton(Country.Load(folder));
        builder.Services.AddSingleton(CountryYaml.ReadTime(folder));
        builder.Services.AddSingleton(Provision.Load(folder));
    }
}
