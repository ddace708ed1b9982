-- The mailing lists of agencies: who asked to hear of what everybody may come to, how often, and what was sent to them
-- (domain.md A4 row 41). The events themselves are told by events, and only while everybody may see them.

-- One row an address and agency. Who left is kept as a digest alone, so that a list that staff bring again leaves them out.
CREATE TABLE mailing_reader (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agency text NOT NULL,
    address text CHECK (length(address) BETWEEN 3 AND 254),
    address_digest bytea NOT NULL CHECK (length(address_digest) = 32),
    state text NOT NULL CHECK (state IN ('asked', 'confirmed', 'left')),
    topics text[] NOT NULL CHECK (topics <@ ARRAY['groups', 'days_out', 'learning', 'elsewhere']),
    frequency text NOT NULL CHECK (frequency IN ('each', 'monthly', 'quarterly')),
    asked_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    -- Up to which instant what came new has been told, or was not for them because they had not confirmed yet.
    told_until timestamptz,
    CHECK ((state = 'left') = (address IS NULL)),
    CHECK (state <> 'confirmed' OR (confirmed_at IS NOT NULL AND told_until IS NOT NULL)),
    CHECK (state = 'left' OR cardinality(topics) > 0),
    UNIQUE (agency, address_digest)
);
CREATE INDEX mailing_reader_by_address ON mailing_reader (agency, lower(address), id) WHERE state <> 'left';
CREATE INDEX mailing_reader_told ON mailing_reader (agency, frequency, told_until) WHERE state = 'confirmed';
CREATE INDEX mailing_reader_asked ON mailing_reader (asked_at) WHERE state = 'asked';

-- Of the secret in a mail only a digest is kept: whoever reads this table can leave for nobody (design decision 7).
CREATE TABLE mailing_link (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    reader_id uuid NOT NULL REFERENCES mailing_reader ON DELETE CASCADE,
    ends_at timestamptz NOT NULL
);
CREATE INDEX mailing_link_of_reader ON mailing_link (reader_id);
CREATE INDEX mailing_link_by_end ON mailing_link (ends_at);

-- One mail to one reader. Of what is new it says what came after `since` and up to `until`; its words are stored nowhere.
CREATE TABLE mailing_mail (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agency text NOT NULL,
    reader_id uuid NOT NULL REFERENCES mailing_reader ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('confirm', 'already', 'whats_new')),
    -- Who of the staff brought the address; empty for who asked by themselves.
    asked_by_id uuid,
    since timestamptz,
    until timestamptz,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'dropped')),
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    lease bigint NOT NULL DEFAULT 0,
    leased_until timestamptz,
    settled_at timestamptz,
    settings_version bigint NOT NULL DEFAULT 0,
    CHECK ((state = 'queued') = (settled_at IS NULL)),
    CHECK ((kind = 'whats_new') = (since IS NOT NULL AND until IS NOT NULL)),
    UNIQUE (reader_id, since)
);
CREATE INDEX mailing_mail_due ON mailing_mail (agency, due_at) WHERE state = 'queued';
CREATE INDEX mailing_mail_of_reader ON mailing_mail (reader_id, kind, asked_at);
CREATE INDEX mailing_mail_settled ON mailing_mail (settled_at) WHERE settled_at IS NOT NULL;

-- What everybody may see of an event, as events told it last; `shown_at` is when it was first shown.
CREATE TABLE public_event (
    event_id uuid PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 1),
    agency text NOT NULL,
    is_shown boolean NOT NULL,
    topic text NOT NULL CHECK (topic IN ('groups', 'days_out', 'learning', 'elsewhere')),
    title text NOT NULL,
    town text NOT NULL,
    is_online boolean NOT NULL,
    starts_at timestamptz NOT NULL,
    shown_at timestamptz NOT NULL
);
CREATE INDEX public_event_new ON public_event (agency, shown_at) WHERE is_shown;

ALTER TABLE mailing_reader ENABLE ROW LEVEL SECURITY;
ALTER TABLE mailing_reader FORCE ROW LEVEL SECURITY;
ALTER TABLE mailing_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE mailing_link FORCE ROW LEVEL SECURITY;
ALTER TABLE mailing_mail ENABLE ROW LEVEL SECURITY;
ALTER TABLE mailing_mail FORCE ROW LEVEL SECURITY;
ALTER TABLE public_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_event FORCE ROW LEVEL SECURITY;

-- Addresses are for those who plan the agency's programme; a partner, another agency and anybody else see none.
CREATE POLICY planners ON mailing_reader FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agency = (SELECT asker_agency()));
CREATE POLICY worker ON mailing_reader
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
CREATE POLICY worker ON mailing_link
    USING ((SELECT asker_role()) = 'system' AND EXISTS (SELECT FROM mailing_reader AS r WHERE r.id = reader_id));
CREATE POLICY worker ON mailing_mail
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
CREATE POLICY worker ON public_event
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));

-- Whose a link is, and of which agency, to whoever has it; nothing once its time is over.
CREATE FUNCTION mailing_by_digest(of_digest bytea) RETURNS TABLE (reader_id uuid, agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, r.agency
      FROM mailing_link AS l
      JOIN mailing_reader AS r ON r.id = l.reader_id
     WHERE l.digest = of_digest AND l.ends_at > kith_now()
$$;
-- For which agencies somebody may have to be told what is new: the worker takes one job for each.
CREATE FUNCTION agencies_with_readers() RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT r.agency FROM mailing_reader AS r WHERE r.state = 'confirmed'
$$;
-- Who never confirmed goes, and links, mails and events that are over. Returns how many readers went.
CREATE FUNCTION forget_mailing(asked_before timestamptz, settled_before timestamptz) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH mails AS (
        DELETE FROM mailing_mail WHERE asker_role() = 'system' AND settled_at < settled_before
    ), links AS (
        DELETE FROM mailing_link WHERE asker_role() = 'system' AND ends_at <= kith_now()
    ), events AS (
        DELETE FROM public_event WHERE asker_role() = 'system' AND starts_at < settled_before
    ), readers AS (
        DELETE FROM mailing_reader
         WHERE asker_role() = 'system' AND state = 'asked' AND asked_at < asked_before
     RETURNING id
    )
    SELECT count(*) FROM readers
$$;
-- As before, and where a mail of the list is due.
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
     UNION
    SELECT l.agency
      FROM mailing_mail AS l
     WHERE l.state = 'queued'
       AND l.due_at <= agencies_with_notices_due.at
       AND (l.leased_until IS NULL OR l.leased_until <= agencies_with_notices_due.at)
$$;
-- As before, and the same addresses on the lists of any agency, also of who left.
CREATE OR REPLACE FUNCTION erase_family(of_family uuid, logins uuid[], at_version bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF asker_role() IS DISTINCT FROM 'system' THEN
        RETURN;
    END IF;
    DELETE FROM attempt USING notice WHERE notice.id = attempt.notice_id AND notice.account_id = ANY (logins);
    DELETE FROM notice WHERE account_id = ANY (logins);
    DELETE FROM mailing_reader AS r
     USING contact_point AS c
     WHERE c.account_id = ANY (logins)
       AND r.address_digest = sha256(convert_to(r.agency || ' ' || lower(c.address), 'UTF8'));
    DELETE FROM contact_point WHERE account_id = ANY (logins);
    UPDATE account_card
       SET active = active AND account_id <> ALL (logins), family_id = NULL
     WHERE family_id = of_family OR account_id = ANY (logins);
    INSERT INTO family_card AS held (family_id, version, agency, consents, blocked_family_ids)
    VALUES (of_family, at_version, asker_agency(), '{}', '{}')
        ON CONFLICT (family_id) DO UPDATE
       SET version = greatest(held.version, excluded.version), consents = '{}', blocked_family_ids = '{}';
END $$;
REVOKE ALL ON FUNCTION mailing_by_digest(bytea), agencies_with_readers(), forget_mailing(timestamptz, timestamptz)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mailing_by_digest(bytea), agencies_with_readers(), forget_mailing(timestamptz, timestamptz)
    TO notify_app;
GRANT SELECT, INSERT, UPDATE ON mailing_reader, mailing_mail, public_event TO notify_app;
GRANT SELECT, INSERT ON mailing_link TO notify_app;
