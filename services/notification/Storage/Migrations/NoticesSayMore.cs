using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Notification.Storage.Migrations;

[DbContext(typeof(NotificationStore))]
[Migration("20261122000002_NoticesSayMore")]
internal sealed class NoticesSayMore : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        -- Which clock lapsed; and where the reference is a consent, which referral relied on it and whether another consent covers that
        -- still. The story of a consent has one version for each such referral, numbered as the message lists them.
        ALTER TABLE notices ADD COLUMN clock text, ADD COLUMN referral uuid, ADD COLUMN covered boolean;
        ALTER TABLE held_notices ADD COLUMN clock text, ADD COLUMN referral uuid, ADD COLUMN covered boolean;
        """);
}
