-- Emergency access (domain.md E45): a member of staff who may not ordinarily read a family is let in
-- to it for thirty minutes, with a reason, and the safeguarding leads are told.
--
-- The row opens nothing by itself: lists and counts stay as they are. A reading names its row in
-- `kith.emergency`, and the policies below then show that one family, while the row is open.

CREATE TABLE emergency_access (
    id uuid PRIMARY KEY,
    agency text NOT NULL CHECK (agency ~ '^[A-Z0-9]{2,8}$'),
    family_id uuid NOT NULL,
    account_id uuid NOT NULL,
    role text NOT NULL CHECK (role IN ('organiser', 'assessing_social_worker', 'facilitator')),
    reason text NOT NULL CHECK (length(reason) BETWEEN 20 AND 500),
    from_at timestamptz NOT NULL,
    until_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by uuid,
    CHECK (until_at - from_at = interval '30 minutes'),
    CHECK (ended_at >= from_at AND ended_at < until_at),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
    FOREIGN KEY (family_id, agency) REFERENCES family (id, agency) ON UPDATE CASCADE
);
CREATE INDEX emergency_access_by_agency ON emergency_access (agency, from_at DESC, id DESC);
CREATE INDEX emergency_access_by_family ON emergency_access (family_id);

ALTER TABLE emergency_access ENABLE ROW LEVEL SECURITY;
ALTER TABLE emergency_access FORCE ROW LEVEL SECURITY;
CREATE POLICY leads_read ON emergency_access FOR SELECT
    USING ((SELECT asker_role()) = 'safeguarding_lead' AND agency = (SELECT asker_agency()));
CREATE POLICY leads_end ON emergency_access FOR UPDATE
    USING ((SELECT asker_role()) = 'safeguarding_lead' AND agency = (SELECT asker_agency()));
-- To whoever asked it is there while it is open, and afterwards as if it had never been.
CREATE POLICY own ON emergency_access FOR SELECT
    USING (account_id = (SELECT asker_account()) AND role = (SELECT asker_role())
           AND agency = (SELECT asker_agency())
           AND ended_at IS NULL AND kith_now() < until_at);
-- Written on the asker's account, from this very moment: never for somebody else, never ahead.
CREATE POLICY opened ON emergency_access FOR INSERT
    WITH CHECK ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency())
                AND account_id = (SELECT asker_account()) AND from_at = kith_now());

-- The family that this transaction reads in an emergency; none unless the asker's own access is open.
CREATE FUNCTION family_in_emergency() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT e.family_id
      FROM emergency_access AS e
     WHERE e.id = nullif(current_setting('kith.emergency', true), '')::uuid
       AND e.account_id = asker_account()
       AND e.role = asker_role()
       AND e.agency = asker_agency()
       AND e.ended_at IS NULL
       AND kith_now() < e.until_at
$$;

CREATE POLICY in_emergency ON family FOR SELECT
    USING (id = (SELECT family_in_emergency()) AND agency = (SELECT asker_agency()));
CREATE POLICY in_emergency ON adult FOR SELECT
    USING (family_id = (SELECT family_in_emergency()) AND agency = (SELECT asker_agency()));
CREATE POLICY in_emergency ON identity FOR SELECT
    USING (family_id = (SELECT family_in_emergency()) AND agency = (SELECT asker_agency()));

GRANT SELECT, INSERT, UPDATE (ended_at, ended_by) ON emergency_access TO matching_app;
