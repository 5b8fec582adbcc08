using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Identification.Storage.Migrations;

[DbContext(typeof(IdentificationStore))]
[Migration("20261122000005_Interpreter")]
public sealed class Interpreter : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        -- Whether an interpreter took part. Null where nobody said.
        ALTER TABLE screenings ADD COLUMN interpreter boolean;
        """);
}
