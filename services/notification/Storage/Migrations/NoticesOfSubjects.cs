using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Notification.Storage.Migrations;

[DbContext(typeof(NotificationStore))]
[Migration("20261123000001_NoticesOfSubjects")]
internal sealed class NoticesOfSubjects : Migration
{
    // A gap and a warning are told once, so they never wait for one before them and held_notices need not know of whom they are.
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER TABLE notices ADD COLUMN subject uuid;");
}
