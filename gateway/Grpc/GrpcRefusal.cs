using System.Globalization;
using Tiltas.Hosting.Problems;

namespace Tiltas.Gateway.Grpc;

/// <summary>An error to a gRPC caller: HTTP 200, the status in the headers when nothing was sent yet, else in the trailers.</summary>
internal sealed class GrpcRefusal : IErrorForm
{
    public static GrpcRefusal Instance { get; } = new();

    public Task Write(HttpContext context, Error error)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = GrpcRequest.MediaType;
        foreach (var (name, value) in Parts(error)) response.Headers[name] = value;
        return Task.CompletedTask;
    }

    /// <summary>Ends an answer that has begun.</summary>
    public static void WriteTrailers(HttpResponse response, Error error)
    {
        foreach (var (name, value) in Parts(error)) response.AppendTrailer(name, value);
    }

    private static (string Name, string Value)[] Parts(Error error) =>
    [
        ("grpc-status", RichStatus.CodeOf(error).ToString(CultureInfo.InvariantCulture)),
        ("grpc-message", RichStatus.Encode(error.Sentence)),
        ("grpc-status-details-bin", RichStatus.Details(error)),
    ];
}
