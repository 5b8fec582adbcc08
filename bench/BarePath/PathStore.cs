using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Tiltas.Contracts;
using Tiltas.Hosting.Messaging;
using Tiltas.Hosting.Storage;

namespace Tiltas.Bench.BarePath;

/// <summary>The one business row of the sending side.</summary>
internal sealed record Entry
{
    public required ReferralId Id { get; init; }
    public required SubjectRef Subject { get; init; }
    public required string Need { get; init; }
    public required DateTimeOffset At { get; init; }
}

internal sealed class PathStore(DbContextOptions<PathStore> options) : DbContext(options)
{
    public const string InsertEntries = "INSERT INTO entries (id, subject, need, at) SELECT * FROM unnest($1, $2, $3, $4)";

    public const string InsertArrivals = "INSERT INTO arrivals (id, subject, need, at) SELECT * FROM unnest($1, $2, $3, $4)";

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) => configurationBuilder.AddPlatform();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddPlatform();
        modelBuilder.Entity<Entry>(entry =>
        {
            entry.ToTable("entries");
            entry.HasKey(e => e.Id);
            entry.Property(e => e.Id).HasColumnName("id");
            entry.Property(e => e.Subject).HasColumnName("subject");
            entry.Property(e => e.Need).HasColumnName("need");
            entry.Property(e => e.At).HasColumnName("at");
        });
    }
}

[DbContext(typeof(PathStore))]
[Migration("20261122000001_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MessagingSchema.Create + """
        CREATE TABLE entries (
            id uuid PRIMARY KEY,
            subject uuid NOT NULL,
            need text NOT NULL,
            at timestamptz NOT NULL
        );
        -- As many columns and indexes, but the key is a number: a row written twice would stand here twice and be seen.
        CREATE TABLE arrivals (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id uuid NOT NULL,
            subject uuid NOT NULL,
            need text NOT NULL,
            at timestamptz NOT NULL
        );
        """);
}
