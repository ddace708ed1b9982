-- Who may sign in, in which roles, and the sign-ins that are open. An account is one login of one
-- provider, known by (issuer, subject) and never by an e-mail address. Nobody is asked for a
-- password here: the provider proves who it is, and we hold what that person may be.
-- A person's own rows open to the account itself; its agency's admin sees who holds which role.

CREATE TABLE account (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    issuer text NOT NULL CHECK (length(issuer) BETWEEN 1 AND 300),
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    -- Staff only: the names of adults stand in identity, so that erasing a family rebuilds nothing.
    first_name text CHECK (length(first_name) BETWEEN 1 AND 60),
    last_name text CHECK (length(last_name) BETWEEN 1 AND 60),
    made_at timestamptz NOT NULL DEFAULT kith_now(),
    ended_at timestamptz,
    UNIQUE (issuer, subject)
);

ALTER TABLE adult ADD FOREIGN KEY (account_id) REFERENCES account (id);

CREATE TABLE role_held (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id uuid NOT NULL REFERENCES account (id),
    role text NOT NULL CHECK (role IN (
        'adopter', 'mentor', 'coordinator', 'organiser', 'group_leader', 'hub_carer',
        'facilitator', 'partner', 'assessing_social_worker', 'safeguarding_lead',
        'data_protection_lead', 'agency_admin', 'board_viewer', 'system_operator'
    )),
    agency text NOT NULL CHECK (agency ~ '^[A-Z0-9]{2,8}$'),
    from_at timestamptz NOT NULL DEFAULT kith_now(),
    ended_at timestamptz CHECK (ended_at >= from_at)
);
CREATE UNIQUE INDEX role_held_once ON role_held (account_id, role, agency) WHERE ended_at IS NULL;
CREATE INDEX role_held_by_agency ON role_held (agency, role) WHERE ended_at IS NULL;

-- One line from signing in to signing out: a browser or an app. `proof_hash` is the provider's
-- token, hashed: the same proof cannot open a second line.
CREATE TABLE sign_in (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id uuid NOT NULL REFERENCES account (id),
    proof_hash bytea NOT NULL UNIQUE CHECK (length(proof_hash) = 32),
    second_factor boolean NOT NULL,
    role text,
    agency text,
    opened_at timestamptz NOT NULL,
    renewed_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > opened_at),
    ended_at timestamptz,
    ended_why text CHECK (ended_why IN ('signed_out', 'handle_used_twice', 'revoked')),
    CHECK ((role IS NULL) = (agency IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
CREATE INDEX sign_in_by_account ON sign_in (account_id) WHERE ended_at IS NULL;

-- The handle that renews a line: random, kept hashed, good once. Spent ones stay, so that a second
-- use is known for what it is: somebody has a copy.
CREATE TABLE renewal_handle (
    hash bytea PRIMARY KEY CHECK (length(hash) = 32),
    sign_in_id uuid NOT NULL REFERENCES sign_in (id) ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES account (id),
    lapses_at timestamptz NOT NULL,
    spent_at timestamptz
);
CREATE INDEX renewal_handle_by_sign_in ON renewal_handle (sign_in_id);

-- Before anybody is known, two narrow questions can be asked: whose login is this, whose handle.
CREATE FUNCTION account_of_login(issuer text, subject text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id
      FROM account AS a
     WHERE a.issuer = account_of_login.issuer
       AND a.subject = account_of_login.subject
       AND a.ended_at IS NULL
$$;

CREATE FUNCTION account_of_handle(hash bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT h.account_id
      FROM renewal_handle AS h
      JOIN account AS a ON a.id = h.account_id
     WHERE h.hash = account_of_handle.hash
       AND a.ended_at IS NULL
$$;

-- The adult behind the asker's own account: needed before the token names a household.
CREATE FUNCTION adult_of_asker() RETURNS TABLE (person uuid, household uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.family_id
      FROM adult AS a
     WHERE a.account_id = asker_account()
$$;

ALTER TABLE account ENABLE ROW LEVEL SECURITY;
ALTER TABLE account FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON account USING (id = (SELECT asker_account()));
CREATE POLICY admins ON account FOR SELECT
    USING ((SELECT asker_role()) IN ('agency_admin', 'system')
           AND EXISTS (SELECT FROM role_held AS r
                        WHERE r.account_id = account.id
                          AND r.agency = (SELECT asker_agency())));

ALTER TABLE role_held ENABLE ROW LEVEL SECURITY;
ALTER TABLE role_held FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON role_held FOR SELECT USING (account_id = (SELECT asker_account()));
CREATE POLICY admins ON role_held
    USING ((SELECT asker_role()) IN ('agency_admin', 'system')
           AND agency = (SELECT asker_agency()));

ALTER TABLE sign_in ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON sign_in USING (account_id = (SELECT asker_account()));

ALTER TABLE renewal_handle ENABLE ROW LEVEL SECURITY;
ALTER TABLE renewal_handle FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON renewal_handle USING (account_id = (SELECT asker_account()));

REVOKE ALL ON FUNCTION account_of_login(text, text), account_of_handle(bytea), adult_of_asker()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_of_login(text, text), account_of_handle(bytea), adult_of_asker()
    TO matching_app;
GRANT SELECT ON account, role_held TO matching_app;
GRANT SELECT, INSERT, UPDATE ON sign_in, renewal_handle TO matching_app;
