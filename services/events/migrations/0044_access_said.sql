-- What a venue has for people with access needs, or that it has none of it; NULL where nobody has said. Until now nothing
-- said and none of it were kept alike, so what stands empty is taken as not said.
ALTER TABLE venue ALTER access_needs_met DROP NOT NULL, ALTER access_needs_met DROP DEFAULT;
UPDATE venue SET access_needs_met = NULL WHERE access_needs_met = '{}';
ALTER TABLE venue ADD CHECK (access_needs_met <@ ARRAY[
    'step_free', 'hearing_loop', 'large_print', 'quiet_place', 'interpreter'
]);

-- Read by who books before they have a place, where the venue itself is not: codes alone, which lead to no address.
CREATE FUNCTION access_met(of_venue uuid) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT access_needs_met FROM venue WHERE id = of_venue
$$;
REVOKE ALL ON FUNCTION access_met(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access_met(uuid) TO events_app;
