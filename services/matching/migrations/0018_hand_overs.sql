-- A mentor who is going to leave, and how each of the families is handed over: by a new pairing that
-- both sides accept, then a call in which the old mentor hands over.
CREATE TABLE retirement (
    id             uuid PRIMARY KEY,
    mentor_id      uuid NOT NULL,
    agency         text NOT NULL,
    last_on        date NOT NULL,
    planned_by_id  uuid NOT NULL,
    planned_at     timestamptz NOT NULL,
    called_off_at  timestamptz,
    FOREIGN KEY (mentor_id, agency) REFERENCES mentor (id, agency) ON UPDATE CASCADE
);
CREATE UNIQUE INDEX retirement_now ON retirement (mentor_id) WHERE called_off_at IS NULL;

CREATE TABLE hand_over_call (
    mentoring_id  uuid PRIMARY KEY REFERENCES mentoring (id),
    agency        text NOT NULL,
    call_on       date,
    outcome       text CHECK (outcome IN ('held', 'declined')),
    noted_at      timestamptz,
    noted_by_id   uuid,
    CHECK ((outcome IS NULL) = (noted_at IS NULL)),
    CHECK ((outcome IS NULL) = (noted_by_id IS NULL))
);

-- A hand-over is a small run of its own, about one mentor's families; other runs are about everybody.
ALTER TABLE run ADD COLUMN instead_of_id uuid REFERENCES mentor (id);

ALTER TABLE retirement ENABLE ROW LEVEL SECURITY;
ALTER TABLE retirement FORCE ROW LEVEL SECURITY;
ALTER TABLE hand_over_call ENABLE ROW LEVEL SECURITY;
ALTER TABLE hand_over_call FORCE ROW LEVEL SECURITY;
CREATE POLICY retirement_of_agency ON retirement
    USING (agency = (SELECT asker_agency()) AND (SELECT asks_as_keeper()));
CREATE POLICY hand_over_call_of_agency ON hand_over_call
    USING (agency = (SELECT asker_agency()) AND (SELECT asks_as_keeper()));
GRANT SELECT, INSERT, UPDATE ON retirement, hand_over_call TO matching_app;

-- Whose mentor stays until a new one has said yes does not wait without one: they are not written to.
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
       AND NOT EXISTS (SELECT FROM mentoring
                        WHERE mentoring.request_id = request.id AND mentoring.ended_at IS NULL)
     ORDER BY request.asked_at
     LIMIT 100
$$;
