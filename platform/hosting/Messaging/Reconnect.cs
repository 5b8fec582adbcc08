using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;

namespace Tiltas.Hosting.Messaging;

/// <summary>
/// How soon the bus library comes back to a broker that was away. Its own pauses grow to 30 s and it offers no setting for them, which
/// makes every referral of an outage wait half a minute after the outage is over; so the policy is replaced where it is kept.
/// </summary>
internal static class Reconnect
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    /// <summary>Replaces the pauses between tries by 0.25 to 2 s.</summary>
    /// <exception cref="MissingFieldException">Another version of the library keeps its policy elsewhere.</exception>
    public static void Soon(IRabbitMqBusFactoryConfigurator bus)
    {
        ref var policy = ref Policy((RabbitMqHostConfiguration)Host((RabbitMqBusFactoryConfigurator)bus));
        policy = Retry.CreatePolicy(retry =>
        {
            // A password that is refused will be refused again; all else passes.
            retry.Ignore<RabbitMQ.Client.Exceptions.AuthenticationFailureException>();
            retry.Exponential(1000, First, Longest, Step);
        });
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_hostConfiguration")]
    private static extern ref IRabbitMqHostConfiguration Host(RabbitMqBusFactoryConfigurator bus);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<ReceiveTransportRetryPolicy>k__BackingField")]
    private static extern ref IRetryPolicy Policy(RabbitMqHostConfiguration host);
}
