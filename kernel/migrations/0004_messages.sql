-- What this service tells others (outbox) and what it was told (inbox). Redis only rings the bell; these are the truth.
CREATE TABLE outbox (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    receiver text NOT NULL,
    kind text NOT NULL,
    body jsonb NOT NULL,
    told_at timestamptz NOT NULL DEFAULT kith_now(),
    tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    next_try_at timestamptz NOT NULL DEFAULT kith_now(),
    acknowledged_at timestamptz
);
CREATE INDEX outbox_open ON outbox (next_try_at, told_at) WHERE acknowledged_at IS NULL;
CREATE INDEX outbox_done ON outbox (acknowledged_at) WHERE acknowledged_at IS NOT NULL;

CREATE TABLE inbox (
    message_id uuid PRIMARY KEY,
    sender text NOT NULL,
    kind text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT kith_now()
);
CREATE INDEX inbox_by_age ON inbox (received_at);

-- The newest version that was taken in of each subject of each kind; an older one is ignored.
CREATE TABLE inbox_version (
    sender text NOT NULL,
    kind text NOT NULL,
    subject uuid NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (sender, kind, subject)
);

ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
ALTER TABLE inbox_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox_version FORCE ROW LEVEL SECURITY;
-- Anybody's change may tell; only the worker reads what was told.
CREATE POLICY outbox_is_told ON outbox FOR INSERT WITH CHECK ((SELECT asker_role()) IS NOT NULL);
CREATE POLICY outbox_is_carried ON outbox FOR SELECT USING ((SELECT asker_role()) = 'system');
CREATE POLICY outbox_is_settled ON outbox FOR UPDATE USING ((SELECT asker_role()) = 'system');
CREATE POLICY outbox_is_cleared ON outbox FOR DELETE USING ((SELECT asker_role()) = 'system');
CREATE POLICY inbox_is_the_workers ON inbox USING ((SELECT asker_role()) = 'system');
CREATE POLICY inbox_version_is_the_workers ON inbox_version USING ((SELECT asker_role()) = 'system');

DO $$ BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, inbox, inbox_version TO %I', serving_role());
END $$;
