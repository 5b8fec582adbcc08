using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;
using Tiltas.Grpc.Wire;

namespace Grpc.AspNetCore.Server;

/// <summary>How services are served: all of them, or with <see cref="GrpcServiceOptions{TService}"/> one.</summary>
public class GrpcServiceOptions
{
    /// <summary>What one received message may hold when not set: 4 MiB.</summary>
    public const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    private int? maxReceive = DefaultMaxReceiveMessageSize;

    /// <summary>Bytes of one received message, compressed and not; longer is RESOURCE_EXHAUSTED. Null: no limit.</summary>
    public int? MaxReceiveMessageSize
    {
        get => maxReceive;
        set => (maxReceive, MaxReceiveIsSet) = (value, true);
    }

    /// <summary>Bytes of one sent message before compression; longer is RESOURCE_EXHAUSTED. Null: no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Compressions known by name; gzip and deflate unless changed.</summary>
    public IList<ICompressionProvider> CompressionProviders { get; set; } = [.. Compression.Standard];

    /// <summary>Compression of responses when the caller accepts it, or null.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>Level of that compression; null: the provider's own.</summary>
    public CompressionLevel? ResponseCompressionLevel { get; set; }

    /// <summary>True: gRPC requests that no route takes are left to others instead of being answered with UNIMPLEMENTED.</summary>
    public bool? IgnoreUnknownServices { get; set; }

    /// <summary>
    /// Makes <c>grpc-status-details-bin</c> of a status that the library itself ends a call with, as for a message that cannot be read;
    /// null: such a status has no details. A library of others has nothing like it.
    /// </summary>
    public Func<Status, byte[]?>? StatusDetails { get; set; }

    /// <summary>Whether open streams end with UNAVAILABLE as soon as the server begins to stop; false: the host ends them itself.</summary>
    public bool EndStreamsWithServer { get; set; } = true;

    /// <summary>What stands around every call, the first outermost.</summary>
    public InterceptorCollection Interceptors { get; } = [];

    internal bool MaxReceiveIsSet { get; private set; }
}

/// <summary>How one service is served; what is set here goes before what is set for all, interceptors come after those of all.</summary>
public class GrpcServiceOptions<TService> : GrpcServiceOptions where TService : class;
