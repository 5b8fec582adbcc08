using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Google.Rpc;
using Tiltas.Protos.Codes.V1;
using Tiltas.Protos.Directory.V1;
using Tiltas.Protos.Notification.V1;
using RpcStatus = Google.Rpc.Status;
using StatusCode = Grpc.Core.StatusCode;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>Bytes that no gRPC library would send, at the gateway's TLS address.</summary>
public sealed class RawRpcTests(Net net)
{
    private const string GetAgency = "/tiltas.directory.v1.Directory/GetAgency";

    private static readonly byte[] Question = Frame(new GetAgencyRequest { AgencyId = "lt-caritas" }.ToByteArray());

    /// <summary>Whoever refuses, the library, the service or the gateway: there is a code to look up.</summary>
    [Theory]
    [InlineData("two messages", StatusCode.InvalidArgument, "TLT-NET-0400")]
    [InlineData("no message", StatusCode.InvalidArgument, "TLT-NET-0400")]
    [InlineData("cut short", StatusCode.InvalidArgument, "TLT-NET-0400")]
    [InlineData("bad flag", StatusCode.InvalidArgument, "TLT-NET-0400")]
    [InlineData("no protobuf", StatusCode.InvalidArgument, "TLT-NET-0400")]
    [InlineData("time that cannot be read", StatusCode.InvalidArgument, "TLT-NET-0400")]
    [InlineData("too long by its header", StatusCode.ResourceExhausted, "TLT-NET-0413")]
    [InlineData("too long", StatusCode.ResourceExhausted, "TLT-GW-0413")]
    [InlineData("unknown compression", StatusCode.Unimplemented, "TLT-NET-0415")]
    public async Task Refusal_HasACode(string fault, StatusCode status, string code)
    {
        byte[] body = fault switch
        {
            "two messages" => [.. Question, .. Question],
            "no message" => [],
            "cut short" => Question[..^1],
            "bad flag" => [2, .. Question[1..]],
            "no protobuf" => Frame([0xff, 0xff, 0xff]),
            "too long by its header" => [0, 0x7f, 0, 0, 0, .. Question[5..]],
            "too long" => Frame(new byte[1 << 20]),
            _ => Question,
        };
        using var content = new ByteArrayContent(body);
        var answer = await Send(GetAgency, content, request =>
        {
            if (fault == "time that cannot be read") request.Headers.Add("grpc-timeout", "soon");
            if (fault == "unknown compression") request.Headers.Add("grpc-encoding", "br");
        });
        var info = answer.Details?.Details.Single(any => any.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
        Assert.Equal((status, code, "tiltas"), (answer.Status, info?.Metadata["code"], info?.Domain));
        Assert.Equal((int)status, answer.Details!.Code);
    }

    /// <summary>From the gateway to a service one connection carries the calls of all agencies.</summary>
    [Fact]
    public async Task BodyThatStalls_EndsItsOwnCall_AndNobodyElsesStream()
    {
        using var kopzi = new RpcAgency(net.It, "lt-kopzi");
        using var caritas = new RpcAgency(net.It, "lt-caritas");
        await using var stream = await Followed.Open(caritas, new SubscribeRequest { After = await RpcAgency.EndOfFeed(net.It, "lt-caritas") });

        using var stalled = new Stalled(Question[..3]);
        var answer = await Send("/tiltas.notification.v1.Notifications/ListNotices", stalled);

        Assert.Equal(StatusCode.DeadlineExceeded, answer.Status);
        Assert.Equal("TLT-GW-0408", answer.Details!.Details[0].Unpack<ErrorInfo>().Metadata["code"]);
        var subject = await kopzi.SubjectWithConsent("lt-caritas");
        var referral = (await kopzi.Referrals.SubmitReferralAsync(RpcAgency.Referral(subject))).ReferralId;
        await stream.Next(NoticeKind.ReferralSubmitted, referral);
        Assert.False(stream.Ended.IsCompleted);
    }

    private async Task<(StatusCode Status, RpcStatus? Details)> Send(string method, HttpContent body, Action<HttpRequestMessage>? change = null)
    {
        using var http = new HttpMessageInvoker(RpcAgency.Handler(net.It));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(net.It.Network.GatewayTls.ToString()), method)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = body };
        request.Headers.TE.ParseAdd("trailers");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await net.It.As("lt-iom").Token());
        change?.Invoke(request);
        using var response = await http.SendAsync(request, CancellationToken.None);
        await response.Content.ReadAsByteArrayAsync();
        var end = response.Headers.Contains("grpc-status") ? response.Headers : response.TrailingHeaders;
        var details = end.TryGetValues("grpc-status-details-bin", out var values) ? values.Single() : null;
        return (Enum.Parse<StatusCode>(end.GetValues("grpc-status").Single()), details is null ? null : RpcStatus.Parser.ParseFrom(Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '='))));
    }

    private static byte[] Frame(byte[] payload) => [0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

    /// <summary>The first bytes, and then nothing.</summary>
    private sealed class Stalled(byte[] first) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(first, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
