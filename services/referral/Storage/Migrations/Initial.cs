using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Referral.Storage.Migrations;

[DbContext(typeof(ReferralStore)), Migration("20261122000001_Initial")]
public sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MessagingSchema.Create + """
        CREATE TABLE agencies (
            agency text PRIMARY KEY,
            version int NOT NULL,
            type text NOT NULL,
            standing text NOT NULL
        );
        CREATE TABLE services (
            service text PRIMARY KEY,
            version int NOT NULL,
            agency text NOT NULL,
            need text NOT NULL,
            areas text[] NOT NULL,
            withdrawn boolean NOT NULL
        );
        CREATE TABLE memoranda (
            memorandum text PRIMARY KEY,
            version int NOT NULL,
            parties text[] NOT NULL,
            data_classes text[] NOT NULL,
            purposes text[] NOT NULL,
            needs text[] NOT NULL,
            valid_from date NOT NULL,
            valid_to date
        );
        -- Memoranda are always looked up by a pair of parties.
        CREATE INDEX memoranda_parties ON memoranda USING gin (parties);

        CREATE TABLE subjects (
            subject uuid PRIMARY KEY,
            owner text NOT NULL,
            age_band text NOT NULL,
            municipality text,
            opened_at timestamptz NOT NULL
        );
        CREATE TABLE consents (
            consent uuid PRIMARY KEY,
            subject uuid NOT NULL REFERENCES subjects,
            recorded_by text NOT NULL,
            purposes text[] NOT NULL,
            data_classes text[] NOT NULL,
            recipients text[] NOT NULL,
            recipient_types text[] NOT NULL,
            form text NOT NULL,
            language text NOT NULL,
            interpreter boolean NOT NULL,
            given_on date NOT NULL,
            expires_on date,
            recorded_at timestamptz NOT NULL,
            withdrawn_at timestamptz
        );
        CREATE INDEX consents_subject ON consents (subject);

        -- Content and key lie apart: destroying the key row erases the part for good.
        CREATE TABLE dossier_keys (
            subject uuid NOT NULL REFERENCES subjects,
            data_class text NOT NULL,
            owner text NOT NULL,
            wrapped_key bytea NOT NULL,
            PRIMARY KEY (subject, data_class)
        );
        CREATE TABLE dossier_parts (
            subject uuid NOT NULL,
            data_class text NOT NULL,
            sealed bytea NOT NULL,
            version int NOT NULL,
            updated_at timestamptz NOT NULL,
            PRIMARY KEY (subject, data_class),
            FOREIGN KEY (subject, data_class) REFERENCES dossier_keys ON DELETE CASCADE
        );

        CREATE TABLE referrals (
            referral uuid PRIMARY KEY,
            version int NOT NULL,
            subject uuid NOT NULL,
            from_agency text NOT NULL,
            to_agency text NOT NULL,
            need text NOT NULL,
            purpose text NOT NULL,
            urgency text NOT NULL,
            status text NOT NULL,
            submitted_at timestamptz NOT NULL,
            acknowledge_by timestamptz NOT NULL,
            decide_by timestamptz NOT NULL,
            complete_by timestamptz NOT NULL,
            clock text,
            clock_due timestamptz,
            code text,
            CHECK ((clock IS NULL) = (clock_due IS NULL))
        );
        -- One agency at a time helps with one need of one person; the index has the last word when two accept at once.
        CREATE UNIQUE INDEX referrals_one_helper ON referrals (subject, need) WHERE status IN ('Accepted', 'InService');
        CREATE INDEX referrals_clock ON referrals (clock_due) WHERE clock_due IS NOT NULL;
        CREATE INDEX referrals_to ON referrals (to_agency, referral);
        CREATE INDEX referrals_from ON referrals (from_agency, referral);
        CREATE TABLE referral_moves (
            referral uuid NOT NULL REFERENCES referrals,
            version int NOT NULL,
            move text NOT NULL,
            by_agency text,
            code text,
            at timestamptz NOT NULL,
            PRIMARY KEY (referral, version)
        );
        -- Every decision on data, refusals too. Written in the same commit as what was decided; never changed.
        CREATE TABLE decisions (
            decision uuid PRIMARY KEY,
            at timestamptz NOT NULL,
            agency text NOT NULL,
            client text NOT NULL,
            action text NOT NULL,
            subject uuid NOT NULL,
            referral uuid,
            allowed boolean NOT NULL,
            rule text NOT NULL,
            given text[] NOT NULL,
            withheld text[] NOT NULL
        );
        CREATE INDEX decisions_subject ON decisions (subject, decision);
        REVOKE UPDATE, DELETE, TRUNCATE ON decisions FROM PUBLIC;
        DO $$ BEGIN
            -- The run-time role bears the database's name; what is on record it may add to and read, nothing else.
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = current_database()) THEN
                EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON decisions, referral_moves FROM %I', current_database());
            END IF;
        END $$;
        """);
}
