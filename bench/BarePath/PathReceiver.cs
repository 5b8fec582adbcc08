using Microsoft.AspNetCore.Builder;
using Npgsql;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Storage;

namespace Tiltas.Bench.BarePath;

/// <summary>The second service of the bare path: a message becomes an inbox row and one more row, in one commit.</summary>
internal static class PathReceiver
{
    public static async Task Run(string[] args, bool raw)
    {
        if (await Store.Migrate<PathStore>(args, options => new(options))) return;
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddServiceDefaults("notification");
        builder.AddStore<PathStore>();
        if (raw) builder.AddRawInbox();
        else builder.AddTiltasBus("notification", bus => bus.On<ReferralSubmitted, TakeArrivals>("path"));
        var app = builder.Build();
        app.UseServiceDefaults();
        await app.RunAsync();
    }

    internal sealed class TakeArrivals : IHandler<ReferralSubmitted>
    {
        public Task Handle(IReadOnlyList<Delivery<ReferralSubmitted>> messages, GroupScope scope, CancellationToken stop) =>
            Insert([.. messages.Select(delivery => delivery.Message)], scope, stop);

        internal static async Task Insert(List<ReferralSubmitted> messages, GroupScope scope, CancellationToken stop)
        {
            await using var insert = new NpgsqlCommand(PathStore.InsertArrivals, scope.Connection)
            {
                Parameters =
                {
                    new() { Value = messages.ConvertAll(m => m.Referral.Value) }, new() { Value = messages.ConvertAll(m => m.Subject.Value) },
                    new() { Value = messages.ConvertAll(m => m.Need.ToString()) }, new() { Value = messages.ConvertAll(m => m.At) },
                },
            };
            await insert.ExecuteNonQueryAsync(stop);
        }
    }
}
