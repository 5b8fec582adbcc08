using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>How a call ended, once and for all.</summary>
internal sealed record CallEnd(Status Status, Metadata Trailers, Ending Ending);

/// <summary>Who ended a call.</summary>
internal enum Ending
{
    /// <summary>The server's status, read to the last byte: nothing is left to stop.</summary>
    Remote,

    /// <summary>A fault on the way, or an answer that cannot be used: what still runs is stopped.</summary>
    Fault,

    /// <summary>The caller: cancellation, deadline, disposal.</summary>
    Local,
}
