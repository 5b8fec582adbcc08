namespace Tiltas.Local.Demo;

/// <summary>What came back from the gateway on one call, whichever way it went, and how the call can be found in traces.</summary>
internal abstract record Answer
{
    internal required string TraceId { get; init; }

    /// <summary>When the try that was answered was sent.</summary>
    internal required long Sent { get; init; }

    internal required TimeSpan Took { get; init; }

    internal abstract bool Ok { get; }

    /// <summary>The problem in one line; problems hold no personal data.</summary>
    internal abstract string Problem { get; }
}
