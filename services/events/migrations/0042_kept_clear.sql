-- Hours in which a venue is used by services for birth families or adopted adults: nothing of ours is there within two hours
-- (domain.md C14, E24). Venue and hour, and no word of what it is; read by who keeps them, while all others are told only
-- that the venue is not free then.
CREATE TABLE kept_clear (
    id uuid PRIMARY KEY,
    agency text NOT NULL,
    venue_id uuid NOT NULL REFERENCES venue,
    first_on date NOT NULL,
    -- Every week from then on, to the last day, if one is given; else that one day.
    weekly boolean NOT NULL,
    last_on date,
    from_wall time NOT NULL,
    until_wall time NOT NULL,
    kept_by uuid NOT NULL,
    kept_at timestamptz NOT NULL,
    CHECK (until_wall > from_wall),
    CHECK (last_on IS NULL OR (weekly AND last_on >= first_on))
);
CREATE INDEX kept_clear_of_venue ON kept_clear (venue_id);
ALTER TABLE kept_clear ENABLE ROW LEVEL SECURITY;
ALTER TABLE kept_clear FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON kept_clear
    USING ((SELECT asker_role()) IN ('agency_admin', 'safeguarding_lead') AND agency = (SELECT asker_agency()));
GRANT SELECT, INSERT, DELETE ON kept_clear TO events_app;
CREATE POLICY safeguarding ON venue FOR SELECT
    USING ((SELECT asker_role()) = 'safeguarding_lead' AND agency = (SELECT asker_agency()));

-- The hours of an agency's venues, as instants, on the days around a span; the same hall written down twice is one place.
CREATE FUNCTION hours_kept_clear(of_venue uuid, from_at timestamptz, until_at timestamptz)
    RETURNS TABLE (kept_id uuid, starts_at timestamptz, ends_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.id, (day.on_date + k.from_wall) AT TIME ZONE 'Europe/London',
           (day.on_date + k.until_wall) AT TIME ZONE 'Europe/London'
      FROM venue AS v
      JOIN venue AS same ON same.agency = v.agency
       AND (same.id = v.id OR (lower(same.town), lower(same.address)) = (lower(v.town), lower(v.address)))
      JOIN kept_clear AS k ON k.venue_id = same.id
     CROSS JOIN LATERAL (SELECT (from_at AT TIME ZONE 'Europe/London')::date + step AS on_date
                           FROM generate_series(-1, (until_at AT TIME ZONE 'Europe/London')::date
                                                    - (from_at AT TIME ZONE 'Europe/London')::date + 1) AS step) AS day
     WHERE v.id = of_venue
       AND CASE WHEN k.weekly
                THEN day.on_date >= k.first_on AND (k.last_on IS NULL OR day.on_date <= k.last_on)
                     AND (day.on_date - k.first_on) % 7 = 0
                ELSE day.on_date = k.first_on END
$$;
-- Whether a venue is free of them for a span, and two hours on either side.
CREATE FUNCTION is_kept_clear(of_venue uuid, from_at timestamptz, until_at timestamptz) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM hours_kept_clear(of_venue, from_at, until_at) AS h
                    WHERE h.starts_at < until_at + interval '2 hours' AND h.ends_at > from_at - interval '2 hours')
$$;
-- Dates of the asker's agency to come that were published before such hours were known: to who keeps them.
CREATE FUNCTION dates_not_clear() RETURNS TABLE (event_id uuid, title text, wall_start timestamp)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, o.title, s.wall_start
      FROM event AS e
      JOIN offering AS o ON o.id = e.offering_id
      JOIN sitting AS s ON s.event_id = e.id
     WHERE asker_role() IN ('agency_admin', 'safeguarding_lead') AND e.agency = asker_agency()
       AND e.state = 'published' AND NOT s.is_off AND s.ends_at > kith_now() AND e.venue_id IS NOT NULL
       AND is_kept_clear(e.venue_id, s.starts_at, s.ends_at)
     ORDER BY s.starts_at, s.id
     LIMIT 100
$$;
REVOKE ALL ON FUNCTION hours_kept_clear(uuid, timestamptz, timestamptz), is_kept_clear(uuid, timestamptz, timestamptz),
    dates_not_clear() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_kept_clear(uuid, timestamptz, timestamptz), dates_not_clear() TO events_app;
