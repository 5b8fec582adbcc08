using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Identification.Storage.Migrations;

[DbContext(typeof(IdentificationStore))]
[Migration("20261123000010_RightsAndGaps")]
public sealed class RightsAndGaps : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        ALTER TABLE standings
            ADD residence text NOT NULL DEFAULT 'Unknown',
            ADD residence_by text,
            ADD told_by text,
            ADD confers boolean NOT NULL DEFAULT true,
            ADD table_version integer NOT NULL DEFAULT 0,
            ADD CHECK ((residence = 'Unknown') = (residence_by IS NULL));
        -- Who stands how: what is asked when gaps are looked for.
        CREATE INDEX standings_status ON standings (status, at);

        -- Each right that came or went with a version of a standing, and who is to tell the person of it.
        CREATE TABLE entitlement_changes (
            subject uuid NOT NULL,
            version integer NOT NULL,
            entitlement text NOT NULL,
            held boolean NOT NULL,
            by_residence boolean NOT NULL,
            owed_by text NOT NULL,
            due_by timestamptz NOT NULL,
            at timestamptz NOT NULL,
            PRIMARY KEY (subject, entitlement, version),
            FOREIGN KEY (subject, version) REFERENCES standings (subject, version)
        );
        -- Of whom was decided before there was this table nobody wrote down what the person was told: it is owed from now on, with a month to look it up.
        INSERT INTO entitlement_changes (subject, version, entitlement, held, by_residence, owed_by, due_by, at)
        SELECT s.subject, s.version, entitlement, true, false, s.conferred_by, now() + interval '1 month', now() FROM standings s CROSS JOIN unnest(s.entitlements) AS entitlement
        WHERE s.status IN ('Suspected', 'Presumed', 'Recognised') AND NOT EXISTS (SELECT FROM standings n WHERE n.subject = s.subject AND n.version > s.version);
        CREATE TRIGGER entitlement_changes_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON entitlement_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

        -- That a person was told, and of what. Never what was said.
        CREATE TABLE information (
            id uuid PRIMARY KEY,
            subject uuid NOT NULL,
            version integer NOT NULL CHECK (version >= 1),
            agency text NOT NULL,
            entitlements text[] NOT NULL CHECK (cardinality(entitlements) >= 1),
            language text NOT NULL CHECK (language ~ '^[a-z]{2}$'),
            interpreter boolean NOT NULL,
            form text NOT NULL,
            told text NOT NULL,
            at timestamptz NOT NULL
        );
        CREATE INDEX information_subject ON information (subject, id);
        CREATE TRIGGER information_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON information FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

        -- The last change of each right, of which the person has not been told. That a right went is owed to those who were told that they have it.
        CREATE VIEW information_owed AS
        SELECT c.* FROM entitlement_changes c
        WHERE NOT EXISTS (SELECT FROM entitlement_changes n WHERE n.subject = c.subject AND n.entitlement = c.entitlement AND n.version > c.version)
          AND NOT EXISTS (SELECT FROM information i WHERE i.subject = c.subject AND i.version >= c.version AND c.entitlement = ANY (i.entitlements))
          AND (c.held OR EXISTS (SELECT FROM information i WHERE i.subject = c.subject AND i.version < c.version AND c.entitlement = ANY (i.entitlements)));

        -- Help that was given to its end is no longer open, and has been given all the same.
        ALTER TABLE referrals ADD completed boolean NOT NULL DEFAULT false;

        -- Who has a part in a subject now, but for memoranda; of these a duty can be asked.
        CREATE VIEW present_parties AS
        SELECT subject, owner AS agency FROM subject_owners
        UNION SELECT subject, conferred_by FROM standings
        UNION SELECT subject, to_agency FROM referrals WHERE NOT ended AND NOT uncovered AND (covered_until IS NULL OR covered_until >= current_date);
        CREATE INDEX subject_owners_owner ON subject_owners (owner);

        CREATE TABLE gaps (
            gap uuid PRIMARY KEY,
            subject uuid NOT NULL,
            kind text NOT NULL,
            owed_by text NOT NULL,
            -- Parties: all of them. Owner: who owes and the subject's owner, where it follows from the right to stay. OwedBy: who owes, where its own screening alone says so.
            seen_by text NOT NULL CHECK (seen_by IN ('Parties', 'Owner', 'OwedBy')),
            since timestamptz NOT NULL,
            rule_version integer NOT NULL,
            opened_at timestamptz NOT NULL,
            closed_at timestamptz CHECK (closed_at >= opened_at)
        );
        -- One of a kind at a time.
        CREATE UNIQUE INDEX gaps_open ON gaps (subject, kind, owed_by, seen_by) WHERE closed_at IS NULL;
        CREATE INDEX gaps_owed ON gaps (owed_by, gap) WHERE closed_at IS NULL;
        """);
}
