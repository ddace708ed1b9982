-- Notices, their hand-overs, and the only addresses that Kith holds.
CREATE TABLE notice (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    account_id uuid NOT NULL,
    agency text NOT NULL,
    subject_id uuid NOT NULL,
    other_family_id uuid,
    answer_by date,
    account_version bigint NOT NULL,
    family_version bigint NOT NULL,
    other_family_version bigint NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'dropped', 'kept')),
    reason text CHECK (reason IN (
        'blocked', 'protected_since', 'consent_withdrawn', 'not_active', 'no_longer_wanted', 'no_address',
        'refused_for_good', 'too_late', 'card_missing', 'switched_off'
    )),
    wanted_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    -- The fencing number of the newest claim; a worker that slept past its lease no longer holds it.
    lease bigint NOT NULL DEFAULT 0,
    leased_until timestamptz,
    settled_at timestamptz,
    shown_at timestamptz,
    read_at timestamptz,
    CHECK ((state = 'queued') = (settled_at IS NULL)),
    CHECK ((state IN ('failed', 'dropped', 'kept')) = (reason IS NOT NULL)),
    CHECK (read_at IS NULL OR shown_at IS NOT NULL)
);
CREATE INDEX notice_due ON notice (agency, due_at) WHERE state = 'queued';
CREATE INDEX notice_inbox ON notice (account_id, shown_at DESC, id) WHERE shown_at IS NOT NULL;
CREATE INDEX notice_failed ON notice (agency, settled_at DESC, id) WHERE state = 'failed';
CREATE INDEX notice_subject ON notice (subject_id);

-- Each hand-over to a channel and how it ended: null while it is under way, or when its worker died.
CREATE TABLE attempt (
    notice_id uuid NOT NULL REFERENCES notice,
    number integer NOT NULL CHECK (number > 0),
    channel text NOT NULL CHECK (channel IN ('email')),
    began_at timestamptz NOT NULL,
    outcome text CHECK (outcome IN ('handed_over', 'try_again', 'refused_for_good')),
    detail text CHECK (length(detail) <= 200),
    PRIMARY KEY (notice_id, number)
);

-- What is no longer so, by subject; kept, because it may come before the notice that it takes back.
CREATE TABLE taken_back (
    subject_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    taken_back_at timestamptz NOT NULL
);

CREATE TABLE contact_point (
    account_id uuid NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email')),
    address text NOT NULL CHECK (length(address) BETWEEN 3 AND 254),
    is_on boolean NOT NULL DEFAULT true,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, channel)
);
-- Two adults never share an address (domain.md E32): what is meant for one is not read by the other.
CREATE UNIQUE INDEX contact_point_is_one_persons ON contact_point (channel, lower(address));

ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON notice
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
CREATE POLICY inbox ON notice FOR SELECT
    USING (account_id = (SELECT asker_account()) AND shown_at IS NOT NULL AND state <> 'dropped');
CREATE POLICY read_mark ON notice FOR UPDATE
    USING (account_id = (SELECT asker_account()) AND shown_at IS NOT NULL AND state <> 'dropped');
-- The desk sees what could not be delivered, and nothing of what could.
CREATE POLICY failures ON notice FOR SELECT
    USING ((SELECT asker_role()) IN ('coordinator', 'agency_admin') AND agency = (SELECT asker_agency())
           AND state = 'failed');

ALTER TABLE attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE attempt FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON attempt
    USING ((SELECT asker_role()) = 'system'
           AND EXISTS (SELECT FROM notice AS n WHERE n.id = attempt.notice_id));

ALTER TABLE taken_back ENABLE ROW LEVEL SECURITY;
ALTER TABLE taken_back FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON taken_back USING ((SELECT asker_role()) = 'system');

ALTER TABLE contact_point ENABLE ROW LEVEL SECURITY;
ALTER TABLE contact_point FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON contact_point USING (account_id = (SELECT asker_account()));
CREATE POLICY desk ON contact_point
    USING ((SELECT asker_role()) IN ('coordinator', 'agency_admin')
           AND EXISTS (SELECT FROM account_card AS c WHERE c.account_id = contact_point.account_id));
-- The worker sees an address only while it has something to send there for the agency that its job names.
CREATE POLICY worker ON contact_point FOR SELECT
    USING ((SELECT asker_role()) = 'system'
           AND EXISTS (SELECT FROM notice AS n
                        WHERE n.account_id = contact_point.account_id AND n.state = 'queued'));

-- For which agencies there is something to send: the worker takes one job for each.
CREATE FUNCTION agencies_with_notices_due(at timestamptz) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT n.agency
      FROM notice AS n
     WHERE n.state = 'queued'
       AND n.due_at <= agencies_with_notices_due.at
       AND (n.leased_until IS NULL OR n.leased_until <= agencies_with_notices_due.at)
$$;
REVOKE ALL ON FUNCTION agencies_with_notices_due(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION agencies_with_notices_due(timestamptz) TO notify_app;

GRANT SELECT, INSERT, UPDATE ON notice, attempt, taken_back, contact_point TO notify_app;
