using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Referral.Storage.Migrations;

[DbContext(typeof(ReferralStore)), Migration("20261122000004_Memoranda")]
public sealed class Memoranda : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        -- The whole state as it was told: clauses, suspensions, what is finished until when. Absent for what was told before there were clauses.
        ALTER TABLE memoranda ADD COLUMN agreement jsonb;
        """);
}
