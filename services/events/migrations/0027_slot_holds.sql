-- A slot that a family holds for itself while it fills in the form (domain.md D7; event-scenarios.md G02). It takes no place
-- and moves no counter: whoever books asks whether another's time is over, so nothing need be swept.
CREATE TABLE slot_hold (
    event_id uuid PRIMARY KEY REFERENCES event,
    family_id uuid NOT NULL,
    held_until timestamptz NOT NULL
);
CREATE INDEX slot_hold_of_family ON slot_hold (family_id);

ALTER TABLE slot_hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE slot_hold FORCE ROW LEVEL SECURITY;
CREATE POLICY at_home ON slot_hold FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY worker ON slot_hold
    USING ((SELECT asker_role()) = 'system'
           AND EXISTS (SELECT FROM event AS e WHERE e.id = event_id AND e.agency = (SELECT asker_agency())));

-- Until when another family holds each of these slots, of those that the asker's family could see: never who.
CREATE FUNCTION slots_held_by_others(which uuid[], at timestamptz) RETURNS TABLE (event_id uuid, held_until timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT h.event_id, h.held_until
      FROM slot_hold AS h
      JOIN event AS e ON e.id = h.event_id
      JOIN family_card AS f ON f.family_id = asker_household() AND f.agency = ANY (e.agencies)
     WHERE h.event_id = ANY (which) AND h.held_until > slots_held_by_others.at AND h.family_id <> f.family_id
$$;
REVOKE ALL ON FUNCTION slots_held_by_others(uuid[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION slots_held_by_others(uuid[], timestamptz) TO events_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON slot_hold TO events_app;

-- When a family is erased: also what was said to its request, and what it holds.
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
