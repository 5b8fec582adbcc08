using Google.Rpc;
using Grpc.Core;
using Tiltas.Grpc;
using StatusCode = Grpc.Core.StatusCode;

namespace Tiltas.Network.Tests.Rpc;

/// <summary>How a call was refused, as a program reads it.</summary>
internal sealed record Refusal(StatusCode Status, string Sentence, string Code, string Rule, string Missing, string Field, TimeSpan? Retry)
{
    public static Refusal Of(RpcException exception)
    {
        var status = exception.GetRpcStatus();
        var info = status?.GetDetail<ErrorInfo>();
        if (status is not null) Assert.Equal((int)exception.StatusCode, status.Code);
        if (info is not null) Assert.Equal(("tiltas", info.Metadata["code"].Replace('-', '_')), (info.Domain, info.Reason));
        return new(exception.StatusCode, exception.Status.Detail, One("code"), One("rule"), One("missing"),
            status?.GetDetail<BadRequest>()?.FieldViolations.Single().Field ?? "", status?.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan());

        string One(string name) => info?.Metadata.GetValueOrDefault(name) ?? "";
    }

    /// <summary>The refusal of a call that must not succeed.</summary>
    public static async Task<Refusal> Of<T>(AsyncUnaryCall<T> call) => Of(await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync));

    /// <summary>Null when the call succeeded.</summary>
    public static async Task<Refusal?> OrNone<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
            return null;
        }
        catch (RpcException exception)
        {
            return Of(exception);
        }
    }
}
