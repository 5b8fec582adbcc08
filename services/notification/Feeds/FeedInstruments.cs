using System.Diagnostics.Metrics;

namespace Tiltas.Notification.Feeds;

internal static class FeedInstruments
{
    private static readonly Meter Meter = new("Tiltas.Notification");

    private static long _held;

    public static readonly Counter<long> Appended = Meter.CreateCounter<long>("tiltas.feed.appended", "{notice}", "Notices committed to feeds");

    public static readonly Counter<long> OutOfOrder = Meter.CreateCounter<long>(
        "tiltas.feed.released.out_of_order", "{fact}", "Gaps passed over because what was missing did not come in time");

    public static readonly Histogram<double> Lag = Meter.CreateHistogram<double>("tiltas.feed.lag", "s", "From the fact to its commit on the feed");

    public static readonly Counter<long> Delivered = Meter.CreateCounter<long>("tiltas.feed.delivered", "{notice}", "Notices fetched for the first time");

    static FeedInstruments() =>
        Meter.CreateObservableGauge("tiltas.feed.held", () => Interlocked.Read(ref _held), "{fact}", "Facts that wait for their predecessor");

    public static void SetHeld(long count) => Interlocked.Exchange(ref _held, count);
}
