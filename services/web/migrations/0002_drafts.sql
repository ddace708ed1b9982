-- Answers to questions asked one a page, begun and not yet sent: kept here so that the browser's own
-- Back works and nothing private stands in an address or a cache. Sealed like the browser itself,
-- found by the hash of its secret, and gone with it.

CREATE TABLE draft (
    secret_hash bytea NOT NULL REFERENCES browser (secret_hash) ON DELETE CASCADE,
    id uuid NOT NULL,
    sealed text NOT NULL CHECK (length(sealed) <= 200000),
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (secret_hash, id)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON draft TO web_app;
