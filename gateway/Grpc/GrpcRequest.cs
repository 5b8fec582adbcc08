using System.Globalization;
using Tiltas.Hosting.Rpc;

namespace Tiltas.Gateway.Grpc;

/// <summary>What tells a gRPC call from any other request, and how long its caller will wait.</summary>
internal static class GrpcRequest
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(20);

    public static bool IsGrpc(this HttpRequest request) => RpcProblem.IsWanted(request);

    /// <summary>The header grpc-timeout: up to eight digits and a unit. Null when there is none, or none that can be read.</summary>
    public static TimeSpan? Deadline(string? header)
    {
        if (header is not { Length: >= 2 and <= 9 } || !long.TryParse(header.AsSpan(0, header.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return null;
        var one = header[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 0,
            _ => -1,
        };
        if (one < 0) return null;
        var ticks = one == 0 ? count / TimeSpan.NanosecondsPerTick : count * one;
        return ticks < Longest.Ticks ? TimeSpan.FromTicks(ticks) : Longest;
    }
}
