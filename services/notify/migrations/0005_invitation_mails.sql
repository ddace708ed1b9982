-- A mail that says where to type an invitation's code, to an address that staff typed for somebody who has no
-- account yet. It holds no code and names no invitation; the address is forgotten once the mail has gone.

CREATE TABLE invitation_mail (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agency text NOT NULL,
    address text CHECK (length(address) BETWEEN 3 AND 254),
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed')),
    asked_by_id uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    lease bigint NOT NULL DEFAULT 0,
    leased_until timestamptz,
    settled_at timestamptz,
    settings_version bigint NOT NULL DEFAULT 0,
    CHECK ((state = 'queued') = (address IS NOT NULL)),
    CHECK ((state = 'queued') = (settled_at IS NULL))
);
CREATE INDEX invitation_mail_due ON invitation_mail (agency, due_at) WHERE state = 'queued';
CREATE INDEX invitation_mail_by_agency ON invitation_mail (agency, asked_at DESC, id);

ALTER TABLE invitation_mail ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitation_mail FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON invitation_mail
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
CREATE POLICY desk_reads ON invitation_mail FOR SELECT
    USING ((SELECT asker_role()) IN ('coordinator', 'agency_admin') AND agency = (SELECT asker_agency()));
CREATE POLICY desk_asks ON invitation_mail FOR INSERT
    WITH CHECK ((SELECT asker_role()) IN ('coordinator', 'agency_admin')
                AND agency = (SELECT asker_agency()) AND state = 'queued');
GRANT SELECT, INSERT, UPDATE, DELETE ON invitation_mail TO notify_app;

-- As before, and where such a mail is due.
CREATE OR REPLACE FUNCTION agencies_with_notices_due(at timestamptz) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT n.agency
      FROM notice AS n
     WHERE n.state = 'queued'
       AND n.due_at <= agencies_with_notices_due.at
       AND (n.leased_until IS NULL OR n.leased_until <= agencies_with_notices_due.at)
     UNION
    SELECT m.agency
      FROM invitation_mail AS m
     WHERE m.state = 'queued'
       AND m.due_at <= agencies_with_notices_due.at
       AND (m.leased_until IS NULL OR m.leased_until <= agencies_with_notices_due.at)
$$;

CREATE OR REPLACE FUNCTION agencies_with_notices_settled_before(at timestamptz) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT n.agency
      FROM notice AS n
     WHERE n.settled_at < agencies_with_notices_settled_before.at
     UNION
    SELECT m.agency
      FROM invitation_mail AS m
     WHERE m.settled_at < agencies_with_notices_settled_before.at
$$;
