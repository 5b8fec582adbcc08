using Npgsql;
using Tiltas.Hosting.Problems;
using Tiltas.Identification.Country;
using Tiltas.Identification.Storage;

namespace Tiltas.Identification.Forms;

/// <summary>
/// The country's forms. Those in its files are offered; versions that only older forms used stay readable. Before the service
/// answers, the files are compared with what was used: a used version may not have changed.
/// </summary>
public sealed partial class FormSchemas(CountryData country, NpgsqlDataSource store, TimeProvider time, ILogger<FormSchemas> logger) : IHostedService
{
    private readonly UsedVersions<FormSchema> _versions = new(store, time, new("form_schemas", form => (form.Id, form.Version, form.Hash(), form.Canonical()), FormSchema.FromCanonical,
        form => $"Form {form.Id} version {form.Version} was filled in and its content has changed since; give the changed form a new version."));

    /// <summary>Every version that may be filled in.</summary>
    public IReadOnlyList<FormSchema> Offered { get; } = [.. country.Forms.OrderBy(form => form.Id, StringComparer.Ordinal).ThenBy(form => form.Version)];

    /// <summary>A version that may be filled in.</summary>
    public Result<UsedVersion<FormSchema>> ToUse(string id, int version)
    {
        if (Offered.All(form => form.Id != id)) return FormErrors.UnknownForm;
        return Offered.Any(form => form.Id == id && form.Version == version) ? _versions.Find(id, version)! : FormErrors.UnknownVersion;
    }

    /// <summary>A version that is offered, or was once.</summary>
    public FormSchema? Find(string id, int version) => _versions.Find(id, version)?.Content;

    /// <summary>A version that was filled in.</summary>
    /// <exception cref="InvalidOperationException">There is none, although the store holds forms to theirs.</exception>
    public FormSchema Used(string id, int version) => Find(id, version) ?? throw new InvalidOperationException("The schema of a form is gone.");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _versions.Load(country.Forms, errorType => Log.Waiting(logger, errorType), cancellationToken);
        Log.Loaded(logger, country.Forms.Count);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(EventId = 220, EventName = "FormSchemasLoaded", Level = LogLevel.Information, Message = "{Count} versions of forms are offered")]
        public static partial void Loaded(ILogger logger, int count);

        [LoggerMessage(EventId = 221, EventName = "FormSchemasWait", Level = LogLevel.Warning, Message = "Forms wait for the store: {ErrorType}")]
        public static partial void Waiting(ILogger logger, string errorType);
    }
}
