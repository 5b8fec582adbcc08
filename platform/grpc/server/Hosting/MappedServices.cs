using System.Collections.Concurrent;
using Grpc.Core;

namespace Tiltas.Grpc.Server.Hosting;

/// <summary>What is served here: reflection tells of it.</summary>
internal sealed class MappedServices
{
    private readonly ConcurrentDictionary<string, Type> services = new(StringComparer.Ordinal);
    private int unknown;

    public IReadOnlyDictionary<string, Type> Services => services;

    public void Add(IMethod method, Type implementation) => services[method.ServiceName] = implementation;

    /// <summary>True once: for the one who is to map the unknown methods.</summary>
    public bool TakeUnknown() => Interlocked.Exchange(ref unknown, 1) == 0;
}
