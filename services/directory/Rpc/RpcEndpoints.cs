using Tiltas.Hosting.Rpc;
using Proto = Tiltas.Protos.Directory.V1;

namespace Tiltas.Directory.Rpc;

internal static class RpcEndpoints
{
    public static void MapDirectoryRpc(this IEndpointRouteBuilder app)
    {
        app.MapRpc<DirectoryRpc>(Proto.Directory.Descriptor);
        app.MapRpc<AdministrationRpc>(Proto.Administration.Descriptor, AdministrationRoles.Of);
    }
}
