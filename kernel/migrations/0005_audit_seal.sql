-- The audit, sealed: each row of an agency's chain holds a hash of the row before it, so that a row
-- taken out or altered is found. The worker that seals may only ask for it; nobody who serves writes here.

CREATE TABLE audit_seal (
    chain text NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    audit_id uuid NOT NULL UNIQUE,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    sealed_at timestamptz NOT NULL,
    PRIMARY KEY (chain, number)
);

-- What waits to be sealed: written with each row, so that nobody has to look through the whole audit.
CREATE TABLE audit_unsealed (
    audit_id uuid PRIMARY KEY,
    at timestamptz NOT NULL
);
CREATE INDEX audit_unsealed_in_turn ON audit_unsealed (at, audit_id);
INSERT INTO audit_unsealed (audit_id, at) SELECT id, at FROM audit;

CREATE FUNCTION audit_is_to_be_sealed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO audit_unsealed (audit_id, at) VALUES (NEW.id, NEW.at);
    RETURN NULL;
END $$;
CREATE TRIGGER audit_is_to_be_sealed AFTER INSERT ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_to_be_sealed();

-- A row as the one text that is hashed: every column, and the instant to the microsecond.
CREATE FUNCTION audit_text(entry audit) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_array(
        entry.id, to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), entry.account, entry.role,
        entry.for_account, entry.agency, entry.subject, entry.what, entry.why, entry.facts)::text
$$;

-- Seal what waits, oldest first, one worker at a time. Rows of no agency have a chain of their own, named -.
CREATE FUNCTION seal_audit(most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    waiting record;
    sealed integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('seal_audit', 0));
    FOR waiting IN
        SELECT audit.id, coalesce(audit.agency, '-') AS chain, audit_text(audit) AS words
          FROM audit_unsealed
          JOIN audit ON audit.id = audit_unsealed.audit_id
         ORDER BY audit_unsealed.at, audit_unsealed.audit_id
         LIMIT most
    LOOP
        INSERT INTO audit_seal (chain, number, audit_id, hash, sealed_at)
        SELECT waiting.chain, coalesce(max(number), 0) + 1, waiting.id,
               sha256(coalesce((SELECT hash FROM audit_seal WHERE chain = waiting.chain
                                 ORDER BY number DESC LIMIT 1), ''::bytea)
                      || convert_to(waiting.words, 'UTF8')),
               kith_now()
          FROM audit_seal
         WHERE chain = waiting.chain;
        DELETE FROM audit_unsealed WHERE audit_id = waiting.id;
        sealed := sealed + 1;
    END LOOP;
    RETURN sealed;
END $$;

ALTER TABLE audit_seal ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_seal FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_unsealed ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_unsealed FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_seal_is_read ON audit_seal FOR SELECT
    USING (chain = (SELECT asker_agency()) AND (SELECT asker_household()) IS NULL);

REVOKE ALL ON FUNCTION seal_audit(integer), audit_is_to_be_sealed() FROM PUBLIC;
DO $$ BEGIN
    EXECUTE format('GRANT SELECT ON audit_seal TO %I', serving_role());
    EXECUTE format('GRANT EXECUTE ON FUNCTION seal_audit(integer) TO %I', serving_role());
END $$;
