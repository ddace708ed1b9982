-- What everybody may see of an event as notify was told it last, so that the mailing lists of agencies say what the public
-- list says and nothing else (domain.md A4 row 41). Whatever changes it, from whichever page, is found by comparing.
CREATE TABLE public_told (
    event_id uuid PRIMARY KEY REFERENCES event,
    agency text NOT NULL,
    version bigint NOT NULL CHECK (version >= 1),
    body jsonb NOT NULL
);
ALTER TABLE public_told ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_told FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON public_told
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));

-- What everybody may see of each event that is not over: as `public_programme` says, and of one that is hidden nothing.
CREATE VIEW event_in_public WITH (security_invoker = true) AS
SELECT e.id AS event_id, e.agency, o.is_public AND e.state = 'published' AS is_shown,
       CASE WHEN o.is_public AND e.state = 'published'
            THEN jsonb_build_object('is_shown', true, 'kind', o.kind, 'title', o.title, 'town', e.town,
                                    'is_online', e.is_online,
                                    'starts_at', to_char(e.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'))
            ELSE jsonb_build_object('is_shown', false) END AS body
  FROM event AS e
  JOIN offering AS o ON o.id = e.offering_id
 WHERE e.ends_at > kith_now();

-- Of which hosts something that everybody may see is new, changed or gone: the worker takes one job for each.
CREATE FUNCTION hosts_with_public_news() RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT p.agency
      FROM event_in_public AS p
      LEFT JOIN public_told AS t ON t.event_id = p.event_id
     WHERE CASE WHEN t.event_id IS NULL THEN p.is_shown ELSE t.body <> p.body END
$$;
REVOKE ALL ON FUNCTION hosts_with_public_news() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hosts_with_public_news() TO events_app;
GRANT SELECT ON event_in_public TO events_app;
GRANT SELECT, INSERT, UPDATE ON public_told TO events_app;
CREATE INDEX event_by_end ON event (ends_at);
