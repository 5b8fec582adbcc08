using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Tiltas.Local.Servers;

/// <summary>What the broker is told at its start: the committed definitions with generated passwords put in.</summary>
internal static class RabbitDefinitions
{
    private static readonly string[] PerVirtualHost = ["permissions", "policies", "exchanges", "queues", "bindings"];

    internal static string Fill(string template, IReadOnlyList<string> virtualHosts, Secrets secrets)
    {
        var all = JsonNode.Parse(template)!.AsObject();
        foreach (var user in all["users"]!.AsArray())
        {
            user!["password_hash"] = Hash(secrets.Of("rabbitmq:" + user["name"]!.GetValue<string>()));
            user["hashing_algorithm"] = "rabbit_password_hashing_sha256";
        }
        all["vhosts"] = new JsonArray([.. virtualHosts.Select(host => (JsonNode)new JsonObject { ["name"] = host })]);
        foreach (var kind in PerVirtualHost)
        {
            var one = all[kind]!.AsArray();
            all[kind] = new JsonArray([.. virtualHosts.SelectMany(host => one.Select(item => In(host, item!)))]);
        }
        return all.ToJsonString(Json.Options);
    }

    private static JsonNode In(string virtualHost, JsonNode item)
    {
        var copy = item.DeepClone();
        copy["vhost"] = virtualHost;
        return copy;
    }

    /// <summary>RabbitMQ's own form: a salt of four bytes before the SHA-256 of salt and password.</summary>
    private static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(4);
        return Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)])]);
    }
}
