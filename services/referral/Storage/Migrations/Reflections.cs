using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Referral.Storage.Migrations;

[DbContext(typeof(ReferralStore)), Migration("20261122000006_Reflections")]
public sealed class Reflections : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        -- Reflection periods, from the messages of identification. The last day is there while one runs.
        CREATE TABLE reflections (
            subject uuid PRIMARY KEY,
            version integer NOT NULL,
            state text NOT NULL,
            last_day date
        );
        -- Why somebody is referred to a return although a reflection period may protect them.
        ALTER TABLE referrals ADD COLUMN return_override text;
        """);
}
