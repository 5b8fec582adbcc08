using Tiltas.Directory.Capacity;

namespace Tiltas.Directory.Services;

internal static class ServiceEndpoints
{
    public static void MapServices(this IEndpointRouteBuilder app)
    {
        var services = app.MapGroup("/v1/services");
        OfferService.Map(services);
        ChangeService.Map(services);
        WithdrawService.Map(services);
        ListServices.Map(services);
        ReadService.Map(services);
        PutCapacity.Map(services);
        ReadCapacity.Map(services);
        HoldPlace.Map(services);
        ReleaseHold.Map(services);
    }
}
