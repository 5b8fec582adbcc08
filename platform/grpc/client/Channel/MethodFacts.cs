using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client.Retry;

namespace Grpc.Net.Client;

/// <summary>What a channel works out once for a method.</summary>
internal sealed record MethodFacts(IMethod Method, Uri Uri, RetryPlan? Plan, TagList Tags)
{
    /// <summary>The method's full name without the first slash, as traces and metrics give it.</summary>
    public string Name => Method.FullName[1..];
}
