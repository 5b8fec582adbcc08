using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Identification.Storage.Migrations;

[DbContext(typeof(IdentificationStore))]
[Migration("20261122000009_ByAgency")]
public sealed class ByAgency : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        -- What an agency recorded itself, page by page, for its export.
        CREATE INDEX screenings_agency ON screenings (agency, id);
        CREATE INDEX standings_conferrer ON standings (conferred_by, subject, version);
        """);
}
