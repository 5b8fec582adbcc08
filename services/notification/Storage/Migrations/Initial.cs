using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Tiltas.Hosting.Messaging;

namespace Tiltas.Notification.Storage.Migrations;

[DbContext(typeof(NotificationStore))]
[Migration("20261122000001_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(MessagingSchema.Create + """

        -- One row an agency, rewritten by every commit that adds to its feed: half of each page stays free, so that the new row
        -- version fits beside the old one and no index entry is written. Its row lock is what makes numbers follow commits.
        CREATE TABLE feeds (
            agency text PRIMARY KEY,
            last_seq bigint NOT NULL CHECK (last_seq > 0)
        ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

        -- The key serves the only question asked: what stands on this feed after that number. Delivered, seen and acted are in no
        -- index, so marking them writes none; the free part of each page is for that.
        CREATE TABLE notices (
            agency text NOT NULL,
            seq bigint NOT NULL CHECK (seq > 0),
            id uuid NOT NULL,
            kind text NOT NULL,
            reference uuid NOT NULL,
            version integer NOT NULL CHECK (version > 0),
            urgency text,
            at timestamptz NOT NULL,
            delivered_at timestamptz,
            seen_at timestamptz,
            acted_at timestamptz,
            PRIMARY KEY (agency, seq)
        ) WITH (fillfactor = 70, autovacuum_vacuum_insert_scale_factor = 0.05);

        -- How far the story of each referral (or consent, which has one version) has been told: every version up to "through",
        -- except those in "skipped", which were waited for in vain. Its key is what lets each fact be told once.
        CREATE TABLE stories (
            reference uuid PRIMARY KEY,
            through integer NOT NULL CHECK (through >= 0),
            skipped integer[] NOT NULL DEFAULT '{}'
        ) WITH (fillfactor = 70);

        -- Facts whose predecessor has not come yet. Nearly always empty.
        CREATE TABLE held_notices (
            reference uuid NOT NULL REFERENCES stories,
            version integer NOT NULL CHECK (version > 1),
            kind text NOT NULL,
            urgency text,
            at timestamptz NOT NULL,
            agencies text[] NOT NULL,
            held_at timestamptz NOT NULL,
            PRIMARY KEY (reference, version)
        ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
        -- For the sweep that ends waiting.
        CREATE INDEX held_notices_since ON held_notices (held_at);
        """);
}
