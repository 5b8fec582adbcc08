using Grpc.Core;
using Tiltas.Contracts;
using Tiltas.Directory.Agencies;
using Tiltas.Directory.Coverage;
using Tiltas.Directory.Matching;
using Tiltas.Directory.Memoranda;
using Tiltas.Directory.Services;
using Tiltas.Directory.Storage;
using Tiltas.Directory.Values;
using Tiltas.Hosting.Rpc;
using Tiltas.Protos.Directory.V1;
using Codes = Tiltas.Contracts.Codes;

namespace Tiltas.Directory.Rpc;

/// <summary>The directory over gRPC: the same use cases as over HTTP.</summary>
internal sealed class DirectoryRpc(DirectoryStore db, Country country, CountryTime calendar, TimeProvider time, SearchProviders providers) : Protos.Directory.V1.Directory.DirectoryBase
{
    public override async Task<SearchAgenciesResponse> SearchAgencies(SearchAgenciesRequest request, ServerCallContext context)
    {
        var type = RpcRequest.CodeOrNone<Codes.AgencyType>(request.Type, "type");
        var page = PageOf(request.PageSize, request.PageToken);
        var found = (await ListAgencies.Find(type, RpcRequest.TextOrNone(request.Municipality), page, db, country, context.CancellationToken)).OrThrow();
        return new SearchAgenciesResponse { Agencies = { found.Items.Select(Shapes.Of) }, NextPageToken = found.Next ?? "" };
    }

    public override async Task<GetAgencyResponse> GetAgency(GetAgencyRequest request, ServerCallContext context) =>
        new() { Agency = Shapes.Of((await ReadAgency.Find(request.AgencyId, db, context.CancellationToken)).OrThrow()) };

    public override async Task<SearchServicesResponse> SearchServices(SearchServicesRequest request, ServerCallContext context)
    {
        var need = RpcRequest.CodeOrNone<Codes.Need>(request.Need, "need");
        var agency = RpcRequest.SlugOrNone<AgencyId>(request.AgencyId, "agency_id");
        var page = PageOf(request.PageSize, request.PageToken);
        var found = (await ListServices.Find(need, RpcRequest.TextOrNone(request.Area), agency, page, db, country, context.CancellationToken)).OrThrow();
        return new SearchServicesResponse { Services = { found.Items.Select(Shapes.Of) }, NextPageToken = found.Next ?? "" };
    }

    public override async Task<GetServiceResponse> GetService(GetServiceRequest request, ServerCallContext context) =>
        new() { Service = Shapes.Of((await ReadService.Find(request.ServiceId, db, context.CancellationToken)).OrThrow()) };

    public override async Task<ListMemorandaResponse> ListMemoranda(ListMemorandaRequest request, ServerCallContext context)
    {
        var other = RpcRequest.SlugOrNone<AgencyId>(request.WithAgencyId, "with_agency_id");
        AgencyId[] parties = other is { } agency ? [context.Caller().Agency, agency] : [context.Caller().Agency];
        var found = await Memoranda.ListMemoranda.Find(parties, PageOf(request.PageSize, request.PageToken), context.Caller(), db, context.CancellationToken);
        return new ListMemorandaResponse { Memoranda = { found.Items.Select(Shapes.Of) }, NextPageToken = found.Next ?? "" };
    }

    public override async Task<GetMemorandumResponse> GetMemorandum(GetMemorandumRequest request, ServerCallContext context) =>
        new() { Memorandum = Shapes.Of((await ReadMemorandum.Find(request.MemorandumId, context.Caller(), db, context.CancellationToken)).OrThrow()) };

    public override async Task<ExplainPermittedResponse> ExplainPermitted(ExplainPermittedRequest request, ServerCallContext context) =>
        MemorandumShapes.Of((await Memoranda.ExplainPermitted.Find(new()
        {
            From = RpcRequest.Slug<AgencyId>(request.FromAgencyId, "from_agency_id"),
            To = RpcRequest.Slug<AgencyId>(request.ToAgencyId, "to_agency_id"),
            Purpose = RpcRequest.Code<Codes.Purpose>(request.Purpose, "purpose"),
            Need = RpcRequest.CodeOrNone<Codes.Need>(request.Need, "need"),
            On = RpcRequest.DayOrNone(request.On, "on") ?? calendar.Day(time.GetUtcNow()),
        }, context.Caller(), db, context.CancellationToken)).OrThrow());

    public override async Task<FindProvidersResponse> FindProviders(FindProvidersRequest request, ServerCallContext context) =>
        ProviderShapes.Of((await providers.Find(ProviderShapes.Of(request), context.Caller(), context.CancellationToken)).OrThrow());

    private static Page PageOf(int size, string token) =>
        new(RpcRequest.PageSize(size, Page.Usual, Page.Most), RpcRequest.SlugOrNone<AgencyId>(token, "page_token")?.Value ?? "");
}
