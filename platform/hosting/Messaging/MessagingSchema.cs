namespace Tiltas.Hosting.Messaging;

/// <summary>The tables every service keeps beside its own: outbox, inbox, idempotency keys.</summary>
public static class MessagingSchema
{
    /// <summary>Creates them. Both message tables live by inserts and deletes, so they are vacuumed early.</summary>
    public const string Create = """
        CREATE TABLE outbox (
            id uuid PRIMARY KEY,
            urn text NOT NULL,
            body bytea NOT NULL,
            trace_parent text,
            due_at timestamptz NOT NULL,
            tries smallint NOT NULL DEFAULT 0,
            parked_at timestamptz,
            fault text
        ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0, fillfactor = 90);
        CREATE INDEX outbox_due ON outbox (due_at, id) WHERE parked_at IS NULL;
        CREATE TABLE inbox (
            message_id uuid NOT NULL,
            consumer text NOT NULL,
            received_at timestamptz NOT NULL,
            PRIMARY KEY (message_id, consumer)
        );
        CREATE INDEX inbox_received ON inbox USING brin (received_at);
        CREATE TABLE idempotency_keys (
            agency text NOT NULL,
            key text NOT NULL,
            operation text NOT NULL,
            request_hash bytea NOT NULL,
            answer jsonb NOT NULL,
            created_at timestamptz NOT NULL,
            PRIMARY KEY (agency, key)
        );
        CREATE INDEX idempotency_keys_created ON idempotency_keys USING brin (created_at);
        """;
}
