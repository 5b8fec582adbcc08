using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Identification.Storage.Migrations;

[DbContext(typeof(IdentificationStore))]
[Migration("20261122000001_Initial")]
public sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MessagingSchema.Create + """

        -- Known agencies, from the directory's messages.
        CREATE TABLE agencies (
            id text PRIMARY KEY,
            version integer NOT NULL,
            type text NOT NULL,
            standing text NOT NULL
        );

        -- Who may touch a subject, from the messages of referral.
        CREATE TABLE subject_parties (
            subject uuid NOT NULL,
            agency text NOT NULL,
            since timestamptz NOT NULL,
            PRIMARY KEY (subject, agency)
        );

        CREATE TABLE indicator_sets (
            id text NOT NULL,
            version integer NOT NULL CHECK (version >= 1),
            content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
            content text NOT NULL,
            stored_at timestamptz NOT NULL,
            PRIMARY KEY (id, version),
            UNIQUE (id, version, content_hash)
        );

        CREATE TABLE screenings (
            id uuid PRIMARY KEY,
            subject uuid NOT NULL,
            agency text NOT NULL,
            set_id text NOT NULL,
            set_version integer NOT NULL,
            set_hash text NOT NULL,
            age_band text NOT NULL,
            place text,
            language text CHECK (language ~ '^[a-z]{2}$'),
            at timestamptz NOT NULL,
            observed text[] NOT NULL,
            not_observed text[] NOT NULL CHECK (NOT observed && not_observed),
            -- With the hash in the key the database itself keeps a used version from changing.
            CONSTRAINT screenings_set FOREIGN KEY (set_id, set_version, set_hash) REFERENCES indicator_sets (id, version, content_hash)
        );
        -- An agency's latest known age of a subject; also "has this agency screened".
        CREATE INDEX screenings_subject ON screenings (subject, agency, at DESC);
        -- The foreign key's other side: is a version used?
        CREATE INDEX screenings_set_used ON screenings (set_id, set_version);

        CREATE TABLE standings (
            subject uuid NOT NULL,
            version integer NOT NULL CHECK (version >= 1),
            status text NOT NULL CHECK (status IN ('Suspected', 'Presumed', 'Recognised', 'NotConfirmed', 'Ended')),
            conferred_by text NOT NULL,
            informally_by text,
            decision_reference text CHECK (length(decision_reference) BETWEEN 1 AND 64),
            decided_on date,
            reason text,
            age_band text NOT NULL,
            entitlements text[] NOT NULL,
            at timestamptz NOT NULL,
            -- The last word when two change a standing at once.
            CONSTRAINT standings_pkey PRIMARY KEY (subject, version),
            CHECK ((decision_reference IS NULL) = (decided_on IS NULL)),
            CHECK (status NOT IN ('Recognised', 'NotConfirmed') OR decided_on IS NOT NULL),
            CHECK (status NOT IN ('Suspected', 'Presumed') OR informally_by IS NOT NULL),
            CHECK ((status = 'Ended') = (reason IS NOT NULL))
        );

        -- History is kept: whoever writes here can only add.
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME;
        END $$;
        CREATE TRIGGER standings_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON standings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER screenings_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON screenings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """);
}
