-- Somebody who dropped by and is not known: a place of the host's share like any other, so that what is taken stays what is
-- booked (domain.md A3 row 19). Their first name is there while the register is open, and then no more.
CREATE TABLE guest (
    booking_id uuid PRIMARY KEY REFERENCES booking,
    agency text NOT NULL,
    first_name text CHECK (length(first_name) BETWEEN 1 AND 40),
    named_until timestamptz NOT NULL
);
CREATE INDEX guest_named ON guest (named_until) WHERE first_name IS NOT NULL;

ALTER TABLE guest ENABLE ROW LEVEL SECURITY;
ALTER TABLE guest FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON guest USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));

-- Returns how many names went.
CREATE FUNCTION forget_guests(at timestamptz) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH gone AS (
        UPDATE guest SET first_name = NULL
         WHERE first_name IS NOT NULL AND named_until <= forget_guests.at
     RETURNING booking_id
    )
    SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION forget_guests(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_guests(timestamptz) TO events_app;
GRANT SELECT, INSERT ON guest TO events_app;
