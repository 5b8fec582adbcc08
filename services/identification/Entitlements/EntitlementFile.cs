using System.Collections.Immutable;
using Tiltas.Contracts.Codes;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Entitlements;

/// <summary>Reads entitlements.yaml. Every status must stand there, if only with an empty list: silence is no answer about a right.</summary>
public static class EntitlementFile
{
    public static EntitlementTable Read(string path)
    {
        var root = YamlPlace.Read(path);
        root.OnlyHas("version", "source", "tiers", "child");
        var tiers = root.Get("tiers");
        tiers.OnlyHas(Enum.GetNames<VictimStatus>());
        return new EntitlementTable
        {
            Version = root.Get("version").Positive(),
            Source = root.Get("source").Source(),
            Tiers = Enum.GetValues<VictimStatus>().ToImmutableDictionary(status => status, status => Lines(tiers.Get(status.ToString()))),
            Child = Lines(root.Get("child")),
        };
    }

    private static ImmutableArray<EntitlementLine> Lines(YamlPlace list)
    {
        var lines = ImmutableArray.CreateBuilder<EntitlementLine>();
        foreach (var item in list.Items())
        {
            item.OnlyHas("entitlement", "source");
            var what = item.Get("entitlement");
            if (lines.Any(line => line.Entitlement == what.Code<Entitlement>())) throw what.Wrong("stands twice in this list");
            lines.Add(new EntitlementLine(what.Code<Entitlement>(), item.Get("source").Source()));
        }
        return lines.ToImmutable();
    }
}
