using System.Text.Json;
using MassTransit;
using MassTransit.UsageTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Platform.Tests.Messaging;

/// <summary>How the bus is set up, asked of the bus itself; no broker is needed to ask.</summary>
public sealed class BusTests
{
    [Fact]
    public void Queues_OfConsumers_AreQuorumQueues()
    {
        using var host = Build();
        using var probe = JsonSerializer.SerializeToDocument(host.Services.GetRequiredService<IBusControl>().GetProbeResult(TestContext.Current.CancellationToken));
        var transports = probe.RootElement.GetProperty("Results").GetProperty("bus").GetProperty("host").GetProperty("receiveEndpoint").EnumerateArray()
            .Select(endpoint => endpoint.GetProperty("receiveTransport")).ToDictionary(transport => transport.GetProperty("queueName").GetString()!);
        foreach (var queue in new[] { "trial.one", "trial.two" })
        {
            Assert.Equal("quorum", transports[queue].GetProperty("queueArguments").GetProperty("x-queue-type").GetString());
            Assert.True(transports[queue].GetProperty("topology").GetProperty("queue").GetProperty("durable").GetBoolean());
        }
    }

    [Fact]
    public void UsageTelemetry_IsOff()
    {
        using var host = Build();
        Assert.False(host.Services.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled);
    }

    private static IHost Build()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("Bus:Uri", "amqp://user:password@127.0.0.1:1/tiltas")]);
        builder.AddTiltasBus("trial", bus => bus.On<ServiceWithdrawn, Nothing>("one").On<AgencyChanged, Nothing>("two"));
        return builder.Build();
    }

    private sealed class Nothing : IHandler<ServiceWithdrawn>, IHandler<AgencyChanged>
    {
        public Task Handle(IReadOnlyList<Delivery<ServiceWithdrawn>> messages, GroupScope scope, CancellationToken stop) => Task.CompletedTask;
        public Task Handle(IReadOnlyList<Delivery<AgencyChanged>> messages, GroupScope scope, CancellationToken stop) => Task.CompletedTask;
    }
}
