using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tiltas.Hosting.Problems;

namespace Tiltas.Directory.OpenReferral;

/// <summary>Lists and single records as they are answered.</summary>
internal static class Answers
{
    private const int Batch = 100;

    public static IResult One(object? document) => document is null ? new ProblemResult(HsdsErrors.NotFound) : Results.Json(document, HsdsJson.Options);

    /// <summary>
    /// One page, or all rows one a line. Lines are read and sent a batch at a time: nobody's memory and no connection to the store has to
    /// hold more than that while a slow reader reads.
    /// </summary>
    /// <param name="asked">Page or lines.</param>
    /// <param name="rows">What there is.</param>
    /// <param name="show">Documents of some rows.</param>
    /// <param name="db">Whose rows: one page is counted and read at one moment.</param>
    /// <param name="stop">The caller went away.</param>
    public static async Task<IResult> List<TRow>(
        Asked asked, Rows<TRow> rows, Func<IReadOnlyList<TRow>, Task<IEnumerable<object>>> show, DbContext db, CancellationToken stop)
    {
        if (asked.Lines)
            return Results.Stream(body => Lines(body, async last =>
            {
                var batch = await rows.Order(rows.After(last)).Take(Batch).ToListAsync(stop);
                return (await show(batch), batch.Count == Batch ? rows.Key(batch[^1]) : null);
            }, stop), "application/x-ndjson");

        await using var moment = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, stop);
        var skip = (asked.Page - 1L) * asked.PerPage;
        var (total, page) = rows.Page is { } read ? await read(skip, asked.PerPage, stop) : await Cut(rows, skip, asked.PerPage, stop);
        var contents = (await show(page)).ToList();
        return Results.Json(Page(asked, total, contents), HsdsJson.Options);
    }

    private static async Task<(int Total, List<TRow> Page)> Cut<TRow>(Rows<TRow> rows, long skip, int take, CancellationToken stop)
    {
        var total = await rows.After("").CountAsync(stop);
        return (total, skip >= total ? [] : await rows.Order(rows.After("")).Skip((int)skip).Take(take).ToListAsync(stop));
    }

    /// <summary>The same of what is held in memory anyhow.</summary>
    public static IResult List(Asked asked, IReadOnlyList<object> all)
    {
        if (asked.Lines) return Results.Stream(body => Lines(body, _ => Task.FromResult<(IEnumerable<object>, string?)>((all, null)), CancellationToken.None), "application/x-ndjson");
        var skip = (asked.Page - 1L) * asked.PerPage;
        return Results.Json(Page(asked, all.Count, skip >= all.Count ? [] : [.. all.Skip((int)skip).Take(asked.PerPage)]), HsdsJson.Options);
    }

    private static PageDocument Page(Asked asked, int total, List<object> contents)
    {
        var pages = (total + asked.PerPage - 1) / asked.PerPage;
        return new PageDocument
        {
            TotalItems = total, TotalPages = pages, PageNumber = asked.Page, Size = contents.Count,
            FirstPage = asked.Page == 1, LastPage = asked.Page >= pages, Empty = contents.Count == 0, Contents = contents,
        };
    }

    private static async Task Lines(Stream body, Func<string, Task<(IEnumerable<object> Documents, string? Next)>> read, CancellationToken stop)
    {
        for (var next = ""; next is not null;)
        {
            (var documents, next) = await read(next);
            using var batch = new MemoryStream();
            foreach (var document in documents)
            {
                JsonSerializer.Serialize(batch, document, document.GetType(), HsdsJson.Options);
                batch.WriteByte((byte)'\n');
            }
            batch.Position = 0;
            await batch.CopyToAsync(body, stop);
            await body.FlushAsync(stop);
        }
    }
}
