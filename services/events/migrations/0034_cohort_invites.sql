-- Inviting families to an event whose children were placed with them not long ago, where the event says so: each once, and
-- without a list that anybody has seen (domain.md A3 row 28).
ALTER TABLE event ADD COLUMN invites_weeks integer CHECK (invites_weeks BETWEEN 1 AND 52);

-- When the latest child was placed, while that is under a year ago: told by the register, read by the worker alone, and
-- deleted once no event can ask for it.
CREATE TABLE newly_placed (
    family_id uuid PRIMARY KEY REFERENCES family_card,
    placed_on date NOT NULL
);
CREATE INDEX newly_placed_by_day ON newly_placed (placed_on);

-- That a family was invited to an event. Read by the family; staff are told how many, where they are not few.
CREATE TABLE cohort_invite (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL REFERENCES event,
    family_id uuid NOT NULL,
    invited_at timestamptz NOT NULL,
    UNIQUE (event_id, family_id)
);
CREATE INDEX cohort_invite_of_family ON cohort_invite (family_id);

-- Families who would rather not be invited.
CREATE TABLE cohort_opt_out (
    family_id uuid PRIMARY KEY,
    since timestamptz NOT NULL
);

ALTER TABLE newly_placed ENABLE ROW LEVEL SECURITY;
ALTER TABLE newly_placed FORCE ROW LEVEL SECURITY;
ALTER TABLE cohort_invite ENABLE ROW LEVEL SECURITY;
ALTER TABLE cohort_invite FORCE ROW LEVEL SECURITY;
ALTER TABLE cohort_opt_out ENABLE ROW LEVEL SECURITY;
ALTER TABLE cohort_opt_out FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON newly_placed USING ((SELECT asker_role()) = 'system');
CREATE POLICY at_home ON cohort_invite FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY worker ON cohort_invite USING ((SELECT asker_role()) = 'system');
CREATE POLICY at_home ON cohort_opt_out FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY worker ON cohort_opt_out USING ((SELECT asker_role()) = 'system');

-- Whom to invite now to what, with the host: one of the agencies that take part may have places for the family, a child
-- came within the event's weeks, booking is open, and the family has not been invited, has not asked for a place by itself
-- (whatever came of that), and has not said that it would rather not be. Never a protected family (domain.md E16).
CREATE FUNCTION invites_due(at timestamptz) RETURNS TABLE (event_id uuid, family_id uuid, host text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, f.family_id, e.agency
      FROM event AS e
     CROSS JOIN LATERAL (SELECT ($1 AT TIME ZONE 'Europe/London')::date AS day) AS today
      JOIN newly_placed AS n ON n.placed_on <= today.day AND n.placed_on > today.day - 7 * e.invites_weeks
      JOIN family_card AS f ON f.family_id = n.family_id
     WHERE e.invites_weeks IS NOT NULL AND e.state = 'published'
       AND coalesce(e.books_from <= $1, true) AND $1 < e.books_until
       AND NOT f.protected
       AND agencies_of(f) && e.agencies
       AND NOT EXISTS (SELECT FROM cohort_invite AS i WHERE i.event_id = e.id AND i.family_id = f.family_id)
       AND NOT EXISTS (SELECT FROM cohort_opt_out AS o WHERE o.family_id = f.family_id)
       AND NOT EXISTS (SELECT FROM booking AS b WHERE b.event_id = e.id AND b.family_id = f.family_id)
       AND NOT EXISTS (SELECT FROM waiting_entry AS w WHERE w.event_id = e.id AND w.family_id = f.family_id)
$$;
-- Days that no event can ask for any more, and invitations to what is over. Returns how many rows went.
CREATE FUNCTION forget_invites(at timestamptz) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH days AS (
        DELETE FROM newly_placed
         WHERE placed_on <= ($1 AT TIME ZONE 'Europe/London')::date - 7 * 52
     RETURNING 1
    ), told AS (
        DELETE FROM cohort_invite AS i
         USING event AS e
         WHERE e.id = i.event_id AND e.ends_at + interval '30 days' <= $1
     RETURNING 1
    )
    SELECT (SELECT count(*) FROM days) + (SELECT count(*) FROM told)
$$;
REVOKE ALL ON FUNCTION invites_due(timestamptz), forget_invites(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION invites_due(timestamptz), forget_invites(timestamptz) TO events_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON newly_placed TO events_app;
GRANT SELECT, INSERT ON cohort_invite TO events_app;
GRANT SELECT, INSERT, DELETE ON cohort_opt_out TO events_app;

-- When a family is erased: also when a child came, what it was invited to, and that it wanted no such invitations.
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
    DELETE FROM whom_to_ring WHERE booking_id IN (SELECT id FROM booking WHERE family_id = of_family);
    UPDATE offer SET made_because = NULL WHERE family_id = of_family;
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
