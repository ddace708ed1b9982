-- What is older than its time is deleted by the worker, agency by agency (services/notify/rules.py, KEPT_FOR).
CREATE INDEX notice_settled ON notice (agency, settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX taken_back_by_age ON taken_back (taken_back_at);

-- For which agencies there is something to forget: the worker takes one job for each.
CREATE FUNCTION agencies_with_notices_settled_before(at timestamptz) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT n.agency
      FROM notice AS n
     WHERE n.settled_at < agencies_with_notices_settled_before.at
$$;
REVOKE ALL ON FUNCTION agencies_with_notices_settled_before(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION agencies_with_notices_settled_before(timestamptz) TO notify_app;

GRANT DELETE ON notice, attempt, taken_back TO notify_app;
