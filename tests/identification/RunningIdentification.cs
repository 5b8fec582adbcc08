using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Contracts.Codes;
using Tiltas.Contracts.Directory.V1;
using Tiltas.Contracts.Referral.V1;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Passports;
using Tiltas.Identification.Parties;
using Tiltas.Local.Servers;

namespace Tiltas.Identification.Tests;

/// <summary>Tests that need the running service; pure rules are tested without it.</summary>
[CollectionDefinition(Name)]
public sealed class WithService : ICollectionFixture<RunningIdentification>
{
    public const string Name = "with the service";
}

/// <summary>
/// The service as a process of its own on a real PostgreSQL, with the broker away: what it publishes stays in its outbox and
/// can be read there, and messages for it are given to its own handlers from here, as another replica would.
/// </summary>
public sealed class RunningIdentification : IAsyncLifetime
{
    public const string Ngo = "lt-help", OtherNgo = "lt-else", Police = "lt-police", Ministry = "lt-ministry", Suspended = "lt-suspended";

    private readonly TestDatabase _database = new();
    private readonly TempFolder _folder = new();
    private readonly Arrivals _elsewhere = new(TimeProvider.System);
    private readonly HttpClient _http = new();
    private ServiceProcess? _service;
    private TokenSigner? _signer;

    internal string Folder => _folder.Path;

    /// <summary>All that the service wrote to its log.</summary>
    internal string Said => _service!.Said;

    public NpgsqlDataSource Store { get; private set; } = null!;

    /// <summary>As the role that owns the tables; for rows as an earlier day left them.</summary>
    public NpgsqlDataSource Owner { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.Create();
        Store = NpgsqlDataSource.Create(_database.RunTime);
        Owner = NpgsqlDataSource.Create(_database.Owner);
        MakeKeys();
        _folder.Write("master.key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        using var migration = Start(Kit.CountryFolder, "migrate");
        Assert.True(await migration.Ended() == 0, migration.Said);
        _service = Start(Kit.CountryFolder);
        await _service.Ready();
        await Register(Ngo, AgencyType.Ngo);
        await Register(OtherNgo, AgencyType.Ngo);
        await Register(Police, AgencyType.Police);
        await Register(Ministry, AgencyType.Ministry);
        await Register(Suspended, AgencyType.Ngo, AgencyStanding.Suspended);
        await Give(new KnownMemoranda(), new MemorandumInForce
        {
            Memorandum = MemorandumId.From("lt-mou-all"), Version = 1, Parties = [.. ((string[])[Ngo, OtherNgo, Police, Ministry, Suspended]).Select(AgencyId.From)], DataClasses = [DataClass.Needs],
            Purposes = [Purpose.Assistance], Needs = [], ValidFrom = new(2025, 1, 1), ValidTo = null, At = TimeProvider.System.GetUtcNow(),
        });
    }

    public async ValueTask DisposeAsync()
    {
        _service?.Dispose();
        _http.Dispose();
        await Store.DisposeAsync();
        await Owner.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    internal ServiceProcess Start(string country, params string[] arguments) => new(arguments, new()
    {
        ["ConnectionStrings__Store"] = _database.RunTime,
        ["ConnectionStrings__Owner"] = _database.Owner,
        ["Bus__Uri"] = $"amqp://nobody:none@127.0.0.1:{PortRegister.Any()}/tiltas",
        ["Passport__JwksFile"] = Path.Combine(_folder.Path, "keys.json"),
        ["Country__Path"] = country,
        ["Gaps__LookSeconds"] = "1",
        ["Sealing__MasterKeyFile"] = Path.Combine(_folder.Path, "master.key"),
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = null,
    });

    public Task Register(string agency, AgencyType type, AgencyStanding standing = AgencyStanding.Active, int version = 1) =>
        Give(new KnownAgencies(_elsewhere), new AgencyRegistered
        {
            Agency = AgencyId.From(agency), Version = version, Type = type, Standing = standing, Municipality = "LT-57", Competence = ["LT"], At = TimeProvider.System.GetUtcNow(),
        });

    /// <summary>A subject these agencies are parties to: the first opened it, the others were asked for help.</summary>
    public async Task<SubjectRef> Subject(params string[] parties)
    {
        var subject = NewSubject();
        await Open(subject, parties[0]);
        foreach (var other in parties.Skip(1)) await Refer(subject, parties[0], other);
        return subject;
    }

    public static SubjectRef NewSubject() => SubjectRef.From(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));

    public Task Open(SubjectRef subject, string owner) =>
        Give(new SubjectParties(_elsewhere), new SubjectOpened { Subject = subject, Owner = AgencyId.From(owner), At = TimeProvider.System.GetUtcNow() });

    public async Task<ReferralId> Refer(SubjectRef subject, string from, string to)
    {
        var now = TimeProvider.System.GetUtcNow();
        var referral = ReferralId.From(Guid.CreateVersion7(now));
        await Give(new SubjectParties(_elsewhere), new ReferralSubmitted
        {
            Referral = referral, Version = 1, Subject = subject, From = AgencyId.From(from), To = AgencyId.From(to),
            Need = Need.Shelter, Purpose = Purpose.Assistance, Urgency = Urgency.Normal, AcknowledgeBy = now, DecideBy = now, At = now,
        });
        return referral;
    }

    /// <summary>Hands messages to a handler in one transaction, as the inbox does.</summary>
    public async Task Give<T>(IHandler<T> handler, params T[] messages) where T : class
    {
        await using var connection = await Store.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await handler.Handle([.. messages.Select(message => new Delivery<T>(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), message, null))],
            new GroupScope(connection, transaction, TimeProvider.System), CancellationToken.None);
        await transaction.CommitAsync();
    }

    public Task<Answer> Get(string agency, string path) => Send(agency, HttpMethod.Get, path, null, null);

    public Task<Answer> Post(string agency, string path, object body, string? key = null) =>
        Send(agency, HttpMethod.Post, path, new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } }, key ?? NewKey());

    public Task<Answer> PostText(string agency, string path, string body) =>
        Send(agency, HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, "application/json"), NewKey());

    public Task<Answer> Send(string? agency, HttpMethod method, string path, HttpContent? content, string? key) => Send(agency, Roles.Agency, method, path, content, key);

    /// <summary>A client of that agency in another role.</summary>
    public Task<Answer> SendAs(string role, string agency, HttpMethod method, string path) => Send(agency, role, method, path, null, null);

    /// <summary>As <see cref="Post"/>, to another process of the service.</summary>
    internal Task<Answer> PostTo(ServiceProcess process, string agency, string path, object body) => Send(agency, Roles.Agency, HttpMethod.Post, path,
        new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } }, NewKey(), process);

    private async Task<Answer> Send(string? agency, string role, HttpMethod method, string path, HttpContent? content, string? key, ServiceProcess? process = null)
    {
        using var request = new HttpRequestMessage(method, new Uri((process ?? _service!).Api, path)) { Content = content };
        if (agency is not null)
        {
            var caller = new Caller { Agency = AgencyId.From(agency), Client = agency + "-system", Roles = [role] };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _signer!.Sign(TokenProfile.Passport, caller));
        }
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer(response.StatusCode, text, response.Headers.Location?.ToString())
        {
            Headers = response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
        };
    }

    /// <summary>What waits in the outbox about one subject, oldest first.</summary>
    public async Task<List<(string Urn, JsonElement Body)>> Published(SubjectRef subject)
    {
        await using var command = Store.CreateCommand("SELECT urn, body FROM outbox WHERE convert_from(body, 'UTF8') LIKE '%' || $1 || '%' ORDER BY id");
        command.Parameters.Add(new() { Value = subject.ToString() });
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<(string, JsonElement)>();
        while (await reader.ReadAsync()) found.Add((reader.GetString(0), JsonDocument.Parse((byte[])reader[1]).RootElement));
        return found;
    }

    public static string NewKey() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();

    private void MakeKeys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var q = key.ExportParameters(false).Q;
        var jwks = new { keys = new[] { new { kty = "EC", crv = "P-256", kid = "trial", x = System.Buffers.Text.Base64Url.EncodeToString(q.X), y = System.Buffers.Text.Base64Url.EncodeToString(q.Y) } } };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Passport:JwksFile"] = _folder.Write("keys.json", JsonSerializer.Serialize(jwks)),
            ["Passport:SigningKeyFile"] = _folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem()),
        }).Build();
        _signer = new TokenSigner(configuration, new PassportKeys(configuration, TimeProvider.System), TimeProvider.System);
    }
}

/// <summary>An answer of the service.</summary>
public sealed record Answer(HttpStatusCode Status, string Text, string? Location)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? this[string member] => Json.TryGetProperty(member, out var value) ? value.ToString() : null;
}

/// <summary>One process of the service's assembly.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServiceProcess(string[] arguments, Dictionary<string, string?> environment)
    {
        Api = new Uri($"http://127.0.0.1:{PortRegister.Any()}");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Tiltas.Identification.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (key, value) in environment) start.Environment[key] = value;
        start.Environment["Listen__Api"] = Api.ToString();
        start.Environment["Listen__Inside"] = $"http://127.0.0.1:{PortRegister.Any()}";
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException("The service ended: " + Said));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Api { get; }

    public string Said
    {
        get
        {
            lock (_said) return _said.ToString();
        }
    }

    public Task Ready() => _listening.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public async Task<int> Ended()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _listening.TrySetCanceled();
        _ = _listening.Task.Exception;
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        lock (_said) _said.AppendLine(line);
        if (line.Contains("Application started", StringComparison.Ordinal)) _listening.TrySetResult();
    }
}
