using Microsoft.AspNetCore.Http;
using Tiltas.Grpc.Server.Calls;

namespace Grpc.Core;

/// <summary>The HTTP side of a call.</summary>
public static class ServerCallContextExtensions
{
    /// <summary>The request that carries the call. <see cref="InvalidOperationException"/> for a context that is not this server's.</summary>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext) =>
        (serverCallContext as ServerCall)?.Http ?? throw new InvalidOperationException("This context comes from no HTTP request.");
}
