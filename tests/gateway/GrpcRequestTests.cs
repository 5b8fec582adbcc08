using System.Net;
using Tiltas.Grpc.Interop;
using Tiltas.Hosting.Rpc;

using StatusCode = Grpc.Core.StatusCode;

namespace Tiltas.Gateway.Tests;

/// <summary>What is a gRPC call and what is not: by its content type and by its address.</summary>
public sealed class GrpcRequestTests
{
    private const string GetAgency = "/tiltas.directory.v1.Directory/GetAgency";

    public static TheoryData<string, bool> ContentTypes => new()
    {
        { "application/grpc", true }, { "application/grpc+proto", true }, { "application/grpc;charset=utf-8", true }, { "application/grpc ; a=b", true },
        { "application/grpc+proto ;a=b", true }, { "APPLICATION/GRPC", true }, { "Application/Grpc+Proto", true },
        { "application/grpc-web", false }, { "application/grpc-web+proto", false }, { "application/grpcx", false }, { "application/grpc+json", false },
        { "application/grpc+protox", false }, { "application/json", false },
    };

    [Theory, MemberData(nameof(ContentTypes))]
    public async Task ContentType_OfGrpc_IsToldFromOthers(string type, bool grpc)
    {
        await using var upstream = await GrpcUpstream.StartAsync();
        await using var gateway = await TlsTests.StartAsync(("Gateway:Grpc:Directory", upstream.Address));
        using var client = new GrpcClient(gateway.TlsAddress);
        using (var refused = await client.CallAsync(GetAgency, type: type))
            if (grpc) Assert.Equal((int)StatusCode.Unauthenticated, (await GrpcEnd.Of(refused)).Status);
            else await RunningGateway.AssertProblemAsync(refused, 404, "TLT-GW-0404");

        using var answered = await client.CallAsync(GetAgency, gateway.Tokens.Good(), type: type);
        if (grpc) Assert.Equal(0, (await GrpcEnd.Of(answered)).Status);
        else await RunningGateway.AssertProblemAsync(answered, 404, "TLT-GW-0404");
        Assert.Equal(grpc ? 1 : 0, upstream.Requests);
    }

    /// <summary>Because a caller whom the gateway takes for another kind than the service does is answered in a form that it cannot read.</summary>
    [Fact]
    public async Task ContentType_OfGrpc_IsTheSameForTheServerBehind()
    {
        await using var host = await InteropHost.Start(new() { Port = 0 });
        using var client = new GrpcClient(host.Address);
        foreach (var (type, grpc) in ContentTypes.Select(row => row.Data))
        {
            using var response = await client.CallAsync("/grpc.testing.TestService/EmptyCall", null, GrpcClient.Frame(""), type: type);
            Assert.Equal((type, grpc), (type, response.StatusCode == HttpStatusCode.OK));
            Assert.Equal((type, grpc), (type, RpcProblem.IsGrpc(type)));
        }
    }

    [Theory]
    [InlineData(GetAgency, (int)StatusCode.OK)]
    [InlineData(GetAgency + "/", (int)StatusCode.Unimplemented), InlineData("/TILTAS.directory.v1.Directory/GetAgency", (int)StatusCode.Unimplemented)]
    [InlineData("/grpc.health.v1.Health/Check", (int)StatusCode.OK)]
    [InlineData("/grpc.health.v1.Health/Check/", (int)StatusCode.Unimplemented), InlineData("/grpc.health.v1.health/check", (int)StatusCode.Unimplemented)]
    public async Task Address_IsTakenToTheLetter(string path, int status)
    {
        await using var upstream = await GrpcUpstream.StartAsync();
        await using var gateway = await TlsTests.StartAsync(("Gateway:Grpc:Directory", upstream.Address));
        using var client = new GrpcClient(gateway.TlsAddress);
        using var response = await client.CallAsync(path, gateway.Tokens.Good(), GrpcClient.Frame(""));
        Assert.Equal(status, (await GrpcEnd.Of(response)).Status);
    }
}
