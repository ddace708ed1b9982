-- What a family held while it filled in a form is forgotten soon after its ten minutes, also where nobody asks for the slot
-- again (domain.md E52: no row without an end). Of every host: the worker names none. Returns how many rows went.
CREATE FUNCTION forget_slot_holds(at timestamptz) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM slot_hold WHERE held_until <= forget_slot_holds.at RETURNING event_id
    )
    SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION forget_slot_holds(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_slot_holds(timestamptz) TO events_app;
