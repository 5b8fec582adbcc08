using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Directory.Storage.Migrations;

// One index for what a word may find a row by: its own words, small letters all of them, and codes of areas and needs, which begin with a great letter.
[DbContext(typeof(DirectoryStore))]
[Migration("20261122000008_Words")]
internal sealed class Words : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        ALTER TABLE agencies ADD COLUMN words tsvector GENERATED ALWAYS AS (array_to_tsvector(coalesce(search, '{}') || competence || municipality)) STORED;
        CREATE INDEX agencies_words ON agencies USING gin (words);
        DROP INDEX agencies_search;

        ALTER TABLE services ADD COLUMN words tsvector GENERATED ALWAYS AS (array_to_tsvector(coalesce(search, '{}') || areas || need)) STORED;
        CREATE INDEX services_words ON services USING gin (words);
        DROP INDEX services_search;
        """);
}
