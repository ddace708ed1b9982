-- What a family would like to talk about in a slot (domain.md A3 row 30). Read by the family, and by the very worker whose
-- time the slot is; by nobody else, and not by the system, which writes it and deletes it without a look. Deleted seven days
-- after the slot, and with the place; it goes along to another slot of the same worker.
CREATE TABLE talk_topic (
    booking_id uuid PRIMARY KEY REFERENCES booking,
    event_id uuid NOT NULL REFERENCES event,
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 200)
);
CREATE INDEX talk_topic_of_event ON talk_topic (event_id);
ALTER TABLE talk_topic ENABLE ROW LEVEL SECURITY;
ALTER TABLE talk_topic FORCE ROW LEVEL SECURITY;
CREATE POLICY at_home ON talk_topic FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND EXISTS (SELECT FROM booking AS b WHERE b.id = booking_id));
CREATE POLICY whose_time_it_is ON talk_topic FOR SELECT
    USING ((SELECT asker_household()) IS NULL
           AND (SELECT asker_role()) IN ('assessing_social_worker', 'facilitator', 'organiser', 'coordinator', 'agency_admin')
           AND EXISTS (SELECT FROM sitting AS s JOIN event AS e ON e.id = s.event_id
                        WHERE s.event_id = talk_topic.event_id AND s.worker_id = (SELECT asker_account())
                          AND e.agency = (SELECT asker_agency())));
GRANT SELECT ON talk_topic TO events_app;

-- What the family says now of a place at the asker's own agency, instead of what it said before; nothing, where it is empty.
CREATE FUNCTION put_talk_topic(place uuid, said text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF asker_role() IS DISTINCT FROM 'system' THEN
        RETURN;
    END IF;
    DELETE FROM talk_topic AS t USING event AS e
     WHERE t.booking_id = place AND e.id = t.event_id AND e.agency = asker_agency();
    INSERT INTO talk_topic (booking_id, event_id, words)
    SELECT b.id, b.event_id, said
      FROM booking AS b
      JOIN event AS e ON e.id = b.event_id AND e.agency = asker_agency()
     WHERE b.id = place AND said <> '';
END $$;
-- With a place that ends what was said goes too; with one that is moved it goes along where the same worker is there.
CREATE FUNCTION talk_topic_follows() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE talk_topic AS t SET booking_id = there.id, event_id = there.event_id
      FROM booking AS there
     WHERE t.booking_id = NEW.id AND there.id = NEW.moved_to
       AND (SELECT min(s.worker_id::text) FROM sitting AS s WHERE s.event_id = NEW.event_id)
           = (SELECT min(s.worker_id::text) FROM sitting AS s WHERE s.event_id = there.event_id);
    DELETE FROM talk_topic WHERE booking_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER talk_topic_follows AFTER UPDATE OF state, moved_to ON booking
    FOR EACH ROW WHEN (NEW.moved_to IS NOT NULL OR NEW.state IN ('cancelled_by_family', 'cancelled_by_agency', 'let_go'))
    EXECUTE FUNCTION talk_topic_follows();
-- Of every host: the worker names none. Returns how many rows went.
CREATE FUNCTION forget_talk_topics(at timestamptz) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM talk_topic AS t
         USING booking AS b, event AS e
         WHERE b.id = t.booking_id AND e.id = t.event_id
           AND (e.ends_at + interval '7 days' <= forget_talk_topics.at OR e.state = 'cancelled'
                OR b.state NOT IN ('waiting_for_gate', 'confirmed', 'attended', 'part_attended', 'not_attended'))
     RETURNING t.booking_id
    )
    SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION put_talk_topic(uuid, text), talk_topic_follows(), forget_talk_topics(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION put_talk_topic(uuid, text), forget_talk_topics(timestamptz) TO events_app;

-- A social worker finds her own slots, and is told where they are.
CREATE INDEX sitting_of_worker ON sitting (worker_id, starts_at) WHERE worker_id IS NOT NULL;
CREATE POLICY whose_time_it_is ON event_private FOR SELECT
    USING ((SELECT asker_role()) = 'assessing_social_worker'
           AND EXISTS (SELECT FROM sitting AS s JOIN event AS e ON e.id = s.event_id
                        WHERE s.event_id = event_private.event_id AND s.worker_id = (SELECT asker_account())
                          AND e.agency = (SELECT asker_agency())));
CREATE POLICY whose_time_it_is ON venue FOR SELECT
    USING ((SELECT asker_role()) = 'assessing_social_worker'
           AND EXISTS (SELECT FROM sitting AS s JOIN event AS e ON e.id = s.event_id
                        WHERE e.venue_id = venue.id AND s.worker_id = (SELECT asker_account())
                          AND e.agency = (SELECT asker_agency())));

-- When a family is erased: also what it wanted to talk about.
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
