-- Asking families a while before whether they still come, where an event says so: twice, and a place that nobody speaks for
-- goes on to the list (event-scenarios.md D07).
ALTER TABLE event ADD COLUMN reconfirms boolean NOT NULL DEFAULT false;
ALTER TABLE place_settings ADD COLUMN ask_days integer NOT NULL DEFAULT 7 CHECK (ask_days BETWEEN 3 AND 30);
ALTER TABLE place_settings ADD COLUMN ask_again_days integer NOT NULL DEFAULT 5 CHECK (ask_again_days BETWEEN 2 AND 29);
ALTER TABLE place_settings ADD COLUMN pass_on_days integer NOT NULL DEFAULT 3 CHECK (pass_on_days BETWEEN 1 AND 28);
ALTER TABLE place_settings ADD CHECK (ask_days > ask_again_days AND ask_again_days > pass_on_days);

-- That a place is asked for the date as it stands: one that moves is asked for anew.
CREATE TABLE still_coming (
    booking_id uuid NOT NULL REFERENCES booking,
    starts_at timestamptz NOT NULL,
    asked_at timestamptz NOT NULL,
    answer_by timestamptz NOT NULL,
    asked_again_at timestamptz,
    said_yes_at timestamptz,
    passed_on_at timestamptz,
    PRIMARY KEY (booking_id, starts_at),
    CHECK (said_yes_at IS NULL OR passed_on_at IS NULL),
    CHECK (passed_on_at IS NULL OR asked_again_at IS NOT NULL)
);
ALTER TABLE still_coming ENABLE ROW LEVEL SECURITY;
ALTER TABLE still_coming FORCE ROW LEVEL SECURITY;
CREATE POLICY with_its_place ON still_coming FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor', 'organiser', 'coordinator', 'agency_admin')
           AND EXISTS (SELECT FROM booking AS b WHERE b.id = booking_id));
CREATE POLICY worker ON still_coming
    USING ((SELECT asker_role()) = 'system' AND EXISTS (SELECT FROM booking AS b WHERE b.id = booking_id));

-- The next step of each place that is asked for, with its host: ask, ask again, or hand on. Days and hour are of an agency
-- that has set nothing. Nobody is asked who booked, or whose date was moved, after the asking would have gone out, and no
-- place passes on within a day of the second asking, however late the worker was.
CREATE FUNCTION still_coming_due(at timestamptz, ask integer, again integer, pass_on integer, hour integer)
    RETURNS TABLE (booking_id uuid, host text, step text, answer_by timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.id, e.agency,
           CASE WHEN s.booking_id IS NULL THEN 'ask' WHEN s.asked_again_at IS NULL THEN 'ask_again' ELSE 'hand_on' END,
           CASE WHEN s.booking_id IS NULL THEN moment.pass_on ELSE greatest(s.answer_by, $1 + interval '24 hours') END
      FROM event AS e
      LEFT JOIN LATERAL (SELECT * FROM place_settings AS p
                          WHERE p.agency = e.agency ORDER BY p.number DESC LIMIT 1) AS p ON true
     CROSS JOIN LATERAL (SELECT (e.starts_at AT TIME ZONE 'Europe/London')::date
                                + make_time(coalesce(p.remind_hour, $5), 0, 0) AS day) AS wall
     CROSS JOIN LATERAL (
           SELECT (day - make_interval(days => coalesce(p.ask_days, $2))) AT TIME ZONE 'Europe/London' AS ask,
                  (day - make_interval(days => coalesce(p.ask_again_days, $3))) AT TIME ZONE 'Europe/London' AS again,
                  (day - make_interval(days => coalesce(p.pass_on_days, $4))) AT TIME ZONE 'Europe/London' AS pass_on
           ) AS moment
      JOIN booking AS b ON b.event_id = e.id AND b.state = 'confirmed'
      LEFT JOIN still_coming AS s ON s.booking_id = b.id AND s.starts_at = e.starts_at
     WHERE e.reconfirms AND e.state = 'published' AND e.starts_at > $1 AND e.starts_at < $1 + interval '32 days'
       AND s.said_yes_at IS NULL
       AND CASE WHEN s.booking_id IS NULL
                THEN moment.ask <= $1 AND $1 < moment.pass_on AND b.booked_at < moment.ask
                     AND (e.moved_at IS NULL OR e.moved_at < moment.ask)
                WHEN s.asked_again_at IS NULL
                THEN moment.again <= $1 AND s.asked_at + interval '12 hours' <= $1
                ELSE s.answer_by <= $1 AND s.asked_again_at + interval '24 hours' <= $1
           END
     ORDER BY e.starts_at, b.booked_at, b.id
     LIMIT 1000
$$;
REVOKE ALL ON FUNCTION still_coming_due(timestamptz, integer, integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION still_coming_due(timestamptz, integer, integer, integer, integer) TO events_app;
GRANT SELECT, INSERT, UPDATE ON still_coming TO events_app;
