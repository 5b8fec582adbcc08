using System.Net;
using Tiltas.Network.Tests;
using Tiltas.TestKit;

namespace Tiltas.Faults.Tests;

/// <summary>An agency's feed as its system reads it.</summary>
internal static class Feed
{
    internal readonly record struct Item(long Seq, string NoticeId, string Referral, string Kind, int Version);

    /// <summary>The number of the last notice.</summary>
    public static async Task<long> End(TestNetwork network, string agency)
    {
        var all = await After(network, agency, 0);
        return all.Count == 0 ? 0 : all[^1].Seq;
    }

    /// <summary>Everything after a number.</summary>
    public static async Task<List<Item>> After(TestNetwork network, string agency, long after)
    {
        var items = new List<Item>();
        while (true)
        {
            var page = (await network.As(agency).Get($"/v1/feed?after={after}&limit=500")).Must(HttpStatusCode.OK).Json["items"]!.AsArray();
            if (page.Count == 0) return items;
            items.AddRange(page.Select(item => new Item((long)item!["seq"]!, (string)item["noticeId"]!, (string)item["referral"]!, (string)item["kind"]!, (int)item["version"]!)));
            after = items[^1].Seq;
        }
    }
}
