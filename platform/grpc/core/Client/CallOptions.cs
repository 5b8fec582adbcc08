namespace Grpc.Core;

/// <summary>What a caller says about one call.</summary>
public readonly struct CallOptions
{
    /// <summary>All at once; the deadline in UTC. Deadline and cancellation are also taken from <paramref name="propagationToken"/>.</summary>
    public CallOptions(
        Metadata? headers = null, DateTime? deadline = null, CancellationToken cancellationToken = default, WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null, CallCredentials? credentials = null)
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    /// <summary>Metadata to send.</summary>
    public Metadata? Headers { get; private init; }

    /// <summary>When time runs out, in UTC.</summary>
    public DateTime? Deadline { get; private init; }

    /// <summary>Gives the call up.</summary>
    public CancellationToken CancellationToken { get; private init; }

    /// <summary>How messages are written.</summary>
    public WriteOptions? WriteOptions { get; private init; }

    /// <summary>The call that this one is made for.</summary>
    public ContextPropagationToken? PropagationToken { get; private init; }

    /// <summary>Credentials of this call alone.</summary>
    public CallCredentials? Credentials { get; private init; }

    /// <summary>Whether to wait for a connection, until the deadline, instead of failing with UNAVAILABLE when there is none.</summary>
    public bool IsWaitForReady { get; private init; }

    /// <summary>With other headers.</summary>
    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>With another deadline, in UTC.</summary>
    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>With another token.</summary>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) => this with { CancellationToken = cancellationToken };

    /// <summary>With other write options.</summary>
    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    /// <summary>Made for another call.</summary>
    public CallOptions WithPropagationToken(ContextPropagationToken propagationToken) => this with { PropagationToken = propagationToken };

    /// <summary>With other credentials.</summary>
    public CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };

    /// <summary>Waiting for a connection, or not.</summary>
    public CallOptions WithWaitForReady(bool waitForReady = true) => this with { IsWaitForReady = waitForReady };
}
