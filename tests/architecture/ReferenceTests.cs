using System.Reflection;
using System.Xml.Linq;
using MassTransit;

namespace Tiltas.Architecture.Tests;

/// <summary>Which room may know of which.</summary>
public sealed class ReferenceTests
{
    /// <summary>Because two services that meet anywhere but in a message cannot be deployed, scaled or kept secret from each other alone.</summary>
    [Fact]
    public void Services_KnowContractsAndPlatformOnly()
    {
        foreach (var service in House.Services.Append(House.Gateway))
            Assert.Subset(new HashSet<string> { "Tiltas.Contracts", "Tiltas.Hosting", "Tiltas.Grpc.Core", "Tiltas.Grpc.Server" }, Ours(service));
    }

    /// <summary>Because an unused project reference is in no assembly, and becomes used the day nobody looks.</summary>
    [Fact]
    public void Projects_ReferToContractsAndPlatformOnly()
    {
        foreach (var file in House.Files(".csproj").Where(file => House.Short(file) is var name && (name.StartsWith("services/", StringComparison.Ordinal) || name.StartsWith("gateway/", StringComparison.Ordinal))))
            Assert.Equal(["../platform/hosting/Tiltas.Hosting.csproj"],
                XDocument.Load(file).Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value.Replace("../../", "../", StringComparison.Ordinal)));
    }

    /// <summary>Because whoever shares the contracts must get nothing with them.</summary>
    [Fact]
    public void Contracts_KnowNothingOfOurs_NorOfStoresAndServers()
    {
        Assert.Empty(Ours(House.Contracts));
        Assert.DoesNotContain(House.Contracts.GetReferencedAssemblies(), name => name.Name is { } n
            && (n.StartsWith("Microsoft.", StringComparison.Ordinal) || n.StartsWith("Npgsql", StringComparison.Ordinal) || n is "MassTransit" or "MassTransit.RabbitMqTransport"));
    }

    /// <summary>Because the platform serves every service and belongs to none. The gRPC library knows nothing of ours at all.</summary>
    [Fact]
    public void Platform_KnowsContractsAndGrpcOnly() => Assert.Subset(new HashSet<string> { "Tiltas.Contracts", "Tiltas.Grpc.Core", "Tiltas.Grpc.Server" }, Ours(House.Hosting));

    /// <summary>Because a message that leaves by another way than the outbox is lost or doubled in the next crash.</summary>
    [Fact]
    public void Bus_IsTouchedByThePlatformsMessagingOnly()
    {
        var touching = House.Types(House.Product).Where(type => House.Touched(type).SelectMany(House.TypesOf).Any(IsOfTheBus)).Select(type => type.FullName!).Order().ToList();
        Assert.All(touching, name => Assert.StartsWith("Tiltas.Hosting.Messaging.", name));
        // The search itself works: it finds those that must.
        Assert.Contains("Tiltas.Hosting.Messaging.OutboxDispatcher", touching);
        Assert.Contains("Tiltas.Hosting.Messaging.BusReady", touching);
    }

    /// <summary>Because of the same, inside: only the dispatcher, which holds the claim on the row, sends what the row says.</summary>
    [Fact]
    public void Publish_IsCalledByTheDispatcherOnly()
    {
        var publishing = House.Types(House.Product).Where(type => House.Touched(type).OfType<MethodInfo>().Any(method =>
            method.Name is "Publish" or "PublishBatch" or "Send" or "SendBatch" or "Respond" or "Forward" or "Redeliver"
            && method.DeclaringType!.Namespace?.StartsWith("MassTransit", StringComparison.Ordinal) == true)).Select(type => type.Name);
        Assert.Equal(["OutboxDispatcher"], publishing);
    }

    /// <summary>Because a service that can name the bus library can be tempted; contracts carry its two attributes and that is all.</summary>
    [Fact]
    public void Services_DoNotReferToTheBusLibrary()
    {
        foreach (var service in House.Services.Append(House.Gateway))
            Assert.DoesNotContain(service.GetReferencedAssemblies(), name => name.Name!.StartsWith("MassTransit", StringComparison.Ordinal) || name.Name.StartsWith("RabbitMQ", StringComparison.Ordinal));
    }

    private static bool IsOfTheBus(Type type) =>
        type.Namespace?.StartsWith("MassTransit", StringComparison.Ordinal) == true && type != typeof(MessageUrnAttribute) && type != typeof(EntityNameAttribute);

    private static HashSet<string> Ours(Assembly assembly) =>
        [.. assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("Tiltas.", StringComparison.Ordinal))];
}
