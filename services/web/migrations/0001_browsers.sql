-- Browsers that are signed in, or on their way to be. The cookie holds a secret; we hold its hash,
-- and what the browser may do is sealed with a key made from the secret itself. So neither this
-- table nor a copy of it opens anything, and it names nobody.

CREATE TABLE browser (
    secret_hash bytea PRIMARY KEY CHECK (length(secret_hash) = 32),
    csrf text NOT NULL,
    sealed text NOT NULL,
    flash jsonb,
    idle_s integer NOT NULL CHECK (idle_s > 0),
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX browser_by_end ON browser (ends_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON browser TO web_app;
