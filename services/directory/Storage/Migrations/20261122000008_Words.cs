using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Directory.Storage.Migrations;

// One index entry for all that a word may find a row by: its own words, small letters all of them, and codes of areas and needs, which begin with a great
// letter. A service is found by its agency's names, too; they are kept beside it, so that a search need not look every agency up.
[DbContext(typeof(DirectoryStore))]
[Migration("20261122000008_Words")]
internal sealed class Words : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        ALTER TABLE agencies ADD COLUMN words tsvector GENERATED ALWAYS AS (array_to_tsvector(coalesce(search, '{}') || competence || municipality)) STORED;
        CREATE INDEX agencies_words ON agencies USING gin (words);
        DROP INDEX agencies_search;

        ALTER TABLE services ADD COLUMN agency_search text[];
        UPDATE services SET agency_search = a.search FROM agencies a WHERE a.id = services.agency;
        ALTER TABLE services ADD COLUMN words tsvector
            GENERATED ALWAYS AS (array_to_tsvector(coalesce(search, '{}') || coalesce(agency_search, '{}') || areas || need)) STORED;
        CREATE INDEX services_words ON services USING gin (words);
        DROP INDEX services_search;

        -- A name that changes at the same moment waits for the new service or is waited for.
        CREATE FUNCTION take_agency_search() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            SELECT a.search INTO NEW.agency_search FROM agencies a WHERE a.id = NEW.agency FOR SHARE;
            RETURN NEW;
        END $$;
        CREATE TRIGGER take_agency_search BEFORE INSERT OR UPDATE OF agency ON services FOR EACH ROW EXECUTE FUNCTION take_agency_search();

        CREATE FUNCTION give_agency_search() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE services SET agency_search = NEW.search WHERE agency = NEW.id;
            RETURN NULL;
        END $$;
        CREATE TRIGGER give_agency_search AFTER UPDATE OF search ON agencies FOR EACH ROW WHEN (OLD.search IS DISTINCT FROM NEW.search)
            EXECUTE FUNCTION give_agency_search();
        """);
}
