using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Tiltas.Hosting.Messaging;

internal static class Instruments
{
    public static readonly ActivitySource Source = new("Tiltas.Messaging");

    public static readonly Meter Meter = new("Tiltas.Messaging");

    public static readonly Counter<long> Published = Meter.CreateCounter<long>("tiltas.outbox.published", "{message}", "Messages confirmed by the broker");

    public static readonly Counter<long> Handled = Meter.CreateCounter<long>("tiltas.inbox.handled", "{message}", "Messages whose effect was committed");

    public static readonly Counter<long> Duplicates = Meter.CreateCounter<long>("tiltas.inbox.duplicates", "{message}", "Messages that had been handled before");

    public static readonly Histogram<int> GroupSize = Meter.CreateHistogram<int>("tiltas.group.size", "{item}", "Work items in one commit");
}
