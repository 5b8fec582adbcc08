using Microsoft.EntityFrameworkCore;
using Tiltas.Hosting.Problems;
using Tiltas.Hosting.Rpc;

namespace Tiltas.Directory.OpenReferral;

/// <summary>The lists: <c>GET</c> with the parameters in the address, <c>POST</c> with the same in a body, where no log of addresses meets them.</summary>
internal static class Lists
{
    private static readonly string[] Paging = ["page", "per_page", "format"];

    /// <summary>Which address takes which parameters.</summary>
    public static IReadOnlyDictionary<string, string[]> Takes { get; } = new Dictionary<string, string[]>
    {
        ["services"] = ["search", .. Paging, "taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "minimal", "full"],
        ["organizations"] = ["search", .. Paging, "taxonomy_term_id", "taxonomy_id", "modified_after", "minimal", "full", "full_service"],
        ["service_at_locations"] = ["search", .. Paging, "taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "minimal", "full", "postcode", "proximity"],
        ["taxonomies"] = ["search", .. Paging],
        ["taxonomy_terms"] = ["search", .. Paging, "taxonomy_id", "top_only", "parent_id"],
    };

    public static void Map(IEndpointRouteBuilder hsds)
    {
        Map(hsds, "services", Services);
        Map(hsds, "organizations", Organizations);
        Map(hsds, "service_at_locations", ServiceAtLocations);
        Map(hsds, "taxonomies", (desk, asked, _) => Task.FromResult(Answers.List(asked,
            [.. desk.Taxonomies.All.Where(taxonomy => Has(asked, taxonomy.Name, taxonomy.Description))])));
        Map(hsds, "taxonomy_terms", (desk, asked, _) => Task.FromResult(Answers.List(asked, [.. desk.Taxonomies.Terms.Select(term => term.Document).Where(term =>
            Has(asked, term.Name, term.Description, term.Code!) && (asked.Taxonomy is null || term.TaxonomyId == asked.Taxonomy)
            && (asked.Parent is null || term.ParentId == asked.Parent) && (!asked.TopOnly || term.ParentId is null))])));
    }

    private static void Map(IEndpointRouteBuilder hsds, string path, Func<Desk, Asked, CancellationToken, Task<IResult>> list)
    {
        hsds.MapGet(path, (HttpContext context, Desk desk, CancellationToken stop) => Answer(Query.From(context.Request.Query), desk, stop));
        hsds.MapPost(path, (HttpContext context, Query query, Desk desk, CancellationToken stop) =>
            Answer(context.Request.Query.Count == 0 ? query : HsdsErrors.NotHere("query"), desk, stop)).WithMetadata(ReadsOnly.Instance);

        async Task<IResult> Answer(Result<Query> query, Desk desk, CancellationToken stop)
        {
            if (query.Error is { } unreadable) return new ProblemResult(unreadable);
            var asked = Asked.Read(query.Value, Takes[path], desk.Words.Country.Code);
            return asked.Error is { } error ? new ProblemResult(error) : await list(desk, asked.Value, stop);
        }
    }

    private static Task<IResult> Services(Desk desk, Asked asked, CancellationToken stop) => Answers.List(asked,
        Conditions.Services(desk, asked),
        async rows => await ShowServices.Of(desk, rows, DetailOf(asked), organization: true, stop), desk.Db, stop);

    private static Task<IResult> Organizations(Desk desk, Asked asked, CancellationToken stop) => Answers.List(asked,
        Conditions.Organizations(desk, asked),
        async rows => await ShowOrganizations.WithServices(desk, rows, asked.FullService ? Detail.Full : DetailOf(asked), asked.FullService, stop), desk.Db, stop);

    private static async Task<IResult> ServiceAtLocations(Desk desk, Asked asked, CancellationToken stop)
    {
        Place? near = null;
        if (asked.Postcode is { } postcode && (near = await Place.Find(desk, postcode, withPoint: asked.Metres is not null, stop)) is null) return new ProblemResult(HsdsErrors.UnknownPostcode);
        return await Answers.List(asked,
            Conditions.ServicesAtLocations(desk, asked, near),
            async rows => await ShowLocations.Of(desk, rows, DetailOf(asked), stop), desk.Db, stop);
    }

    private static Detail DetailOf(Asked asked) => asked.Minimal ? Detail.Minimal : asked.Full ? Detail.Full : Detail.OneToOne;

    private static bool Has(Asked asked, params string[] texts)
    {
        var words = SearchWords.Of(texts);
        return asked.Words.All(beginning => words.Any(word => word.StartsWith(beginning, StringComparison.Ordinal)));
    }
}
