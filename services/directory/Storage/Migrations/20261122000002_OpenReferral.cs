using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Directory.Storage.Migrations;

// hsds_id and search are worked out by the program, which fills the rows that are there already at the end of "migrate".
// Null is only in rows that an older release writes while the two run side by side; the next "migrate" fills those.
[DbContext(typeof(DirectoryStore))]
[Migration("20261122000002_OpenReferral")]
internal sealed class OpenReferral : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        ALTER TABLE agencies ADD COLUMN hsds_id uuid, ADD COLUMN search text[];
        CREATE UNIQUE INDEX agencies_hsds_id ON agencies (hsds_id);
        CREATE INDEX agencies_search ON agencies USING gin (array_to_tsvector(search));

        ALTER TABLE services ADD COLUMN hsds_id uuid, ADD COLUMN search text[];
        CREATE UNIQUE INDEX services_hsds_id ON services (hsds_id);
        CREATE INDEX services_search ON services USING gin (array_to_tsvector(search));
        CREATE INDEX services_areas ON services USING gin (areas);

        CREATE TABLE locations (
            id text COLLATE "C" PRIMARY KEY CHECK (length(id) BETWEEN 2 AND 63),
            version integer NOT NULL CHECK (version > 0),
            agency text COLLATE "C" NOT NULL REFERENCES agencies (id),
            type text NOT NULL,
            visibility text NOT NULL,
            name jsonb NOT NULL,
            municipality text NOT NULL,
            address_lines text[] NOT NULL,
            postal_code text,
            latitude double precision CHECK (latitude BETWEEN -90 AND 90),
            longitude double precision CHECK (longitude BETWEEN -180 AND 180),
            phone text,
            url text,
            front_door jsonb,
            services text[] NOT NULL,
            illustrative text,
            changed_at timestamptz NOT NULL,
            withdrawn_at timestamptz,
            hsds_id uuid,
            search text[],
            CHECK ((latitude IS NULL) = (longitude IS NULL))
        );
        CREATE UNIQUE INDEX locations_hsds_id ON locations (hsds_id);
        CREATE INDEX locations_agency ON locations (agency, id);
        CREATE INDEX locations_postal_code ON locations (postal_code) WHERE withdrawn_at IS NULL;
        CREATE INDEX locations_search ON locations USING gin (array_to_tsvector(search));

        -- Which service is given where; only of locations in use.
        CREATE TABLE service_locations (
            service text COLLATE "C" NOT NULL REFERENCES services (id),
            location text COLLATE "C" NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
            hsds_id uuid NOT NULL,
            PRIMARY KEY (service, location)
        );
        CREATE UNIQUE INDEX service_locations_hsds_id ON service_locations (hsds_id);
        CREATE INDEX service_locations_location ON service_locations (location);

        -- What everybody may know of a place that not everybody may know: whom to ask. Kept apart, so that no answer
        -- to the public has to read a row that is not public.
        CREATE TABLE front_doors (
            service text COLLATE "C" NOT NULL REFERENCES services (id),
            location text COLLATE "C" NOT NULL REFERENCES locations (id) ON DELETE CASCADE,
            contact jsonb NOT NULL,
            PRIMARY KEY (service, location)
        );
        CREATE INDEX front_doors_location ON front_doors (location);

        -- When what is shown of a service's places last changed, for each circle of readers. A time of its own for each:
        -- otherwise the public could tell from it that something it may not see has changed.
        CREATE TABLE services_shown (
            service text COLLATE "C" PRIMARY KEY REFERENCES services (id),
            for_all timestamptz,
            for_partners timestamptz,
            for_owner timestamptz
        );
        """);
}
