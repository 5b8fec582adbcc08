using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Tiltas.Grpc.Server.Calls;
using Tiltas.Grpc.Wire;

namespace Tiltas.Grpc.Server.Methods;

/// <summary>Answers gRPC requests that no route takes.</summary>
internal static class UnknownMethod
{
    private const string Rest = "unknownGrpcMethod";

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.Map(RoutePatternFactory.Parse($"{{**{Rest}}}", defaults: null, parameterPolicies: new RouteValueDictionary { [Rest] = new OnlyGrpc() }), Answer)
            .WithDisplayName("gRPC, unknown method").Add(builder => ((RouteEndpointBuilder)builder).Order = int.MaxValue);

    private static Task Answer(HttpContext http)
    {
        if (!Protocol.Refuse(http)) Tell(http);
        return Task.CompletedTask;
    }

    public static void Tell(HttpContext http)
    {
        http.Response.ContentType = Names.ContentType;
        http.Response.Headers.GrpcStatus = StatusText.Of(StatusCode.Unimplemented);
        http.Response.Headers.GrpcMessage = "There is no such method here.";
    }

    private sealed class OnlyGrpc : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext is not null && Names.IsGrpcFamily(httpContext.Request.ContentType);
    }
}
