-- One reminder of each date to families that have a place (event-scenarios.md H13), so many days before at an hour on the
-- wall; none where the agency says 0 days.
ALTER TABLE place_settings ADD COLUMN remind_days integer NOT NULL DEFAULT 2 CHECK (remind_days BETWEEN 0 AND 14);
ALTER TABLE place_settings ADD COLUMN remind_hour integer NOT NULL DEFAULT 10 CHECK (remind_hour BETWEEN 8 AND 20);

-- That a place was reminded of a date as it then stood: a date that moves is reminded of anew, and none twice.
CREATE TABLE reminder (
    booking_id uuid NOT NULL REFERENCES booking,
    sitting_id uuid NOT NULL REFERENCES sitting,
    starts_at timestamptz NOT NULL,
    reminded_at timestamptz NOT NULL,
    PRIMARY KEY (booking_id, sitting_id, starts_at)
);
ALTER TABLE reminder ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminder FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON reminder
    USING ((SELECT asker_role()) = 'system' AND EXISTS (SELECT FROM booking AS b WHERE b.id = booking_id));

-- Of which dates somebody is to be reminded now, with the host of each. `days` and `hour` are of an agency that has set
-- nothing. Who booked, or whose date was moved, after the reminder would have gone out has been told just now.
CREATE FUNCTION reminders_due(at timestamptz, days integer, hour integer)
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
      JOIN booking AS b ON b.event_id = e.id
     WHERE s.starts_at > $1 AND s.starts_at < $1 + interval '16 days' AND NOT s.is_off AND e.state = 'published'
       AND coalesce(p.remind_days, $2) > 0 AND remind.at <= $1
       AND b.state = 'confirmed' AND b.booked_at < remind.at AND (e.moved_at IS NULL OR e.moved_at < remind.at)
       AND NOT EXISTS (SELECT FROM reminder AS r
                        WHERE r.booking_id = b.id AND r.sitting_id = s.id AND r.starts_at = s.starts_at)
     ORDER BY s.starts_at, s.id
     LIMIT 2000
$$;
REVOKE ALL ON FUNCTION reminders_due(timestamptz, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reminders_due(timestamptz, integer, integer) TO events_app;
GRANT SELECT, INSERT ON reminder TO events_app;
