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
        root.OnlyHas("version", "source", "illustrative", "tiers", "child", "texts", "lost");
        var (tiers, texts) = (root.Get("tiers"), root.Get("texts"));
        tiers.OnlyHas(Enum.GetNames<VictimStatus>());
        texts.OnlyHas(Enum.GetNames<Entitlement>());
        return new EntitlementTable
        {
            Version = root.Get("version").Positive(),
            Source = root.Get("source").Source(),
            Illustrative = root.Find("illustrative")?.Text(),
            Tiers = Enum.GetValues<VictimStatus>().ToImmutableDictionary(status => status, status => Lines(tiers.Get(status.ToString()))),
            Child = Lines(root.Get("child")),
            Texts = Enum.GetValues<Entitlement>().ToImmutableDictionary(entitlement => entitlement, entitlement => texts.Get(entitlement.ToString()).Languages()),
            Lost = root.Get("lost").Languages(),
        };
    }

    private static ImmutableArray<EntitlementLine> Lines(YamlPlace list)
    {
        var lines = ImmutableArray.CreateBuilder<EntitlementLine>();
        foreach (var item in list.Items())
        {
            item.OnlyHas("entitlement", "source", "residence");
            var what = item.Get("entitlement");
            if (lines.Any(line => line.Entitlement == what.Code<Entitlement>())) throw what.Wrong("stands twice in this list");
            lines.Add(new EntitlementLine(what.Code<Entitlement>(), item.Get("source").Source(), item.Find("residence") is { } only ? Residence(only) : null));
        }
        return lines.ToImmutable();
    }

    private static ImmutableArray<ResidenceStatus> Residence(YamlPlace list) =>
        list.Items() is { Count: > 0 } items ? [.. items.Select(item => item.Code<ResidenceStatus>()).Distinct()] : throw list.Wrong("at least one right to stay is expected");
}
