using System.Collections.Concurrent;
using Npgsql;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;

namespace Tiltas.Identification.Forms;

/// <summary>
/// The country's forms. Those in its files are offered; versions that only older forms used stay readable. Before the service
/// answers, the files are compared with what was used: a used version may not have changed.
/// </summary>
public sealed partial class FormSchemas(CountryData country, NpgsqlDataSource store, TimeProvider time, ILogger<FormSchemas> logger) : IHostedService
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    // The foreign keys of what was filled in forbid this change when the version was used.
    private const string Keep = """
        INSERT INTO form_schemas AS kept (id, version, content_hash, content, stored_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (id, version) DO UPDATE SET content_hash = EXCLUDED.content_hash, content = EXCLUDED.content, stored_at = EXCLUDED.stored_at
        WHERE kept.content_hash <> EXCLUDED.content_hash
        """;

    private readonly ConcurrentDictionary<(string Id, int Version), StoredForm> _known = [];

    /// <summary>Every version that may be filled in.</summary>
    public IReadOnlyList<FormSchema> Offered { get; } = [.. country.Forms.OrderBy(form => form.Id, StringComparer.Ordinal).ThenBy(form => form.Version)];

    /// <summary>A version that may be filled in.</summary>
    public Result<StoredForm> ToUse(string id, int version)
    {
        if (Offered.All(form => form.Id != id)) return FormErrors.UnknownForm;
        return Offered.Any(form => form.Id == id && form.Version == version) ? _known[(id, version)] : FormErrors.UnknownVersion;
    }

    /// <summary>A version that is offered, or was once.</summary>
    public StoredForm? Find(string id, int version) => _known.TryGetValue((id, version), out var known) ? known : Fetch(id, version);

    /// <summary>A version that was filled in.</summary>
    /// <exception cref="InvalidOperationException">There is none, although the store holds forms to theirs.</exception>
    public FormSchema Used(string id, int version) => (Find(id, version) ?? throw new InvalidOperationException("The schema of a form is gone.")).Form;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var said = false;
        while (true)
        {
            try
            {
                await Load(cancellationToken);
                return;
            }
            catch (Exception exception) when (ProblemMiddleware.IsStoreAway(exception))
            {
                if (!said) Log.Waiting(logger, exception.GetType().Name);
                said = true;
                await Task.Delay(BetweenTries, time, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // One that a newer replica has brought since this one started. Rare, and kept from then on.
    private StoredForm? Fetch(string id, int version)
    {
        using var command = store.CreateCommand("SELECT content_hash, content FROM form_schemas WHERE id = $1 AND version = $2");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = version });
        using var reader = command.ExecuteReader();
        return reader.Read() ? _known.GetOrAdd((id, version), new StoredForm(FormSchema.FromCanonical(reader.GetString(1)), reader.GetString(0))) : null;
    }

    private async Task Load(CancellationToken stop)
    {
        foreach (var form in country.Forms) await Store(form, stop);

        await using var command = store.CreateCommand("SELECT content_hash, content FROM form_schemas");
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop))
        {
            var form = FormSchema.FromCanonical(reader.GetString(1));
            _known[(form.Id, form.Version)] = new StoredForm(form, reader.GetString(0));
        }
        Log.Loaded(logger, country.Forms.Count);
    }

    private async Task Store(FormSchema form, CancellationToken stop)
    {
        await using var command = store.CreateCommand(Keep);
        foreach (var value in (object[])[form.Id, form.Version, form.Hash(), form.Canonical(), time.GetUtcNow()]) command.Parameters.Add(new() { Value = value });
        try
        {
            await command.ExecuteNonQueryAsync(stop);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw new CountryDataException($"Form {form.Id} version {form.Version} was filled in and its content has changed since; give the changed form a new version.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 210, EventName = "FormSchemasLoaded", Level = LogLevel.Information, Message = "{Count} versions of forms are offered")]
        public static partial void Loaded(ILogger logger, int count);

        [LoggerMessage(EventId = 211, EventName = "FormSchemasWait", Level = LogLevel.Warning, Message = "Forms wait for the store: {ErrorType}")]
        public static partial void Waiting(ILogger logger, string errorType);
    }
}

/// <summary>A form with the fingerprint of the content that what is filled in is held to.</summary>
public sealed record StoredForm(FormSchema Form, string Hash);
