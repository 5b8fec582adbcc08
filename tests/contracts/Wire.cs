using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Problems;

namespace Tiltas.Contracts.Tests;

/// <summary>
/// Checks one message against its form on the wire.
/// <para>
/// When such a test fails, what other services have in their queues and outboxes no longer fits the code. Undo the change, unless it
/// only adds an optional member: then add it to the expected text and to docs/messages.md, and keep the old text as one more case
/// that must still be read. A renamed, removed or newly required member, a changed type, URN or exchange, or a new meaning is a
/// new message: V2 beside V1.
/// </para>
/// </summary>
internal static class Wire
{
    public static readonly Guid Referral = new("01900000-0000-7000-8000-000000000001");
    public static readonly Guid Subject = new("01900000-0000-7000-8000-000000000002");
    public static readonly Guid Consent = new("01900000-0000-7000-8000-000000000003");
    public static readonly Guid Screening = new("01900000-0000-7000-8000-000000000004");
    public static readonly Guid Notice = new("01900000-0000-7000-8000-000000000005");
    public static readonly Guid Form = new("01900000-0000-7000-8000-000000000006");
    public static readonly DateTimeOffset At = new(2026, 3, 1, 12, 30, 15, 250, TimeSpan.Zero);

    public static IEnumerable<Type> Messages => MessageCatalogue.ByUrn.Values;

    public static AgencyId Agency(string id) => AgencyId.Parse(id, null);

    /// <summary>Written as expected; read back without loss; still read with members that a later version adds.</summary>
    public static void IsWritten<T>(T message, string urn, string exchange, string expected) where T : class
    {
        Assert.Equal(urn, MessageCatalogue.UrnOf(typeof(T)));
        Assert.Equal(exchange, typeof(T).GetCustomAttribute<EntityNameAttribute>()!.EntityName);
        Assert.Equal(Plain(expected), Written(message));
        Assert.Equal(Plain(expected), Written(Read<T>(expected)));

        var later = JsonNode.Parse(expected)!.AsObject();
        later["addedLater"] = new JsonObject { ["some"] = new JsonArray(1, "two", null) };
        Assert.Equal(Plain(expected), Written(Read<T>(later.ToJsonString())));
    }

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, TiltasJson.Messages)!;

    private static string Written<T>(T message) => Plain(JsonSerializer.Serialize(message, TiltasJson.Messages));

    private static string Plain(string json) => JsonNode.Parse(json)!.ToJsonString();
}
