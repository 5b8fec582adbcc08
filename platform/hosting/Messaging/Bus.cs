using System.Text.Json.Serialization;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tiltas.Hosting.Health;
using Tiltas.Hosting.Problems;

namespace Tiltas.Hosting.Messaging;

/// <summary>Registers the bus of one service: outbox, inbox, and a queue for each message it acts on.</summary>
public sealed class BusBuilder
{
    private readonly List<Action<IBusRegistrationConfigurator>> _consumers = [];
    private readonly List<Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator>> _endpoints = [];
    private readonly IServiceCollection _services;
    private readonly string _service;

    internal BusBuilder(IServiceCollection services, string service) => (_services, _service) = (services, service);

    /// <summary>Handles a message on the queue <c>service.what</c>.</summary>
    public BusBuilder On<TMessage, THandler>(string what) where TMessage : class where THandler : class, IHandler<TMessage>
    {
        _services.TryAddSingleton<THandler>();
        _services.AddSingleton<Inbox<TMessage, THandler>>();
        _consumers.Add(bus => bus.AddConsumer<Consumer<TMessage, THandler>>());
        _endpoints.Add((context, rabbit) => rabbit.ReceiveEndpoint($"{_service}.{what}", endpoint =>
        {
            endpoint.SetQuorumQueue();
            endpoint.PrefetchCount = 256;
            endpoint.ConcurrentMessageLimit = 256;
            // Its failures may hold details; they go to the error queue of this service and are announced to nobody.
            endpoint.PublishFaults = false;
            // The store being away is waited for below; these tries are for effects that fail by themselves.
            endpoint.UseMessageRetry(retry => retry.Intervals(100, 500, 2000, 5000));
            endpoint.ConfigureConsumer<Consumer<TMessage, THandler>>(context);
        }));
        return this;
    }

    internal void Configure(IBusRegistrationConfigurator bus, Uri address)
    {
        bus.DisableUsageTelemetry();
        foreach (var consumer in _consumers) consumer(bus);
        bus.UsingRabbitMq((context, rabbit) =>
        {
            LogContext.ConfigureCurrentLogContext(new BusLog(context.GetRequiredService<ILoggerFactory>(), context.GetRequiredService<TimeProvider>()));
            var (user, password) = Credentials(address);
            rabbit.Host(new Uri($"rabbitmq://{address.Host}:{address.Port}{address.AbsolutePath}"), _service, host =>
            {
                host.Username(user);
                host.Password(password);
                host.PublisherConfirmation = true;
                host.Heartbeat(TimeSpan.FromSeconds(10));
            });
            rabbit.ConfigureJsonSerializerOptions(options =>
            {
                options.Converters.Add(new CodeConverterFactory());
                options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
                return TiltasJson.AbsentIsNull(options);
            });
            Reconnect.Soon(rabbit);
            foreach (var endpoint in _endpoints) endpoint(context, rabbit);
        });
    }

    private static (string User, string Password) Credentials(Uri address) =>
        address.UserInfo.Split(':', 2) is [var user, var password]
            ? (Uri.UnescapeDataString(user), Uri.UnescapeDataString(password))
            : throw new InvalidOperationException("Bus:Uri must name a user and a password.");
}

/// <summary>Ready once every queue is being listened to. A broker that goes away later does not make a service unready: intake goes on.</summary>
internal sealed class BusReady(IBusControl bus) : IReadyCheck
{
    private bool _wasReady;

    public string Name => "bus";

    public ValueTask<bool> IsReady(CancellationToken cancellationToken)
    {
        if (!_wasReady) _wasReady = bus.CheckHealth().Status == BusHealthStatus.Healthy;
        return ValueTask.FromResult(_wasReady);
    }
}

/// <summary>Registers messaging.</summary>
public static class BusExtensions
{
    /// <summary>Adds the bus of a service with its outbox and inbox. Address: <c>Bus:Uri</c>.</summary>
    public static void AddTiltasBus(this IHostApplicationBuilder builder, string service, Action<BusBuilder>? configure = null)
    {
        var address = new Uri(builder.Configuration["Bus:Uri"] ?? throw new InvalidOperationException("Bus:Uri is missing."));
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new OutboxOptions { Limit = builder.Configuration.GetValueOr("Outbox:Limit", 50_000) });
        services.AddSingleton<OutboxBell>();
        services.TryAddSingleton<Heartbeat>();
        services.AddSingleton<IReadyCheck, BusReady>();
        services.AddHostedService<OutboxDispatcher>();
        services.AddHostedService<OutboxSweeper>();
        var bus = new BusBuilder(services, service);
        configure?.Invoke(bus);
        services.AddMassTransit(registration => bus.Configure(registration, address));
        services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = false);
    }

    private static int GetValueOr(this Microsoft.Extensions.Configuration.IConfiguration configuration, string key, int otherwise) =>
        int.TryParse(configuration[key], System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
