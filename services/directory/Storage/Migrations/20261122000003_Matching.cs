using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Directory.Storage.Migrations;

[DbContext(typeof(DirectoryStore))]
[Migration("20261122000003_Matching")]
internal sealed class Matching : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        ALTER TABLE services ADD COLUMN profile jsonb;
        -- A service without a row: nobody said how many places it has.
        CREATE TABLE capacities (
            service text COLLATE "C" PRIMARY KEY REFERENCES services (id),
            total integer NOT NULL CHECK (total >= 0),
            available integer NOT NULL CHECK (available BETWEEN 0 AND total),
            updated_at timestamptz NOT NULL
        );
        -- A place kept for an agency for a short while. Never for whom: that is nobody's business here.
        CREATE TABLE holds (
            id uuid PRIMARY KEY,
            service text COLLATE "C" NOT NULL REFERENCES capacities (service),
            agency text COLLATE "C" NOT NULL,
            taken_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL CHECK (expires_at > taken_at),
            released_at timestamptz
        );
        -- For the places that are kept now.
        CREATE INDEX holds_kept ON holds (service, expires_at) WHERE released_at IS NULL;
        """);
}
