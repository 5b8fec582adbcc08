using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client;

/// <summary>Settings of a <see cref="GrpcChannel"/>; read once, when the channel is made.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>How the channel proves itself and whom it trusts. Null: TLS for an https address, none for http.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Largest message sent, in bytes; null: no limit. A larger one ends its call with RESOURCE_EXHAUSTED.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Largest message received, in bytes after decompression; 4 MiB unless set, null: no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Upper bound for any retry policy's attempts, the first included; null: no bound. 5 unless set.</summary>
    public int? MaxRetryAttempts { get; set; } = 5;

    /// <summary>
    /// The first pause between tries to connect of a call that waits for a connection (<see cref="CallOptions.WithWaitForReady"/>);
    /// each next one is 1.6 times as long. 1 s unless set.
    /// </summary>
    public TimeSpan InitialReconnectBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between tries to connect; null: no limit. 2 minutes unless set.</summary>
    public TimeSpan? MaxReconnectBackoff { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Retry policies by method.</summary>
    public ServiceConfig? ServiceConfig { get; set; }

    /// <summary>Sends the requests; null: a handler of the channel's own. Not together with <see cref="HttpHandler"/>.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Sends the requests; null: a handler of the channel's own.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether the channel disposes the given <see cref="HttpClient"/> or <see cref="HttpHandler"/> with itself.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Whether a call cancelled by its caller throws OperationCanceledException in place of RpcException.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>Whether call credentials may go over an address without TLS. Only for a network that is trusted by other means.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    internal TimeProvider Time { get; set; } = TimeProvider.System;
    internal Func<double> Random { get; set; } = System.Random.Shared.NextDouble;
    internal TimeSpan? KeepAliveDelay { get; set; }
    internal TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(20);
}
