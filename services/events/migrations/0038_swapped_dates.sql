-- One date of a course made good at the same date of a parallel one: the place stays whole, and at each of the two dates as
-- many are counted as are expected there (event-scenarios.md F03).
CREATE TABLE swapped_date (
    id uuid PRIMARY KEY,
    booking_id uuid NOT NULL REFERENCES booking,
    from_sitting uuid NOT NULL REFERENCES sitting,
    to_sitting uuid NOT NULL REFERENCES sitting,
    swapped_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK (from_sitting <> to_sitting)
);
CREATE UNIQUE INDEX swapped_date_is_one ON swapped_date (booking_id, from_sitting) WHERE ended_at IS NULL;
CREATE INDEX swapped_date_from ON swapped_date (from_sitting) WHERE ended_at IS NULL;
CREATE INDEX swapped_date_to ON swapped_date (to_sitting) WHERE ended_at IS NULL;
ALTER TABLE swapped_date ENABLE ROW LEVEL SECURITY;
ALTER TABLE swapped_date FORCE ROW LEVEL SECURITY;
CREATE POLICY with_its_place ON swapped_date FOR SELECT
    USING (EXISTS (SELECT FROM booking AS b WHERE b.id = booking_id));
CREATE POLICY worker ON swapped_date
    USING ((SELECT asker_role()) = 'system' AND EXISTS (SELECT FROM booking AS b WHERE b.id = booking_id));

-- Those that hold: it has not been taken back, the place stands, the other date takes place, and the family has no place of
-- its own there. Nothing has to be ended with a place or with a date.
CREATE VIEW date_swapped WITH (security_invoker = true) AS
SELECT w.id, w.booking_id, w.from_sitting, w.to_sitting, w.swapped_at, b.family_id, b.agency, b.places,
       b.event_id AS from_event, t.event_id AS to_event
  FROM swapped_date AS w
  JOIN booking AS b ON b.id = w.booking_id
  JOIN sitting AS t ON t.id = w.to_sitting
 WHERE w.ended_at IS NULL AND NOT t.is_off
   AND b.state IN ('confirmed', 'attended', 'part_attended', 'not_attended')
   AND NOT EXISTS (SELECT FROM booking AS own
                    WHERE own.event_id = t.event_id AND own.family_id = b.family_id
                      AND own.state IN ('held', 'waiting_for_gate', 'confirmed', 'attended', 'part_attended',
                                        'not_attended'));

-- Whose place is expected at which date.
CREATE VIEW expected_at WITH (security_invoker = true) AS
SELECT s.id AS sitting_id, b.id AS booking_id
  FROM sitting AS s
  JOIN booking AS b ON b.event_id = s.event_id
 WHERE NOT EXISTS (SELECT FROM date_swapped AS w WHERE w.booking_id = b.id AND w.from_sitting = s.id)
 UNION ALL
SELECT to_sitting, booking_id FROM date_swapped;

-- Places at a date beyond those of its own event: who comes from another, less who went there. And the most of that over
-- the dates of an event to come, by which it has fewer places for others.
CREATE FUNCTION visitors_at(which uuid) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(CASE WHEN w.to_sitting = which THEN w.places ELSE -w.places END), 0)::integer
      FROM date_swapped AS w
     WHERE which IN (w.from_sitting, w.to_sitting)
$$;
CREATE FUNCTION visiting_at(which uuid) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT greatest(0, max(visitors_at(s.id)))
      FROM sitting AS s
     WHERE s.event_id = which AND NOT s.is_off AND s.ends_at > kith_now()
$$;
ALTER TABLE event ADD COLUMN visiting integer NOT NULL DEFAULT 0 CHECK (visiting >= 0);
ALTER TABLE event ALTER COLUMN places SET EXPRESSION AS (
    greatest(0, least(capacity + extra, coalesce(room_max, capacity + extra)) - kept_back - visiting));

-- Events of any host whose count of them is no longer so: a place went, a date passed, the other course was called off.
CREATE FUNCTION visits_to_count() RETURNS TABLE (event_id uuid, host text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, e.agency
      FROM event AS e
     WHERE e.state = 'published' AND e.ends_at > kith_now() - interval '1 day'
       AND (e.visiting > 0
            OR e.id IN (SELECT s.event_id FROM swapped_date AS w JOIN sitting AS s ON s.id IN (w.from_sitting, w.to_sitting)
                         WHERE w.ended_at IS NULL))
       AND e.visiting <> visiting_at(e.id)
     ORDER BY e.id
     LIMIT 500
$$;
REVOKE ALL ON FUNCTION visitors_at(uuid), visiting_at(uuid), visits_to_count() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION visitors_at(uuid), visiting_at(uuid), visits_to_count() TO events_app;
GRANT SELECT, INSERT, UPDATE ON swapped_date TO events_app;
GRANT SELECT ON date_swapped, expected_at TO events_app;

-- Who comes to one date is told where it is, as who has a place there.
CREATE POLICY to_one_date ON event_private FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor')
           AND EXISTS (SELECT FROM date_swapped AS w JOIN event AS e ON e.id = w.to_event
                        WHERE e.id = event_private.event_id AND e.state = 'published'
                          AND shown_from(e.agency, e.starts_at) <= kith_now()));
CREATE POLICY to_one_date ON venue FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor')
           AND EXISTS (SELECT FROM date_swapped AS w JOIN event AS e ON e.id = w.to_event
                        WHERE e.venue_id = venue.id AND e.state = 'published'
                          AND shown_from(e.agency, e.starts_at) <= kith_now()));

-- Nobody is shown a place where a family comes to one date whom they must not meet (I08).
CREATE OR REPLACE FUNCTION asker_kept_from() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT kept.id), '{}')
      FROM (SELECT b.event_id AS id
              FROM booking AS b
             WHERE b.family_id = ANY (asker_must_not_meet())
               AND b.state IN ('held', 'waiting_for_gate', 'confirmed', 'attended', 'part_attended', 'not_attended')
               AND NOT (b.state = 'held' AND b.hold_until <= kith_now())
             UNION ALL
            SELECT w.to_event FROM date_swapped AS w WHERE w.family_id = ANY (asker_must_not_meet())
             UNION ALL
            SELECT e.id
              FROM peer_group AS g JOIN event AS e ON e.offering_id = g.offering_id
             WHERE g.lead_family_id = ANY (asker_must_not_meet()) AND g.state = 'open') AS kept
$$;

-- Reminders and calendars go by the date that a family comes to.
CREATE OR REPLACE FUNCTION reminders_due(at timestamptz, days integer, hour integer)
    RETURNS TABLE (sitting_id uuid, booking_id uuid, host text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.id, b.id, e.agency
      FROM sitting AS s
      JOIN event AS e ON e.id = s.event_id
      LEFT JOIN LATERAL (SELECT p.remind_days, p.remind_hour FROM place_settings AS p
                          WHERE p.agency = e.agency ORDER BY p.number DESC LIMIT 1) AS p ON true
     CROSS JOIN LATERAL (SELECT (s.wall_start::date - coalesce(p.remind_days, $2)
                                 + make_time(coalesce(p.remind_hour, $3), 0, 0)) AT TIME ZONE 'Europe/London' AS at
                        ) AS remind
      JOIN expected_at AS x ON x.sitting_id = s.id
      JOIN booking AS b ON b.id = x.booking_id
     WHERE s.starts_at > $1 AND s.starts_at < $1 + interval '16 days' AND NOT s.is_off AND e.state = 'published'
       AND coalesce(p.remind_days, $2) > 0 AND remind.at <= $1
       AND b.state = 'confirmed' AND b.booked_at < remind.at AND (e.moved_at IS NULL OR e.moved_at < remind.at)
       AND NOT EXISTS (SELECT FROM reminder AS r
                        WHERE r.booking_id = b.id AND r.sitting_id = s.id AND r.starts_at = s.starts_at)
     ORDER BY s.starts_at, s.id
     LIMIT 2000
$$;
CREATE OR REPLACE FUNCTION calendar_by_digest(of_digest bytea) RETURNS TABLE (
    sitting_id uuid, starts_at timestamptz, ends_at timestamptz, is_off boolean, sequence integer
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.id, s.starts_at, s.ends_at, s.is_off OR e.state = 'cancelled',
           s.sequence + (s.is_off OR e.state = 'cancelled')::integer
      FROM calendar_link AS l
      JOIN booking AS b ON b.family_id = l.family_id
      JOIN expected_at AS x ON x.booking_id = b.id
      JOIN sitting AS s ON s.id = x.sitting_id
      JOIN event AS e ON e.id = s.event_id
     WHERE l.digest = of_digest AND l.ends_at > kith_now()
       AND (b.state IN ('confirmed', 'waiting_for_gate', 'attended', 'part_attended')
            OR (b.state = 'cancelled_by_agency' AND e.state = 'cancelled'))
       AND s.ends_at > kith_now() - interval '60 days'
     ORDER BY s.starts_at, s.id
     LIMIT 500
$$;
