using Tiltas.Hosting.Passports;

namespace Tiltas.Directory.Clients;

internal static class ClientEndpoints
{
    public static void MapClients(this IEndpointRouteBuilder app)
    {
        var clients = app.MapGroup("/v1/agencies/{id}/clients");
        var written = clients.MapGroup("").RequireRole(Roles.Registrar, Roles.Administrator);
        PutClient.Map(written);
        NewSecret.Map(written);
        RemoveClient.Map(written);
        ListClients.Map(clients);
        ListForGateway.Map(app);
    }
}
