namespace Grpc.Core;

/// <summary>What a call inherits from the one it is made for.</summary>
public class ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
{
    /// <summary>Both.</summary>
    public static readonly ContextPropagationOptions Default = new();

    /// <summary>It ends no later.</summary>
    public bool IsPropagateDeadline { get; } = propagateDeadline;

    /// <summary>It is given up with it.</summary>
    public bool IsPropagateCancellation { get; } = propagateCancellation;
}

/// <summary>A call's deadline and cancellation, to be handed to <see cref="CallOptions"/>.</summary>
public abstract class ContextPropagationToken
{
    /// <summary>Only this library makes tokens.</summary>
    private protected ContextPropagationToken()
    {
    }

    internal abstract DateTime? Deadline { get; }

    internal abstract CancellationToken CancellationToken { get; }
}

internal sealed class InheritedContext(DateTime? deadline, CancellationToken cancellationToken) : ContextPropagationToken
{
    internal override DateTime? Deadline => deadline;

    internal override CancellationToken CancellationToken => cancellationToken;
}
