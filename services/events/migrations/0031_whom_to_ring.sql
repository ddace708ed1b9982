-- Whom to ring, and what a child needs, where children stay without a parent (domain.md A3 row 22): that the row is there
-- says that the parent agreed. Read by the family and, in the hours of a register, by who leads the date; deleted seven days
-- after the last date, or as soon as there is no place any more.
CREATE TABLE whom_to_ring (
    booking_id uuid PRIMARY KEY REFERENCES booking,
    agency text NOT NULL,
    contact text NOT NULL CHECK (length(contact) BETWEEN 1 AND 80),
    telephone text NOT NULL CHECK (length(telephone) BETWEEN 1 AND 40),
    needs text NOT NULL DEFAULT '' CHECK (length(needs) <= 300),
    agreed_by uuid NOT NULL,
    agreed_at timestamptz NOT NULL
);
ALTER TABLE whom_to_ring ENABLE ROW LEVEL SECURITY;
ALTER TABLE whom_to_ring FORCE ROW LEVEL SECURITY;
CREATE POLICY at_home ON whom_to_ring FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND EXISTS (SELECT FROM booking AS b WHERE b.id = booking_id));
CREATE POLICY worker ON whom_to_ring
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
GRANT SELECT, INSERT, UPDATE ON whom_to_ring TO events_app;

-- Of every host: the worker names none. Returns how many rows went.
CREATE FUNCTION forget_whom_to_ring(at timestamptz) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM whom_to_ring AS w
         USING booking AS b, event AS e
         WHERE b.id = w.booking_id AND e.id = b.event_id
           AND (e.ends_at + interval '7 days' <= forget_whom_to_ring.at OR e.state = 'cancelled'
                OR b.state NOT IN ('waiting_for_gate', 'confirmed', 'attended', 'part_attended', 'not_attended'))
     RETURNING w.booking_id
    )
    SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION forget_whom_to_ring(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_whom_to_ring(timestamptz) TO events_app;

-- When a family is erased: also whom we would have rung.
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
