namespace Tiltas.Directory.Memoranda;

internal static class MemorandumEndpoints
{
    public static void MapMemoranda(this IEndpointRouteBuilder app)
    {
        var memoranda = app.MapGroup("/v1/memoranda");
        DraftMemorandum.Map(memoranda);
        ReadDraft.Map(memoranda);
        SignMemorandum.Map(memoranda);
        DiscardDraft.Map(memoranda);
        PutMemorandumInForce.Map(memoranda);
        SuspendMemorandum.Map(memoranda);
        ResumeMemorandum.Map(memoranda);
        EndMemorandum.Map(memoranda);
        ListMemoranda.Map(memoranda);
        ReadMemorandum.Map(memoranda);
        ReadVersions.Map(memoranda);
        ExplainPermitted.Map(memoranda);
    }
}
