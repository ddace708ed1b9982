-- The answer that an idempotency key was given: one row for a caller, an operation and a key, written in the
-- transaction of the effect. A refusal rolls it back, so it is never remembered.
CREATE TABLE once (
    caller text NOT NULL,
    operation text NOT NULL,
    key uuid NOT NULL,
    arguments_hash bytea NOT NULL,
    outcome jsonb,
    made_at timestamptz NOT NULL DEFAULT kith_now(),
    PRIMARY KEY (caller, operation, key)
);
CREATE INDEX once_by_age ON once (made_at);

ALTER TABLE once ENABLE ROW LEVEL SECURITY;
ALTER TABLE once FORCE ROW LEVEL SECURITY;
CREATE POLICY once_is_the_callers ON once
    USING (caller = coalesce((SELECT asker_account())::text, (SELECT asker_role()))
           OR (SELECT asker_role()) = 'system')
    WITH CHECK ((SELECT asker_role()) IS NOT NULL);

DO $$ BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON once TO %I', serving_role());
END $$;
