-- What an agency decides for itself, in versions: nothing is altered, a change is a row more. A value
-- that is not in `settings` stands at its default; the lines are in model/agency_settings.py.

CREATE TABLE agency_settings (
    agency    text NOT NULL CHECK (agency ~ '^[A-Z0-9]{2,8}$'),
    version   integer NOT NULL CHECK (version >= 1),
    settings  jsonb NOT NULL CHECK (jsonb_typeof(settings) = 'object'),
    why       text NOT NULL CHECK (char_length(why) BETWEEN 1 AND 500),
    restores  integer CHECK (restores >= 0 AND restores < version),
    set_by_id uuid NOT NULL,
    set_at    timestamptz NOT NULL,
    PRIMARY KEY (agency, version)
);

ALTER TABLE agency_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE agency_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY keepers ON agency_settings FOR SELECT
    USING (agency = (SELECT asker_agency()) AND (SELECT asks_as_keeper()));
CREATE POLICY admins ON agency_settings FOR INSERT
    WITH CHECK (agency = (SELECT asker_agency()) AND (SELECT asker_role()) = 'agency_admin');
GRANT SELECT, INSERT ON agency_settings TO matching_app;

-- What was decided by a version says which.
ALTER TABLE still_waiting ADD settings_version integer NOT NULL DEFAULT 0;
ALTER TABLE invitation ADD settings_version integer NOT NULL DEFAULT 0;

-- As before, but each agency's own time between two words.
CREATE OR REPLACE FUNCTION waits_to_speak_of() RETURNS TABLE (id uuid, agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH newest AS (
        SELECT DISTINCT ON (agency) agency, (settings ->> 'still_waiting_days')::integer AS days
          FROM agency_settings
         ORDER BY agency, version DESC
    )
    SELECT request.id, request.agency
      FROM support_request AS request
      LEFT JOIN newest ON newest.agency = request.agency
     CROSS JOIN LATERAL (
           SELECT kith_now() - make_interval(days => coalesce(newest.days, 28)) AS since) AS word
     WHERE request.state = 'ready'
       AND request.asked_at <= word.since
       AND NOT EXISTS (SELECT FROM still_waiting AS told
                        WHERE told.request_id = request.id
                          AND told.told_at > word.since)
     ORDER BY request.asked_at
     LIMIT 100
$$;
