using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Directory.Storage.Migrations;

[DbContext(typeof(DirectoryStore))]
[Migration("20261122000006_SelfService")]
internal sealed class SelfService : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE TABLE api_clients (
            id text COLLATE "C" PRIMARY KEY CHECK (length(id) BETWEEN 2 AND 63),
            agency text COLLATE "C" NOT NULL REFERENCES agencies (id),
            version integer NOT NULL CHECK (version > 0),
            roles text[] NOT NULL CHECK (cardinality(roles) > 0),
            secret_hash text,
            secret_since timestamptz CHECK ((secret_hash IS NULL) = (secret_since IS NULL)),
            certificates text[] NOT NULL,
            changed_at timestamptz NOT NULL,
            removed_at timestamptz
        );
        CREATE INDEX api_clients_agency ON api_clients (agency, id);
        CREATE INDEX api_clients_certificates ON api_clients USING gin (certificates) WHERE removed_at IS NULL;
        -- Rises whenever the list that the gateway keeps may have changed, so that asking for news costs one row.
        CREATE TABLE client_list (revision bigint NOT NULL);
        INSERT INTO client_list VALUES (1);
        CREATE FUNCTION client_list_changed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE client_list SET revision = revision + 1; RETURN NULL; END';
        CREATE TRIGGER client_list_changed AFTER INSERT OR UPDATE OR DELETE ON api_clients FOR EACH STATEMENT EXECUTE FUNCTION client_list_changed();
        CREATE TRIGGER client_list_changed AFTER UPDATE ON agencies FOR EACH ROW WHEN (OLD.standing <> NEW.standing) EXECUTE FUNCTION client_list_changed();

        CREATE TABLE staff (
            agency text COLLATE "C" NOT NULL REFERENCES agencies (id),
            id text COLLATE "C" NOT NULL CHECK (length(id) BETWEEN 2 AND 63),
            version integer NOT NULL CHECK (version > 0),
            roles text[] NOT NULL CHECK (cardinality(roles) > 0),
            changed_at timestamptz NOT NULL,
            ended_at timestamptz,
            PRIMARY KEY (agency, id)
        );

        CREATE TABLE history (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id uuid NOT NULL,
            at timestamptz NOT NULL,
            agency text COLLATE "C" NOT NULL,
            kind text NOT NULL,
            record text COLLATE "C" NOT NULL,
            change text NOT NULL,
            field text NOT NULL,
            previous text,
            replacement text,
            by_agency text COLLATE "C" NOT NULL,
            by_client text COLLATE "C" NOT NULL
        );
        CREATE INDEX history_of_agency ON history (agency, number);
        CREATE INDEX history_of_record ON history (kind, record, number);
        REVOKE UPDATE, DELETE, TRUNCATE ON history FROM PUBLIC;
        DO $$ BEGIN
            -- The run-time role bears the database's name; what is on record it may add to and read, nothing else.
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = current_database()) THEN
                EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON history FROM %I', current_database());
            END IF;
        END $$;
        """);
}
