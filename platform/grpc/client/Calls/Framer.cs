using Tiltas.Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>One framer a thread: framing never waits, so no two messages of a thread are framed at once.</summary>
internal static class Framer
{
    [ThreadStatic]
    private static OutgoingMessage? _framer;

    public static OutgoingMessage Here => _framer ??= new();
}
