using System.Collections.Frozen;
using System.Reflection;
using MassTransit;
using Tiltas.Contracts;

namespace Tiltas.Hosting.Messaging;

/// <summary>Every contract message with its versioned URN; the outbox stores the URN, never a CLR name.</summary>
public static class MessageCatalogue
{
    /// <summary>All message types by URN.</summary>
    public static FrozenDictionary<string, Type> ByUrn { get; } = typeof(AgencyId).Assembly.GetExportedTypes()
        .Select(type => (Type: type, Urn: type.GetCustomAttribute<MessageUrnAttribute>()))
        .Where(pair => pair.Urn is not null)
        .ToFrozenDictionary(pair => pair.Urn!.Urn.ToString(), pair => pair.Type);

    private static readonly FrozenDictionary<Type, string> Urns = ByUrn.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>The URN of a message type.</summary>
    /// <exception cref="InvalidOperationException">The type is no contract message.</exception>
    public static string UrnOf(Type type) =>
        Urns.TryGetValue(type, out var urn) ? urn : throw new InvalidOperationException($"{type.Name} is no contract message.");
}
