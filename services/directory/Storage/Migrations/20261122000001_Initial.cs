using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Directory.Storage.Migrations;

// Codes are text without a list of values here: a new code is a new release of the contracts, not a migration.
// Identifiers sort by code point, so that a page goes on at the same place on every server.
[DbContext(typeof(DirectoryStore))]
[Migration("20261122000001_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MessagingSchema.Create + """

        CREATE TABLE agencies (
            id text COLLATE "C" PRIMARY KEY CHECK (length(id) BETWEEN 2 AND 63),
            version integer NOT NULL CHECK (version > 0),
            type text NOT NULL,
            standing text NOT NULL,
            name jsonb NOT NULL,
            municipality text NOT NULL,
            competence text[] NOT NULL CHECK (cardinality(competence) > 0),
            contacts jsonb NOT NULL,
            hours text NOT NULL,
            languages text[] NOT NULL CHECK (cardinality(languages) > 0),
            source jsonb NOT NULL,
            illustrative text,
            changed_at timestamptz NOT NULL
        );
        CREATE TABLE services (
            id text COLLATE "C" PRIMARY KEY CHECK (length(id) BETWEEN 2 AND 63),
            version integer NOT NULL CHECK (version > 0),
            agency text COLLATE "C" NOT NULL REFERENCES agencies (id),
            need text NOT NULL,
            name jsonb NOT NULL,
            areas text[] NOT NULL CHECK (cardinality(areas) > 0),
            hours text NOT NULL,
            languages text[] NOT NULL CHECK (cardinality(languages) > 0),
            source jsonb NOT NULL,
            illustrative text,
            changed_at timestamptz NOT NULL,
            withdrawn_at timestamptz
        );
        -- For the list of one agency's services.
        CREATE INDEX services_agency ON services (agency, id);
        -- For the question asked most: who gives this help today?
        CREATE INDEX services_need ON services (need, id) WHERE withdrawn_at IS NULL;
        CREATE TABLE memoranda (
            id text COLLATE "C" PRIMARY KEY CHECK (length(id) BETWEEN 2 AND 63),
            version integer NOT NULL CHECK (version > 0),
            parties text[] NOT NULL CHECK (cardinality(parties) >= 2),
            data_classes text[] NOT NULL CHECK (cardinality(data_classes) > 0),
            purposes text[] NOT NULL CHECK (cardinality(purposes) > 0),
            needs text[] NOT NULL,
            valid_from date NOT NULL,
            valid_to date CHECK (valid_to >= valid_from),
            title jsonb NOT NULL,
            source jsonb NOT NULL,
            illustrative text,
            changed_at timestamptz NOT NULL,
            ended_on date CHECK (ended_on = valid_to)
        );
        -- For the memoranda of one agency.
        CREATE INDEX memoranda_parties ON memoranda USING gin (parties);
        """);
}
