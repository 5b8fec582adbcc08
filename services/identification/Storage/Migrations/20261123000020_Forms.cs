using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Identification.Storage.Migrations;

[DbContext(typeof(IdentificationStore))]
[Migration("20261123000020_Forms")]
public sealed class Forms : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE TABLE form_schemas (
            id text NOT NULL,
            version integer NOT NULL CHECK (version >= 1),
            content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
            content text NOT NULL,
            stored_at timestamptz NOT NULL,
            PRIMARY KEY (id, version),
            UNIQUE (id, version, content_hash)
        );

        CREATE TABLE forms (
            id uuid PRIMARY KEY,
            schema_id text NOT NULL,
            schema_version integer NOT NULL,
            schema_hash text NOT NULL,
            subject uuid NOT NULL,
            agency text NOT NULL,
            answers jsonb NOT NULL,
            result text,
            day date NOT NULL,
            place text,
            salt text NOT NULL CHECK (salt ~ '^[0-9a-f]{64}$'),
            content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
            replaces uuid REFERENCES forms CHECK (replaces <> id),
            at timestamptz NOT NULL,
            -- With the hash in the key the database itself keeps a used version from changing.
            CONSTRAINT forms_schema FOREIGN KEY (schema_id, schema_version, schema_hash) REFERENCES form_schemas (id, version, content_hash),
            -- Corrections are a chain and not a tree: of two that replace one form at once the second has lost.
            CONSTRAINT forms_replaces UNIQUE (replaces)
        );
        -- An agency's own counts; also the foreign key's other side.
        CREATE INDEX forms_counted ON forms (agency, schema_id, day);
        CREATE INDEX forms_schema_used ON forms (schema_id, schema_version);

        -- Destroyed to erase what was written freely; so not among what is only added.
        CREATE TABLE form_keys (
            form uuid PRIMARY KEY REFERENCES forms,
            wrapped_key bytea NOT NULL
        );
        CREATE TABLE form_notes (
            form uuid NOT NULL REFERENCES forms,
            field text NOT NULL,
            sealed bytea NOT NULL,
            PRIMARY KEY (form, field)
        );

        -- Counted, not shared: neither subject nor answers nor a time.
        CREATE TABLE negative_assessments (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            schema_id text NOT NULL,
            schema_version integer NOT NULL,
            schema_hash text NOT NULL,
            agency text NOT NULL,
            result text NOT NULL,
            day date NOT NULL,
            place text NOT NULL,
            CONSTRAINT negative_assessments_schema FOREIGN KEY (schema_id, schema_version, schema_hash) REFERENCES form_schemas (id, version, content_hash)
        );
        CREATE INDEX negative_assessments_counted ON negative_assessments (agency, schema_id, day);
        CREATE INDEX negative_assessments_schema_used ON negative_assessments (schema_id, schema_version);

        CREATE TABLE form_sendings (
            form uuid NOT NULL REFERENCES forms,
            number integer NOT NULL CHECK (number >= 1),
            referral uuid NOT NULL,
            to_agency text NOT NULL,
            at timestamptz NOT NULL,
            -- The last word when two send a form at once.
            CONSTRAINT form_sendings_pkey PRIMARY KEY (form, number),
            UNIQUE (form, referral)
        );

        CREATE TABLE form_reads (
            id uuid PRIMARY KEY,
            form uuid NOT NULL REFERENCES forms,
            referral uuid NOT NULL,
            agency text NOT NULL,
            client text NOT NULL,
            allowed boolean NOT NULL,
            rule text NOT NULL,
            given text[] NOT NULL,
            withheld text[] NOT NULL,
            at timestamptz NOT NULL
        );
        CREATE INDEX form_reads_form ON form_reads (form, referral, at);

        CREATE TRIGGER forms_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON forms FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER form_notes_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON form_notes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER negative_assessments_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON negative_assessments FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER form_sendings_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON form_sendings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER form_reads_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON form_reads FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

        -- What became of the notice of a sending, from the messages of notification; the first time of each.
        CREATE TABLE form_notices (
            form uuid NOT NULL,
            referral uuid NOT NULL,
            delivered_at timestamptz,
            seen_at timestamptz,
            PRIMARY KEY (form, referral)
        );

        -- What consent lets the recipient of a referral have: said at its submission (source: the referral itself) and again at each
        -- withdrawal (source: the consent). What holds is what all of them say. Null where a message said nothing.
        CREATE TABLE referral_classes (
            referral uuid NOT NULL,
            source uuid NOT NULL,
            classes jsonb,
            PRIMARY KEY (referral, source)
        );

        -- For the proof of delivery; the first time of each.
        ALTER TABLE referrals ADD COLUMN acknowledged_at timestamptz, ADD COLUMN accepted_at timestamptz, ADD COLUMN declined_at timestamptz;
        """);
}
