using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tiltas.Bench.Grpc;

/// <summary>The process that is measured: a gRPC service and, beside it, plain endpoints that take and give the very same bytes.</summary>
internal static class FlowServer
{
    public const string Part = "grpc-server";

    public static async Task Run(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, int.Parse(arguments[0], System.Globalization.CultureInfo.InvariantCulture), listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<FlowService>();
        app.MapPost("/plain/echo", Echo);
        app.MapPost("/plain/pour", Pour);
        app.MapPost("/trailer/echo", http =>
        {
            http.Response.AppendTrailer("grpc-status", "0");
            return Echo(http);
        });
        await app.RunAsync();
    }

    // Reads and answers as the service does, without any protocol: it knows how long the body is because it is all there.
    private static async Task Echo(HttpContext http)
    {
        var body = await Whole(http);
        http.Response.ContentType = "application/octet-stream";
        await http.Response.StartAsync();
        Copy(http, body);
        http.Request.BodyReader.AdvanceTo(body.End);
    }

    private static async Task Pour(HttpContext http)
    {
        var body = await Whole(http);
        var ask = Ask.Parser.ParseFrom(body.Slice(5));
        http.Request.BodyReader.AdvanceTo(body.End);
        var frame = new byte[5 + new Given { Body = ask.Body }.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - 5);
        new Given { Body = ask.Body }.WriteTo(frame.AsSpan(5));
        await http.Response.StartAsync();
        for (var i = 0; i < ask.Count; i++)
        {
            http.Response.BodyWriter.Write(frame);
            await http.Response.BodyWriter.FlushAsync();
        }
    }

    private static void Copy(HttpContext http, ReadOnlySequence<byte> body)
    {
        foreach (var part in body) http.Response.BodyWriter.Write(part.Span);
    }

    private static async Task<ReadOnlySequence<byte>> Whole(HttpContext http)
    {
        while (true)
        {
            var result = await http.Request.BodyReader.ReadAsync();
            if (result.IsCompleted) return result.Buffer;
            http.Request.BodyReader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private sealed class FlowService : Flow.FlowBase
    {
        public override Task<Given> Echo(Ask request, ServerCallContext context) => Task.FromResult(new Given { Body = request.Body });

        public override async Task Pour(Ask request, IServerStreamWriter<Given> responseStream, ServerCallContext context)
        {
            for (var i = 0; i < request.Count; i++) await responseStream.WriteAsync(new Given { Body = request.Body });
        }
    }
}
