using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Identification.Storage.Migrations;

[DbContext(typeof(IdentificationStore))]
[Migration("20261122000006_ReflectionPeriods")]
public sealed class ReflectionPeriods : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE TABLE reflection_periods (
            subject uuid NOT NULL,
            version integer NOT NULL CHECK (version >= 1),
            state text NOT NULL CHECK (state IN ('Running', 'Paused', 'Ended')),
            started_on date NOT NULL,
            day date NOT NULL CHECK (day >= started_on),
            days_left integer CHECK (days_left >= 0),
            end_reason text,
            days integer NOT NULL CHECK (days >= 1),
            reason text,
            standing_version integer NOT NULL CHECK (standing_version >= 1),
            decided_by text,
            at timestamptz NOT NULL,
            -- The last word when two change a period at once.
            CONSTRAINT reflection_periods_pkey PRIMARY KEY (subject, version),
            CHECK ((state = 'Paused') = (days_left IS NOT NULL)),
            CHECK ((state = 'Ended') = (end_reason IS NOT NULL)),
            CHECK (decided_by IS NOT NULL OR end_reason = 'Elapsed')
        );
        -- What runs out, and of what to warn.
        CREATE INDEX reflection_periods_last_day ON reflection_periods (day) WHERE state = 'Running';
        CREATE TRIGGER reflection_periods_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON reflection_periods FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

        -- Said once for each last day and each distance from it, whichever replica notices.
        CREATE TABLE reflection_warnings (
            subject uuid NOT NULL,
            last_day date NOT NULL,
            days integer NOT NULL,
            at timestamptz NOT NULL,
            PRIMARY KEY (subject, last_day, days)
        );
        """);
}
