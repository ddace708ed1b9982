-- A family that was not there twice in a row is rung, and loses nothing by it (domain.md D7): a call that nobody asked for.
ALTER TABLE call_back ADD COLUMN missed boolean NOT NULL DEFAULT false;

-- Whether the newest two dates at which it is known who came went by without a family, and an event is one of them; of any
-- host. To the worker, which writes the call.
CREATE FUNCTION missed_twice(of_family uuid, of_event uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT asker_role() = 'system' AND count(*) = 2 AND bool_and(newest.state = 'not_attended')
           AND bool_or(newest.event_id = of_event)
      FROM (SELECT b.state, b.event_id
              FROM booking AS b JOIN event AS e ON e.id = b.event_id
             WHERE b.family_id = of_family AND b.state IN ('attended', 'part_attended', 'not_attended')
             ORDER BY e.starts_at DESC, e.id
             LIMIT 2) AS newest
$$;
REVOKE ALL ON FUNCTION missed_twice(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION missed_twice(uuid, uuid) TO events_app;
