using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Storage;

namespace Tiltas.Bench.BarePath;

/// <summary>The first service of the bare path: an HTTP request becomes one row and one message.</summary>
internal static class PathSender
{
    public const string Grouped = "/grouped";
    public const string Plain = "/plain";

    public static async Task Run(string[] args, bool raw)
    {
        if (await Store.Migrate<PathStore>(args, options => new(options))) return;
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddServiceDefaults("referral");
        builder.AddStore<PathStore>();
        if (raw) builder.AddRawOutbox();
        else builder.AddTiltasBus("referral");
        builder.Services.AddSingleton<GroupedEntries>();

        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapPost(Grouped, async (Request request, GroupedEntries grouped) =>
        {
            await grouped.Take(request);
            return Results.Accepted();
        }).AllowAnonymous();
        app.MapPost(Plain, async (Request request, PathStore db, TimeProvider time, CancellationToken stop) =>
        {
            var entry = request.ToEntry(time.GetUtcNow());
            db.Add(entry);
            db.Publish(Message(entry), time);
            await db.SaveChangesAsync(stop);
            return Results.Accepted();
        }).AllowAnonymous();
        await app.RunAsync();
    }

    internal sealed record Request
    {
        public required ReferralId Id { get; init; }
        public required SubjectRef Subject { get; init; }
        public required Need Need { get; init; }

        public Entry ToEntry(DateTimeOffset now) => new() { Id = Id, Subject = Subject, Need = Need.ToString(), At = now };
    }

    internal static ReferralSubmitted Message(Entry entry) => new()
    {
        Referral = entry.Id, Version = 1, Subject = entry.Subject, From = AgencyId.From("lt-kopzi"), To = AgencyId.From("lt-caritas"),
        Need = Enum.Parse<Need>(entry.Need), Purpose = Purpose.Assistance, Urgency = Urgency.Normal,
        AcknowledgeBy = entry.At.AddDays(1), DecideBy = entry.At.AddDays(3), At = entry.At,
    };

    internal sealed class GroupedEntries : IAsyncDisposable
    {
        private readonly GroupCommit<Request, bool> _group;
        private readonly TimeProvider _time;

        public GroupedEntries(NpgsqlDataSource store, OutboxBell bell, TimeProvider time, ILogger<GroupedEntries> logger)
        {
            _time = time;
            _group = new("path", store, bell, time, new GroupOptions(), logger, Insert);
        }

        public Task Take(Request request) => _group.Run(request);

        public ValueTask DisposeAsync() => _group.DisposeAsync();

        private async Task<IReadOnlyList<bool>> Insert(IReadOnlyList<Request> requests, GroupScope scope, CancellationToken stop)
        {
            var now = _time.GetUtcNow();
            var entries = requests.Select(request => request.ToEntry(now)).ToList();
            foreach (var entry in entries) scope.Publish(Message(entry), System.Diagnostics.Activity.Current?.Id);
            await using var insert = new NpgsqlCommand(PathStore.InsertEntries, scope.Connection)
            {
                Parameters =
                {
                    new() { Value = entries.ConvertAll(e => e.Id.Value) }, new() { Value = entries.ConvertAll(e => e.Subject.Value) },
                    new() { Value = entries.ConvertAll(e => e.Need) }, new() { Value = entries.ConvertAll(e => e.At) },
                },
            };
            await insert.ExecuteNonQueryAsync(stop);
            return new bool[requests.Count];
        }
    }
}
