using Tiltas.Directory.History;

namespace Tiltas.Directory.Agencies;

internal static class AgencyEndpoints
{
    public static void MapAgencies(this IEndpointRouteBuilder app)
    {
        var agencies = app.MapGroup("/v1/agencies");
        RegisterAgency.Map(agencies);
        ChangeAgency.Map(agencies);
        ListAgencies.Map(agencies);
        ReadAgency.Map(agencies);
        ChangeStanding.Map(agencies);
        ListHistory.Map(agencies);
    }
}
