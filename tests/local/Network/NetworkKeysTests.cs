using System.Text.Json.Nodes;
using System.Text.Json;
using Tiltas.Local.Network;
using Tiltas.Local.Servers;

namespace Tiltas.Local.Tests.Network;

public sealed class NetworkKeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tiltas-keys-").FullName;

    private NetworkKeys Keys => new(Path.Combine(_folder, "keys"));

    private Secrets Secrets => new(Path.Combine(_folder, "secrets.json"));

    [Fact]
    public void ClientAddedByHand_StaysAsItIs()
    {
        Keys.Make(["lt-one"], Secrets);
        var clients = Read();
        var system = clients.Single(client => (string?)client!["clientId"] == "lt-one-system")!;
        var byHand = new JsonObject { ["clientId"] = "lt-one-mobile", ["agency"] = "lt-one", ["roles"] = new JsonArray("agency", "auditor"), ["secretHash"] = system["secretHash"]!.DeepClone() };
        clients.Add(byHand.DeepClone());
        // A person may also have given a system of ours another role.
        system["roles"] = new JsonArray("auditor");
        File.WriteAllText(Keys.Clients, new JsonObject { ["clients"] = clients.DeepClone() }.ToJsonString());

        Keys.Make(["lt-one"], Secrets);
        Assert.True(JsonNode.DeepEquals(clients, Read()));
        Keys.Make(["lt-one", "lt-two"], Secrets);
        Assert.Equal(["lt-one-mobile", "lt-one-system", "lt-two-system", "registrar"], Read().Select(client => (string)client!["clientId"]!).Order(StringComparer.Ordinal));
        Assert.Contains(Read(), client => JsonNode.DeepEquals(client, byHand));
    }

    [Fact]
    public void Clients_AreKeptInTheGatewaysForm_WithTheSecretThatWasHandedOut()
    {
        Keys.Make([], Secrets);
        var hash = SecretHash.TryParse((string?)Read().Single()!["secretHash"]);
        Assert.NotNull(hash);
        Assert.Equal(SecretHash.Iterations, hash.Cost);
        Assert.True(hash.Matches(Secrets.Of("client:registrar")));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"clients":[{"clientId":"lt-one-system"}]}""")]
    [InlineData("""{"clients":[{"clientId":"a1","agency":"a","roles":[],"secretHash":""},{"clientId":"a1","agency":"a","roles":[],"secretHash":""}]}""")]
    public void ClientsFileThatCannotBeRead_IsNamedAndLeftAlone(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Keys.Clients)!);
        File.WriteAllText(Keys.Clients, text);
        var error = Assert.Throws<LocalException>(() => Keys.Make([], Secrets));
        Assert.StartsWith(Keys.Clients, error.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Keys.Clients));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private JsonArray Read() => JsonSerializer.Deserialize<JsonObject>(File.ReadAllText(Keys.Clients))!["clients"]!.DeepClone().AsArray();
}
