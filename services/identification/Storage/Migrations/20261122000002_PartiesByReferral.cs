using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Identification.Storage.Migrations;

[DbContext(typeof(IdentificationStore))]
[Migration("20261122000002_PartiesByReferral")]
public sealed class PartiesByReferral : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        -- Whose subject it is, from the messages of referral.
        CREATE TABLE subject_owners (
            subject uuid PRIMARY KEY,
            owner text NOT NULL
        );
        -- Of the parties kept so far the first was the owner. The others were recipients of referrals of which nothing more is known
        -- here, so they stay outside until they are asked again.
        INSERT INTO subject_owners (subject, owner)
        SELECT DISTINCT ON (subject) subject, agency FROM subject_parties ORDER BY subject, since, agency;
        DROP TABLE subject_parties;

        -- Referrals, from the messages of referral. An end or a withdrawal of consent that comes before the submission makes the row
        -- without its terms; what has ended or lost its cover stays so.
        CREATE TABLE referrals (
            referral uuid PRIMARY KEY,
            subject uuid,
            from_agency text,
            to_agency text,
            purpose text,
            need text,
            covered_until date,
            uncovered boolean NOT NULL DEFAULT false,
            ended boolean NOT NULL DEFAULT false,
            CHECK (num_nulls(subject, from_agency, to_agency, purpose, need) IN (0, 5))
        );
        -- May this agency come to this subject?
        CREATE INDEX referrals_recipient ON referrals (subject, to_agency) WHERE NOT ended AND NOT uncovered;

        -- Memoranda, from the directory's messages.
        CREATE TABLE memoranda (
            id text PRIMARY KEY,
            version integer NOT NULL,
            parties text[] NOT NULL,
            purposes text[] NOT NULL,
            needs text[] NOT NULL,
            valid_from date NOT NULL,
            valid_to date
        );
        -- Memoranda are always looked up by a pair of parties.
        CREATE INDEX memoranda_parties ON memoranda USING gin (parties);
        """);
}
