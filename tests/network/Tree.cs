using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Tiltas.Hosting.Telemetry;
using Tiltas.TestKit;

namespace Tiltas.Network.Tests;

/// <summary>The spans of one trace, as a tree that hangs on the client's span.</summary>
internal static partial class Tree
{
    public const string Client = "b7ad6b7169203331";

    public static string NewTrace() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Waits for all of it, and asserts its shape and that it says nothing it should not.</summary>
    public static async Task Whole(OtlpReceiver telemetry, string trace, string request, string message, bool throughGroup)
    {
        var spans = await Eventually.Some("every span of the trace, up to the commit on the feed", () =>
        {
            var here = telemetry.SpanRecords().Where(span => span.TraceId == trace || span.Links.Any(link => link.TraceId == trace)).DistinctBy(span => span.Id).ToList();
            var ids = here.Select(span => span.Id).ToHashSet();
            var whole = here.Where(span => span.TraceId == trace).All(span => span.ParentId == Client || ids.Contains(span.ParentId));
            return Task.FromResult(whole && here.Any(span => span is { Service: "notification", Name: "group commit" }) && here.Any(span => span is { Service: "gateway", Kind: 2 }) ? here : null);
        });

        // One tree: one root, which hangs on the client's span, and from every span a way up to it.
        var own = spans.Where(span => span.TraceId == trace).ToDictionary(span => span.Id);
        var root = Assert.Single(own.Values, span => span.ParentId == Client);
        Assert.Equal(("gateway", 2), (root.Service, root.Kind));
        Assert.All(own.Values, span => Assert.Same(root, WayUp(span)[^1]));

        // The way from the feed up to the client, as a list of places that must come in this order.
        var commit = spans.Single(span => span is { Service: "notification", Name: "group commit" });
        if (commit.TraceId != trace) commit = own[commit.Links.Single(link => link.TraceId == trace).Id];
        var way = WayUp(commit).Select(Place).ToList();
        string[] expected = ["notification consume", "referral outbox", $"referral {request}", "gateway door"];
        Assert.Equal(expected, way.Where(expected.Contains).Distinct());
        Assert.Contains(own.Values, span => span.Service == "referral" && Place(span) == $"referral {request}");
        if (throughGroup) Assert.Contains(spans, span => span is { Service: "referral", Name: "group commit" } && Place(own[span.TraceId == trace ? span.ParentId : span.Links.Single(l => l.TraceId == trace).Id]) == $"referral {request}");
        Assert.Contains(own.Values, span => span.Service == "notification" && span.Kind == 5 && span.Name.Contains(message, StringComparison.Ordinal));

        foreach (var span in spans)
        {
            Assert.Subset(AllowList.SpanTags.ToHashSet(), span.Attributes.Keys.ToHashSet());
            Assert.All(span.Events, one => Assert.Subset(AllowList.SpanTags.ToHashSet(), one.Attributes.ToHashSet()));
            Assert.DoesNotMatch(Id(), span.Name);
        }

        List<SpanRecord> WayUp(SpanRecord span)
        {
            List<SpanRecord> up = [span];
            while (up[^1].ParentId != Client)
            {
                Assert.True(up.Count <= own.Count, "the parents run in a circle");
                up.Add(own[up[^1].ParentId]);
            }
            return up;
        }
    }

    private static string Place(SpanRecord span) => span switch
    {
        { Service: "gateway", Kind: 2 } => "gateway door",
        { Kind: 2 } => $"{span.Service} {span.Name}",
        { Kind: 5 } => $"{span.Service} consume",
        { Name: "outbox publish" } => $"{span.Service} outbox",
        _ => $"{span.Service} {span.Name} within",
    };

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}")]
    private static partial Regex Id();
}
