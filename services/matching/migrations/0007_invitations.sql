-- A login becomes an adult of a family, or a member of staff, through a single-use invitation of the
-- agency, never by matching addresses. The code is kept hashed; a new one makes the old one void.

CREATE TABLE invitation (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agency text NOT NULL CHECK (agency ~ '^[A-Z0-9]{2,8}$'),
    role text NOT NULL CHECK (role IN (
        'adopter', 'mentor', 'coordinator', 'organiser', 'group_leader', 'hub_carer',
        'facilitator', 'partner', 'assessing_social_worker', 'safeguarding_lead',
        'data_protection_lead', 'agency_admin', 'board_viewer'
    )),
    -- For a family: whom of it. For staff: their name, which the account will carry.
    adult_id uuid REFERENCES adult (id),
    first_name text CHECK (length(first_name) BETWEEN 1 AND 60),
    last_name text CHECK (length(last_name) BETWEEN 1 AND 60),
    code_hash bytea UNIQUE CHECK (length(code_hash) = 32),
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > made_at),
    used_at timestamptz,
    used_by uuid REFERENCES account (id),
    revoked_at timestamptz,
    CHECK ((adult_id IS NULL) <> (first_name IS NULL)),
    CHECK ((first_name IS NULL) = (last_name IS NULL)),
    CHECK ((role IN ('adopter', 'mentor')) = (adult_id IS NOT NULL)),
    CHECK ((used_at IS NULL) = (used_by IS NULL)),
    CHECK (used_at IS NULL OR revoked_at IS NULL)
);
CREATE INDEX invitation_by_agency ON invitation (agency, made_at DESC, id);
CREATE UNIQUE INDEX invitation_open_once ON invitation (adult_id, role)
    WHERE used_at IS NULL AND revoked_at IS NULL;

ALTER TABLE invitation ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitation FORCE ROW LEVEL SECURITY;
CREATE POLICY inviters ON invitation
    USING ((SELECT asker_role()) IN ('agency_admin', 'coordinator', 'system')
           AND agency = (SELECT asker_agency()));

-- Using one: the worker of the invitation's agency, named by the code alone, connects the login.
CREATE POLICY connects ON account FOR INSERT WITH CHECK ((SELECT asker_role()) = 'system');

CREATE FUNCTION agency_of_invitation(code_hash bytea) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i.agency FROM invitation AS i WHERE i.code_hash = agency_of_invitation.code_hash
$$;

-- Whether a login is, or would be, this adult alone: one person, one adult, at any agency.
CREATE FUNCTION login_may_be(account uuid, adult uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM adult AS a
                        WHERE (a.account_id = login_may_be.account) <> (a.id = login_may_be.adult)
                          AND a.account_id IS NOT NULL)
$$;

REVOKE ALL ON FUNCTION agency_of_invitation(bytea), login_may_be(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION agency_of_invitation(bytea), login_may_be(uuid, uuid) TO matching_app;
GRANT SELECT, INSERT, UPDATE ON invitation TO matching_app;
GRANT INSERT ON account, role_held TO matching_app;
