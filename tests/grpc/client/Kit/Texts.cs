using Grpc.Core;
using Grpc.Net.Client;

namespace Tiltas.Grpc.Client.Tests.Kit;

/// <summary>Methods of each shape whose messages are plain text, and their calls in short.</summary>
internal static class Texts
{
    public static readonly Method<string, string> One = Method(MethodType.Unary);
    public static readonly Method<string, string> Down = Method(MethodType.ServerStreaming);
    public static readonly Method<string, string> Up = Method(MethodType.ClientStreaming);
    public static readonly Method<string, string> Both = Method(MethodType.DuplexStreaming);

    public static AsyncUnaryCall<string> Unary(this GrpcChannel channel, string text = "hello", CallOptions options = default) =>
        channel.CreateCallInvoker().AsyncUnaryCall(One, null, options, text);

    public static AsyncServerStreamingCall<string> Download(this GrpcChannel channel, string text = "hello", CallOptions options = default) =>
        channel.CreateCallInvoker().AsyncServerStreamingCall(Down, null, options, text);

    public static AsyncClientStreamingCall<string, string> Upload(this GrpcChannel channel, CallOptions options = default) =>
        channel.CreateCallInvoker().AsyncClientStreamingCall(Up, null, options);

    public static AsyncDuplexStreamingCall<string, string> Duplex(this GrpcChannel channel, CallOptions options = default) =>
        channel.CreateCallInvoker().AsyncDuplexStreamingCall(Both, null, options);

    public static async Task<Status> StatusOf(this Task<string> response)
    {
        try
        {
            await response.WaitAsync(TimeSpan.FromSeconds(30));
            return Status.DefaultSuccess;
        }
        catch (RpcException e)
        {
            return e.Status;
        }
    }

    public static async Task<(List<string> Messages, Status Status)> ReadAll(this IAsyncStreamReader<string> stream)
    {
        var messages = new List<string>();
        try
        {
            while (await stream.MoveNext(default).WaitAsync(TimeSpan.FromSeconds(30))) messages.Add(stream.Current);
            return (messages, Status.DefaultSuccess);
        }
        catch (RpcException e)
        {
            return (messages, e.Status);
        }
    }

    private static Method<string, string> Method(MethodType type) => new(type, "test.Texts", type.ToString(), Marshallers.StringMarshaller, Marshallers.StringMarshaller);
}
