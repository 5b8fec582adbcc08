using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Notification.Storage.Migrations;

[DbContext(typeof(NotificationStore))]
[Migration("20261122000010_SubscriberPositions")]
internal sealed class SubscriberPositions : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""

        -- One row a subscriber, rewritten as it goes on: free space in each page keeps the index unwritten.
        CREATE TABLE positions (
            agency text NOT NULL,
            subscriber text NOT NULL,
            through bigint NOT NULL CHECK (through >= 0),
            at timestamptz NOT NULL,
            PRIMARY KEY (agency, subscriber)
        ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
        """);
}
