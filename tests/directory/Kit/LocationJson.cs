using System.Text.Json.Nodes;

namespace Tiltas.Directory.Tests.Kit;

/// <summary>Locations as a client would write them.</summary>
internal static class LocationJson
{
    public static JsonObject Of(string agency, string visibility = "Public", params string[] services) => new()
    {
        ["agency"] = agency,
        ["type"] = "Physical",
        ["visibility"] = visibility,
        ["name"] = new JsonObject { ["lt"] = "Bandymo namai", ["en"] = "Test house" },
        ["municipality"] = "LT-57",
        ["addressLines"] = new JsonArray("Pavyzdžio g. 1", "2 aukštas"),
        ["postalCode"] = "LT-00001",
        ["latitude"] = 54.5,
        ["longitude"] = 25.25,
        ["phone"] = "+370 600 00001",
        ["frontDoor"] = new JsonObject { ["kind"] = "Phone", ["value"] = "+370 600 00002", ["label"] = new JsonObject { ["en"] = "Ask here" } },
        ["services"] = new JsonArray([.. services.Select(service => (JsonNode)service)]),
        ["illustrative"] = "All of it.",
    };
}
