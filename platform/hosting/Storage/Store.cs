using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Tiltas.Contracts;
using Tiltas.Hosting.Health;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Hosting.Storage;

/// <summary>One service's PostgreSQL database.</summary>
public static class Store
{
    /// <summary>Adds the store with its context. Connection: <c>ConnectionStrings:Store</c>, a role that owns no table.</summary>
    public static void AddStore<TContext>(this IHostApplicationBuilder builder) where TContext : DbContext
    {
        var connection = builder.Configuration.GetConnectionString("Store") ?? throw new InvalidOperationException("ConnectionStrings:Store is missing.");
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(NpgsqlDataSource.Create(Tuned(connection)));
        services.AddSingleton<CommitInterceptor>();
        services.AddSingleton<IReadyCheck, StoreReady<TContext>>();
        services.AddDbContextPool<TContext>((provider, options) => Configure(options, provider.GetRequiredService<NpgsqlDataSource>())
            .AddInterceptors(provider.GetRequiredService<CommitInterceptor>())
#if CRASH_POINTS
            .AddInterceptors(new CommitPoint())
#endif
            );
    }

    /// <summary>
    /// Runs the migrations and is done, when the process was started as <c>migrate</c>. Connection: <c>ConnectionStrings:Owner</c>.
    /// <paramref name="then"/> brings existing rows up to date where SQL alone cannot; it must bear being run again.
    /// </summary>
    /// <returns>True when it was; the caller then ends.</returns>
    public static async Task<bool> Migrate<TContext>(
        string[] args, Func<DbContextOptions<TContext>, TContext> create, Func<TContext, Task>? then = null) where TContext : DbContext
    {
        if (args is not ["migrate", ..]) return false;
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        var connection = configuration.GetConnectionString("Owner") ?? throw new InvalidOperationException("ConnectionStrings:Owner is missing.");
        await using var source = NpgsqlDataSource.Create(connection);
        var options = new DbContextOptionsBuilder<TContext>();
        Configure(options, source);
        await using var db = create(options.Options);
        await db.Database.MigrateAsync();
        if (then is not null) await then(db);
        return true;
    }

    /// <summary>Maps identifiers of the contracts and the tables every service keeps.</summary>
    public static void AddPlatform(this ModelBuilder model)
    {
        model.AddMessaging();
        model.Entity<IdempotencyRow>(row =>
        {
            row.ToTable("idempotency_keys");
            row.HasKey(r => new { r.Agency, r.Key });
            row.Property(r => r.Agency).HasColumnName("agency");
            row.Property(r => r.Key).HasColumnName("key");
            row.Property(r => r.Operation).HasColumnName("operation");
            row.Property(r => r.RequestHash).HasColumnName("request_hash");
            row.Property(r => r.Answer).HasColumnName("answer").HasColumnType("jsonb");
            row.Property(r => r.CreatedAt).HasColumnName("created_at");
        });
    }

    /// <summary>Stores identifiers as uuid or text, and codes by their names.</summary>
    public static void AddPlatform(this ModelConfigurationBuilder conventions)
    {
        conventions.Properties<AgencyId>().HaveConversion<SlugValueConverter<AgencyId>>();
        conventions.Properties<ServiceId>().HaveConversion<SlugValueConverter<ServiceId>>();
        conventions.Properties<MemorandumId>().HaveConversion<SlugValueConverter<MemorandumId>>();
        conventions.Properties<SubjectRef>().HaveConversion<UuidValueConverter<SubjectRef>>();
        conventions.Properties<ReferralId>().HaveConversion<UuidValueConverter<ReferralId>>();
        conventions.Properties<ConsentId>().HaveConversion<UuidValueConverter<ConsentId>>();
        conventions.Properties<ScreeningId>().HaveConversion<UuidValueConverter<ScreeningId>>();
        conventions.Properties<InformationId>().HaveConversion<UuidValueConverter<InformationId>>();
        conventions.Properties<GapId>().HaveConversion<UuidValueConverter<GapId>>();
        conventions.Properties<FormId>().HaveConversion<UuidValueConverter<FormId>>();
        conventions.Properties<Enum>().HaveConversion<string>();
    }

    /// <summary>A context that takes part in a group's transaction; it does not commit.</summary>
    public static async Task<TContext> Join<TContext>(GroupScope scope, Func<DbContextOptions<TContext>, TContext> create, CancellationToken stop) where TContext : DbContext
    {
        var options = new DbContextOptionsBuilder<TContext>();
        options.UseNpgsql(scope.Connection);
        var db = create(options.Options);
        db.Database.AutoSavepointsEnabled = false;
        await db.Database.UseTransactionAsync(scope.Transaction, stop);
        return db;
    }

    private static DbContextOptionsBuilder Configure(DbContextOptionsBuilder options, NpgsqlDataSource source) => options
        .UseNpgsql(source, npgsql => npgsql.MigrationsHistoryTable("migrations"))
        // Migrations are hand-written SQL, so there is no model snapshot to compare with; a test compares tables and model.
        // What a statement met is thrown, and whoever catches it knows whether it is a failure: a lost race is none, and a store
        // that is away is told in a line that is held back when it repeats.
        .ConfigureWarnings(warnings => warnings.Ignore(
            RelationalEventId.PendingModelChangesWarning, RelationalEventId.ConnectionError, RelationalEventId.CommandError,
            CoreEventId.QueryIterationFailed, CoreEventId.SaveChangesFailed));

    private static string Tuned(string connection) => new NpgsqlConnectionStringBuilder(connection)
    {
        MaxAutoPrepare = 64,
        AutoPrepareMinUsages = 2,
        MaxPoolSize = 40,
        Timeout = 5,
        CommandTimeout = 15,
        KeepAlive = 30,
        NoResetOnClose = true,
        IncludeErrorDetail = false,
        // The hot statements take arrays of any length: planning each anew costs more than a better plan could save.
        Options = "-c plan_cache_mode=force_generic_plan",
    }.ConnectionString;
}

/// <summary>Ready while the database answers; the first time also builds the context's model, so that no caller waits for it.</summary>
internal sealed class StoreReady<TContext>(NpgsqlDataSource store, IServiceScopeFactory scopes) : IReadyCheck where TContext : DbContext
{
    private bool _warm;

    public string Name => "store";

    public async ValueTask<bool> IsReady(CancellationToken cancellationToken)
    {
        if (!_warm)
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<TContext>().Set<IdempotencyRow>().AsNoTracking().AnyAsync(row => row.Key == "", cancellationToken);
            _warm = true;
        }
        await using var command = store.CreateCommand("SELECT 1");
        return await command.ExecuteScalarAsync(cancellationToken) is 1;
    }
}

internal sealed class SlugValueConverter<T>() : Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter<T, string>(id => id.Value, text => From(text))
    where T : struct, ISlug<T>
{
    private static T From(string text) => T.From(text);
}

internal sealed class UuidValueConverter<T>() : Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter<T, Guid>(id => id.Value, value => From(value))
    where T : struct, IUuidId<T>
{
    private static T From(Guid value) => T.From(value);
}

/// <summary>Wakes the outbox when a context's one SaveChanges has left messages.</summary>
internal sealed class CommitInterceptor(OutboxBell bell) : SaveChangesInterceptor
{
    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        CrashPoints.Pass(CrashPoints.AfterCommit, "save");
        if (eventData.Context is { } db)
        {
            var messages = db.ChangeTracker.Entries<OutboxRow>().Count();
            if (messages > 0) bell.Ring(messages);
        }
        return ValueTask.FromResult(result);
    }
}

#if CRASH_POINTS
/// <summary>The place where everything of a SaveChanges is written and nothing is committed.</summary>
internal sealed class CommitPoint : DbTransactionInterceptor
{
    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        System.Data.Common.DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        CrashPoints.Pass(CrashPoints.BeforeCommit, "save");
        return ValueTask.FromResult(result);
    }
}
#endif
