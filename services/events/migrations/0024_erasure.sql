-- A family was erased (domain.md E49, event-scenarios.md I06): who they were goes, counts and cost lines stay.

-- Where a household has a place to come, or waits for one, of any host: ids only, for the worker that gives it back.
CREATE FUNCTION open_places_of(of_family uuid) RETURNS TABLE (event_id uuid, agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, e.agency
      FROM event AS e
     WHERE asker_role() = 'system'
       AND e.ends_at > kith_now() AND (e.starts_at > kith_now() OR e.is_course)
       AND (EXISTS (SELECT FROM booking AS b
                     WHERE b.event_id = e.id AND b.family_id = of_family
                       AND b.state IN ('held', 'waiting_for_gate', 'confirmed'))
            OR EXISTS (SELECT FROM waiting_entry AS w
                        WHERE w.event_id = e.id AND w.family_id = of_family AND w.state IN ('waiting', 'offered')))
     ORDER BY e.id
$$;

-- Column by column as services/events/model/erasing.py says, which is tested against the catalogue.
CREATE FUNCTION erase_family(of_family uuid, logins uuid[], at_version bigint, new_reference text) RETURNS void
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
REVOKE ALL ON FUNCTION open_places_of(uuid), erase_family(uuid, uuid[], bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_places_of(uuid), erase_family(uuid, uuid[], bigint, text) TO events_app;
