-- Where an event is and how to join is shown to who has a place from so many days before its first date, and to no family
-- before (event-scenarios.md I03): a place that is given back in time has told nobody where to wait. By the wall, from the
-- first minute of that day. Never later than the reminder, which would lead to a page without an address.
ALTER TABLE place_settings ADD COLUMN address_days integer NOT NULL DEFAULT 14 CHECK (address_days BETWEEN 2 AND 60);
ALTER TABLE place_settings ADD CHECK (address_days >= remind_days);

-- Of an agency that has set nothing: 14 days, as in the column.
CREATE FUNCTION shown_from(host text, starts_at timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT ((shown_from.starts_at AT TIME ZONE 'Europe/London')::date
            - coalesce((SELECT p.address_days FROM place_settings AS p
                         WHERE p.agency = shown_from.host ORDER BY p.number DESC LIMIT 1), 14))::timestamp
           AT TIME ZONE 'Europe/London'
$$;
REVOKE ALL ON FUNCTION shown_from(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shown_from(text, timestamptz) TO events_app;

-- The day stands in the condition: nothing is swept, and no path leads round it.
DROP POLICY with_a_place ON event_private;
CREATE POLICY with_a_place ON event_private FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor')
           AND EXISTS (SELECT FROM event AS e JOIN booking AS b ON b.event_id = e.id
                        WHERE e.id = event_private.event_id AND e.state = 'published'
                          AND b.state IN ('confirmed', 'attended', 'part_attended')
                          AND shown_from(e.agency, e.starts_at) <= kith_now()));
DROP POLICY with_a_place ON venue;
CREATE POLICY with_a_place ON venue FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor')
           AND EXISTS (SELECT FROM event AS e JOIN booking AS b ON b.event_id = e.id
                        WHERE e.venue_id = venue.id AND e.state = 'published'
                          AND b.state IN ('confirmed', 'attended', 'part_attended')
                          AND shown_from(e.agency, e.starts_at) <= kith_now()));
