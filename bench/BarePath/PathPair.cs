using System.Net;
using Npgsql;
using Tiltas.Bench.Generator;
using Tiltas.Bench.Measure;
using Tiltas.Bench.Network;
using Tiltas.Bench.Report;
using Tiltas.Local;
using Tiltas.Local.Network;
using Tiltas.Local.Processes;
using Tiltas.Local.Servers;

namespace Tiltas.Bench.BarePath;

/// <summary>The two processes of one bare path, each this very program in another part, each with a database of its own.</summary>
internal sealed class PathPair : IAsyncDisposable
{
    public const string PartVariable = "Bench__Part";
    private readonly ServiceProcess _sender;
    private readonly ServiceProcess _receiver;
    private readonly Processes _processes;
    private readonly string _name;
    private readonly NpgsqlDataSource _far;
    private readonly NpgsqlDataSource _near;
    private long _taken;

    private PathPair(string name, ServiceProcess sender, ServiceProcess receiver, NpgsqlDataSource near, NpgsqlDataSource far, Processes processes) =>
        (_name, _sender, _receiver, _near, _far, _processes) = (name, sender, receiver, near, far, processes);

    public IPEndPoint Address => new(IPAddress.Loopback, _sender.Api.Port);

    public Uri Target(string path) => new(_sender.Api, path);

    public static async Task<PathPair> Start(BenchServers servers, string jwks, string name, bool raw, Processes processes, CancellationToken stop)
    {
        var senderBase = await servers.Postgres.CreateDatabaseAsync($"{name}_sender", stop);
        var receiverBase = await servers.Postgres.CreateDatabaseAsync($"{name}_receiver", stop);
        // The rights of two real services: what is measured runs under the permissions of production.
        var sender = Describe(servers, $"{name}-sender", raw ? "raw-sender" : "sender", senderBase, "referral", jwks);
        var receiver = Describe(servers, $"{name}-receiver", raw ? "raw-receiver" : "receiver", receiverBase, "notification", jwks);
        await Task.WhenAll(sender.MigrateAsync(stop), receiver.MigrateAsync(stop));
        sender.Set("ConnectionStrings__Owner", null);
        receiver.Set("ConnectionStrings__Owner", null);
        var near = NpgsqlDataSource.Create(servers.Postgres.Address.ConnectionString($"{name}_sender"));
        var far = NpgsqlDataSource.Create(servers.Postgres.Address.ConnectionString($"{name}_receiver"));
        var pair = new PathPair(name, sender, receiver, near, far, processes);
        // First the sender, so that the exchange is there to bind to; then nothing is sent before the queue is bound.
        processes.Add($"{name}-sender", await sender.StartAsync(stop));
        processes.Add($"{name}-receiver", await receiver.StartAsync(stop));
        return pair;
    }

    /// <summary>Where the far table ends now; arrivals after this mark belong to the next measurement.</summary>
    public async Task<long> Mark(CancellationToken stop) => await Scalar(_far, "SELECT coalesce(max(number), 0) FROM arrivals", stop);

    /// <summary>Waits until as many rows have arrived after the mark, or nothing more comes.</summary>
    public Task<bool> Drained(long mark, int count, CancellationToken stop) => Until.TrueAsync(
        async token => await Scalar(_far, $"SELECT count(*) FROM arrivals WHERE number > {mark}", token) >= count, TimeSpan.FromSeconds(30), stop);

    /// <summary>What arrived after the mark, and when each was committed.</summary>
    public async Task<List<(Guid Id, DateTimeOffset Committed)>> Arrivals(long mark, CancellationToken stop) =>
        await FarTable.Read(_far, $"SELECT id, pg_xact_commit_timestamp(xmin) FROM arrivals WHERE number > {mark}", stop);

    public void Took(int count) => _taken += count;

    /// <summary>The whole far table at the end: a copy that came late would stand in no single measurement.</summary>
    public async Task CheckAll(Findings findings, CancellationToken stop)
    {
        var (rows, different) = (await Scalar(_far, "SELECT count(*) FROM arrivals", stop), await Scalar(_far, "SELECT count(DISTINCT id) FROM arrivals", stop));
        var left = await Scalar(_near, "SELECT count(*) FROM outbox", stop);
        if (rows != _taken || different != _taken || left != 0) findings.Fault($"{_name}: {_taken} taken, {different} arrived, {rows} rows, {left} left in the outbox");
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_sender.StopAsync(), _receiver.StopAsync());
        _processes.Remove($"{_name}-sender");
        _processes.Remove($"{_name}-receiver");
        await _near.DisposeAsync();
        await _far.DisposeAsync();
    }

    private static async Task<long> Scalar(NpgsqlDataSource source, string sql, CancellationToken stop)
    {
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    private static ServiceProcess Describe(BenchServers servers, string name, string part, StoreAddress store, string user, string jwks)
    {
        var service = new ServiceProcess(new ServiceOptions
        {
            Name = name, Assembly = typeof(PathPair).Assembly.Location, LogFile = Path.Combine(servers.Folder, name + ".log"), Ports = servers.Ports,
        });
        service.Set(PartVariable, part);
        service.Set("ConnectionStrings__Store", store.Store);
        service.Set("ConnectionStrings__Owner", store.Owner);
        service.Set("Bus__Uri", servers.Rabbit.UriFor(user, BenchServers.OwnVirtualHost).AbsoluteUri);
        service.Set("Passport__JwksFile", jwks);
        return service;
    }
}

/// <summary>One small JSON body a request; the id is the sender's, so that the far row can be told apart.</summary>
internal sealed class PathTraffic : Traffic
{
    private readonly RequestShape _shape;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<long, Guid> _ids = new();

    public PathTraffic(Uri target) => _shape = new RequestShape("POST", target,
        $$"""{"id":"{{RequestShape.Place(0)}}","subject":"{{RequestShape.Place(1)}}","need":"Shelter"}""");

    public override int Write(long number, Span<byte> request)
    {
        var length = _shape.CopyTo(request);
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        _ids[number] = id;
        id.TryFormat(request[_shape.Places[0]..], out _);
        id.TryFormat(request[_shape.Places[1]..], out _);
        return length;
    }

    public override Guid? Read(long number, HttpAnswer answer) => _ids.TryRemove(number, out var id) && answer.Status == 202 ? id : null;
}
