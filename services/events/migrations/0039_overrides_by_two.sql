-- An override that wants two people, where the host says so: asked with a reason, agreed to by another (event-scenarios.md
-- I07). Until then nothing of places has changed.
ALTER TABLE place_settings ADD COLUMN jumps_by_two boolean NOT NULL DEFAULT false;
ALTER TABLE place_settings ADD COLUMN extra_by_two boolean NOT NULL DEFAULT false;

-- Ids and a reason, in the host's own words; `extra` is how many places may go over once it is agreed to. Whose line it is
-- follows from the line.
CREATE TABLE asked_override (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL REFERENCES event,
    agency text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('queue_jump', 'extra_places')),
    state text NOT NULL CHECK (state IN ('asked', 'agreed', 'declined', 'taken_back', 'lapsed')),
    entry_id uuid REFERENCES waiting_entry,
    extra integer CHECK (extra > 0),
    why text NOT NULL CHECK (length(why) BETWEEN 1 AND 500),
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    settled_by uuid,
    settled_at timestamptz,
    declined_because text CHECK (length(declined_because) BETWEEN 1 AND 500),
    lapsed_because text CHECK (lapsed_because IN ('called_off', 'too_late', 'line_gone', 'places_changed')),
    CHECK ((kind = 'queue_jump') = (entry_id IS NOT NULL)),
    CHECK ((kind = 'extra_places') = (extra IS NOT NULL)),
    CHECK ((state = 'asked') = (settled_at IS NULL)),
    CHECK ((state IN ('agreed', 'declined', 'taken_back')) = (settled_by IS NOT NULL)),
    -- Two people, whatever the code says; and only who asked takes it back.
    CHECK (state NOT IN ('agreed', 'declined') OR settled_by <> asked_by),
    CHECK (state <> 'taken_back' OR settled_by = asked_by),
    CHECK ((state = 'declined') = (declined_because IS NOT NULL)),
    CHECK ((state = 'lapsed') = (lapsed_because IS NOT NULL))
);
-- One at a time for a line, and one for more places of an event.
CREATE UNIQUE INDEX asked_override_open ON asked_override (event_id, kind, entry_id) NULLS NOT DISTINCT
    WHERE state = 'asked';
CREATE INDEX asked_override_of_agency ON asked_override (agency) WHERE state = 'asked';
CREATE INDEX asked_override_of_entry ON asked_override (entry_id);

-- The host's planners read it; partners of a shared event, families and everybody else do not.
ALTER TABLE asked_override ENABLE ROW LEVEL SECURITY;
ALTER TABLE asked_override FORCE ROW LEVEL SECURITY;
CREATE POLICY host ON asked_override FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin') AND agency = (SELECT asker_agency()));
CREATE POLICY worker ON asked_override
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));

-- As it is read: one that can no longer come about has lapsed, swept yet or not.
CREATE VIEW asked_override_seen WITH (security_invoker = true) AS
SELECT o.id, o.event_id, o.agency, o.kind, CASE WHEN over.because IS NULL THEN o.state ELSE 'lapsed' END AS state,
       o.entry_id, o.extra, o.why, o.asked_by, o.asked_at, o.settled_by, o.settled_at, o.declined_because,
       coalesce(o.lapsed_because, over.because) AS lapsed_because, e.starts_at,
       o.state = 'asked' AND over.because IS NOT NULL AS is_due
  FROM asked_override AS o
  JOIN event AS e ON e.id = o.event_id
  LEFT JOIN waiting_entry AS w ON w.id = o.entry_id
 CROSS JOIN LATERAL (
       SELECT CASE WHEN o.state <> 'asked' THEN NULL
                   WHEN e.state <> 'published' THEN 'called_off'
                   WHEN o.kind = 'queue_jump' AND w.state IS DISTINCT FROM 'waiting' THEN 'line_gone'
                   WHEN o.kind = 'queue_jump' AND e.offers_until <= kith_now() THEN 'too_late'
                   WHEN greatest(e.starts_at, e.offers_until) <= kith_now() THEN 'too_late'
              END AS because) AS over;

-- What has lapsed and is not written down yet, with its host.
CREATE FUNCTION overrides_due() RETURNS TABLE (override_id uuid, host text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id, agency FROM asked_override_seen WHERE is_due ORDER BY asked_at, id LIMIT 500
$$;
REVOKE ALL ON FUNCTION overrides_due() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION overrides_due() TO events_app;
GRANT SELECT, INSERT, UPDATE ON asked_override TO events_app;
GRANT SELECT ON asked_override_seen TO events_app;

-- When a family is erased: also why somebody asked to offer it a place out of turn, and why another said no.
CREATE OR REPLACE FUNCTION erase_family(of_family uuid, logins uuid[], at_version bigint, new_reference text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF asker_role() IS DISTINCT FROM 'system' THEN
        RETURN;
    END IF;
    INSERT INTO family_card AS held (family_id, version, agency, reference, stage, child_age_bands, access_needs,
                                     consents, blocked_family_ids, protected)
    VALUES (of_family, at_version, asker_agency(), new_reference, 'withdrew', '{}', '{}', '{}', '{}', false)
        ON CONFLICT (family_id) DO UPDATE
       SET version = greatest(held.version, excluded.version), reference = excluded.reference,
           stage = excluded.stage, child_age_bands = '{}', access_needs = '{}', consents = '{}',
           blocked_family_ids = '{}', children = '[]', lives_with = NULL, approved_by = NULL;
    DELETE FROM interest WHERE family_id = of_family;
    DELETE FROM calendar_link WHERE family_id = of_family;
    DELETE FROM feedback_link WHERE ask_id IN (SELECT id FROM feedback_ask WHERE family_id = of_family);
    DELETE FROM feedback_answered WHERE ask_id IN (SELECT id FROM feedback_ask WHERE family_id = of_family);
    DELETE FROM feedback_opt_out WHERE family_id = of_family;
    DELETE FROM group_post WHERE posted_by = ANY (logins);
    DELETE FROM leader_check WHERE account_id = ANY (logins);
    UPDATE booking SET ended_because = NULL WHERE family_id = of_family;
    UPDATE waiting_entry SET said = NULL WHERE family_id = of_family;
    DELETE FROM slot_hold WHERE family_id = of_family;
    DELETE FROM newly_placed WHERE family_id = of_family;
    DELETE FROM cohort_invite WHERE family_id = of_family;
    DELETE FROM cohort_opt_out WHERE family_id = of_family;
    DELETE FROM talk_topic WHERE booking_id IN (SELECT id FROM booking WHERE family_id = of_family);
    DELETE FROM whom_to_ring WHERE booking_id IN (SELECT id FROM booking WHERE family_id = of_family);
    UPDATE offer SET made_because = NULL WHERE family_id = of_family;
    UPDATE asked_override
       SET why = 'Erased', declined_because = CASE WHEN declined_because IS NOT NULL THEN 'Erased' END
     WHERE entry_id IN (SELECT id FROM waiting_entry WHERE family_id = of_family);
    UPDATE charge_reversal SET why = 'Erased'
     WHERE why IS NOT NULL
       AND charge_id IN (SELECT c.id FROM charge AS c JOIN booking AS b ON b.id = c.booking_id
                          WHERE b.family_id = of_family);
    UPDATE attendance SET people = '{}' WHERE booking_id IN (SELECT id FROM booking WHERE family_id = of_family);
    UPDATE call_back
       SET words = '', telephone = NULL, reference = new_reference,
           settled_at = CASE WHEN state = 'asked' THEN kith_now() ELSE settled_at END,
           state = CASE WHEN state = 'asked' THEN 'withdrawn' ELSE state END
     WHERE family_id = of_family;
END $$;
