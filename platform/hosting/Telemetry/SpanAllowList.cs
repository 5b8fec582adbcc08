using System.Diagnostics;
using System.Text.RegularExpressions;
using OpenTelemetry;

namespace Tiltas.Hosting.Telemetry;

/// <summary>Takes from a finished span all that is not on the list, before any exporter sees it.</summary>
internal sealed partial class SpanAllowList : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        data.DisplayName = NameOf(data);
        data.SetStatus(data.Status);
        data.TraceStateString = null;
        KeepTags(data);
        foreach (ref var happened in data.EnumerateEvents())
        {
            var name = AllowList.SpanEvents.Contains(happened.Name) ? happened.Name : "event";
            happened = new ActivityEvent(name, happened.Timestamp, Kept(happened.EnumerateTagObjects()));
        }
        foreach (ref var link in data.EnumerateLinks())
        {
            var to = link.Context;
            link = new ActivityLink(new ActivityContext(to.TraceId, to.SpanId, to.TraceFlags, traceState: null, to.IsRemote), Kept(link.EnumerateTagObjects()));
        }
    }

    private static void KeepTags(Activity activity)
    {
        List<string>? gone = null;
        foreach (ref var tag in activity.EnumerateTagObjects())
        {
            if (AllowList.SpanTags.Contains(tag.Key)) tag = new(tag.Key, AllowList.Carry(tag.Value));
            else (gone ??= []).Add(tag.Key);
        }
        foreach (var name in gone ?? []) activity.SetTag(name, null);
    }

    private static ActivityTagsCollection? Kept(Activity.Enumerator<KeyValuePair<string, object?>> tags)
    {
        ActivityTagsCollection? kept = null;
        foreach (ref var tag in tags)
            if (AllowList.SpanTags.Contains(tag.Key)) (kept ??= [])[tag.Key] = AllowList.Carry(tag.Value);
        return kept;
    }

    private static string NameOf(Activity activity) => activity.Source.Name switch
    {
        "Microsoft.AspNetCore" => HttpSpan.NameOf(activity),
        "System.Net.Http" => activity.GetTagItem("http.request.method") as string ?? "HTTP",
        "Npgsql" => "postgresql",
        var source => activity.DisplayName is { Length: <= 120 } name && !Suspicious().IsMatch(name) ? name : source,
    };

    // A name with an id, a query, an address or a pair in it was built from data.
    [GeneratedRegex(@"[?@=""']|://|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}|[0-9]{6}", RegexOptions.CultureInvariant)]
    private static partial Regex Suspicious();
}
