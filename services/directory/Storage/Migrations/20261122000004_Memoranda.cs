using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Directory.Storage.Migrations;

[DbContext(typeof(DirectoryStore))]
[Migration("20261122000004_Memoranda")]
internal sealed class MemorandaWithClauses : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        ALTER TABLE memoranda
            ADD COLUMN terms_version integer NOT NULL DEFAULT 1 CHECK (terms_version > 0),
            ADD COLUMN clauses jsonb NOT NULL DEFAULT '[]',
            ADD COLUMN at_end text NOT NULL DEFAULT 'Stop',
            ADD COLUMN finish_days integer CHECK (finish_days > 0),
            ADD COLUMN document_hash text CHECK (document_hash ~ '^[0-9a-f]{64}$'),
            ADD COLUMN suspensions jsonb DEFAULT '[]',
            ADD COLUMN signatures jsonb,
            ADD CHECK ((at_end = 'Finish') = (finish_days IS NOT NULL)),
            -- Lists say all of what the clauses say or nothing; and what was signed here has no other source.
            DROP CONSTRAINT memoranda_data_classes_check,
            DROP CONSTRAINT memoranda_purposes_check,
            ALTER COLUMN source DROP NOT NULL;
        UPDATE memoranda SET terms_version = version, clauses = jsonb_build_array(jsonb_build_object(
            'number', '1', 'dataClasses', to_jsonb(data_classes), 'purposes', to_jsonb(purposes), 'needs', to_jsonb(needs)));

        -- Each version as it was. Rows are only added.
        CREATE TABLE memorandum_versions (
            id text COLLATE "C" NOT NULL,
            version integer NOT NULL CHECK (version > 0),
            change text NOT NULL,
            by_agency text COLLATE "C",
            memorandum jsonb NOT NULL,
            PRIMARY KEY (id, version)
        );
        INSERT INTO memorandum_versions (id, version, change, memorandum)
        SELECT id, version, 'Known', jsonb_strip_nulls(jsonb_build_object(
            'id', id, 'version', version, 'termsVersion', terms_version, 'parties', to_jsonb(parties), 'clauses', clauses, 'dataClasses', to_jsonb(data_classes),
            'purposes', to_jsonb(purposes), 'needs', to_jsonb(needs), 'validFrom', valid_from, 'validTo', valid_to, 'atEnd', at_end, 'title', title, 'source', source,
            'illustrative', illustrative, 'changedAt', changed_at, 'endedOn', ended_on, 'suspensions', suspensions))
        FROM memoranda;
        DO $$ BEGIN
            -- The run-time role bears the database's name; what is on record it may add to and read, nothing else.
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = current_database()) THEN
                EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON memorandum_versions FROM %I', current_database());
            END IF;
        END $$;

        CREATE TABLE memorandum_drafts (
            id text COLLATE "C" PRIMARY KEY CHECK (length(id) BETWEEN 2 AND 63),
            version integer NOT NULL CHECK (version > 0),
            revision integer NOT NULL CHECK (revision > 0),
            drafted_by text COLLATE "C" NOT NULL,
            replaces integer,
            signers text[] NOT NULL CHECK (signers @> parties),
            parties text[] NOT NULL CHECK (cardinality(parties) >= 2),
            clauses jsonb NOT NULL,
            valid_from date NOT NULL,
            valid_to date CHECK (valid_to >= valid_from),
            at_end text NOT NULL,
            finish_days integer CHECK (finish_days > 0),
            title jsonb NOT NULL,
            document_hash text NOT NULL CHECK (document_hash ~ '^[0-9a-f]{64}$'),
            illustrative text,
            drafted_at timestamptz NOT NULL,
            signatures jsonb NOT NULL,
            CHECK ((at_end = 'Finish') = (finish_days IS NOT NULL))
        );
        -- What no later draft may be numbered again.
        CREATE TABLE memorandum_revisions (id text COLLATE "C" PRIMARY KEY, last integer NOT NULL CHECK (last > 0));
        -- For what waits for one agency.
        CREATE INDEX memorandum_drafts_signers ON memorandum_drafts USING gin (signers);
        """);
}
