using Tiltas.Hosting.Passports;
using Tiltas.Hosting.Problems;

namespace Tiltas.Identification.Htcds;

/// <summary>
/// GET /identification/export/htcds: what the calling agency recorded itself, by the fields of HTCDS 2.0, as CSV, a JSON list or JSON lines. What another
/// agency recorded about the same person is not in it.
/// </summary>
internal static partial class ExportHtcds
{
    private const long FlushEvery = 32 * 1024;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/identification/export/htcds", (string? format, Caller caller, HttpContext context, OwnRecords records, ILoggerFactory logs) =>
            HtcdsForms.Wanted(format, context.Request) is { } form
                ? (IResult)new Streamed(records.Of(caller.Agency, context.RequestAborted), form, logs.CreateLogger(typeof(ExportHtcds)))
                : new ProblemResult(new Error.Invalid(CommonErrors.Malformed, "A format is csv, json or ndjson.", "format")));

    /// <summary>Begins when the first record is there, so that a store that is away is still answered as such.</summary>
    internal sealed class Streamed(IAsyncEnumerable<HtcdsRecord> records, HtcdsForm form, ILogger logger) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await using var all = records.GetAsyncEnumerator(httpContext.RequestAborted);
            var more = await all.MoveNextAsync();

            var response = httpContext.Response;
            response.ContentType = form.ContentType();
            response.Headers.CacheControl = "no-store";
            try
            {
                await Write(all, more, response.BodyWriter, httpContext.RequestAborted);
            }
            catch (Exception exception) when (response.HasStarted && !httpContext.RequestAborted.IsCancellationRequested)
            {
                // Half an export must not look like a whole one.
                Log.BrokenOff(logger, exception.GetType().Name);
                httpContext.Abort();
            }
        }

        private async Task Write(IAsyncEnumerator<HtcdsRecord> all, bool more, System.IO.Pipelines.PipeWriter to, CancellationToken stop)
        {
            form.Begin(to);
            for (var first = true; more; first = false)
            {
                form.Next(to, all.Current, first);
                if (to.UnflushedBytes >= FlushEvery) await to.FlushAsync(stop);
                more = await all.MoveNextAsync();
            }
            form.End(to);
            await to.FlushAsync(stop);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 210, EventName = "HtcdsExportBrokenOff", Level = LogLevel.Error, Message = "An export was broken off half-way: {ErrorType}")]
        public static partial void BrokenOff(ILogger logger, string errorType);
    }
}

/// <summary>The case data standard: the table of its values and the export by it.</summary>
public static class HtcdsFeature
{
    public static void AddHtcds(this IServiceCollection services) => services.AddSingleton<OwnRecords>();

    public static void MapHtcds(this IEndpointRouteBuilder routes) => ExportHtcds.Map(routes);
}
