using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Identification.Storage.Migrations;

[DbContext(typeof(IdentificationStore))]
[Migration("20261122000004_Memoranda")]
public sealed class Memoranda : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        -- The whole state as it was told: clauses, suspensions, what is finished until when. Absent for what was told before there were clauses.
        ALTER TABLE memoranda ADD COLUMN agreement jsonb;
        -- A memorandum that has ended may let those be finished that were submitted in time.
        ALTER TABLE referrals ADD COLUMN submitted_at timestamptz;
        """);
}
