-- Who did what, for whom, why and when: written with the change, ids only, never changed afterwards.
CREATE TABLE audit (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    at timestamptz NOT NULL DEFAULT kith_now(),
    account uuid,
    role text NOT NULL,
    for_account uuid,
    agency text,
    subject uuid,
    what text NOT NULL CHECK (what ~ '^[a-z][a-z0-9_]*$'),
    why text CHECK (length(why) <= 500),
    facts jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_by_agency ON audit (agency, at DESC, id);
CREATE INDEX audit_by_subject ON audit (subject, at DESC) WHERE subject IS NOT NULL;

ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit FORCE ROW LEVEL SECURITY;
-- Whoever acts writes under the account that was named when the transaction began, also after becoming the system.
CREATE POLICY audit_is_written ON audit FOR INSERT
    WITH CHECK ((SELECT asker_role()) IS NOT NULL AND account IS NOT DISTINCT FROM (SELECT asker_account()));
-- Read by the agency, not by members of the public, who ask for a household.
CREATE POLICY audit_is_read ON audit FOR SELECT
    USING (agency = (SELECT asker_agency()) AND (SELECT asker_household()) IS NULL);

DO $$ BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON audit TO %I', serving_role());
END $$;
