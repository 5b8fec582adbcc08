namespace Tiltas.Directory.Memoranda;

internal static class MemorandumEndpoints
{
    public static void MapMemoranda(this IEndpointRouteBuilder app)
    {
        var memoranda = app.MapGroup("/v1/memoranda");
        PutMemorandumInForce.Map(memoranda);
        EndMemorandum.Map(memoranda);
        ListMemoranda.Map(memoranda);
        ReadMemorandum.Map(memoranda);
    }
}
