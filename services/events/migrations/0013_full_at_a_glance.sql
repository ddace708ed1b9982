-- Whether an event is full to the asker's family, read without a lock: then nothing else need be looked up to say so.
-- False where anything else might be said: the family has a place or waits already, or the time of an offer is over
-- and its place has not been passed on yet (event-scenarios.md A01, A06).
CREATE FUNCTION is_full_to_asker(which uuid, heads integer, at timestamptz) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM event AS e
          JOIN offering AS o ON o.id = e.offering_id
          JOIN family_card AS f ON f.family_id = asker_household() AND f.agency = ANY (e.agencies)
         WHERE e.id = $1 AND e.state = 'published' AND o.kind <> 'listing'
           AND (e.books_from IS NULL OR e.books_from <= $3) AND $3 < e.books_until
           AND e.taken + CASE o.counts_by WHEN 'heads' THEN $2 ELSE 1 END > e.places
           AND NOT EXISTS (SELECT FROM booking AS b
                            WHERE b.event_id = e.id AND b.family_id = f.family_id
                              AND b.state IN ('held', 'waiting_for_gate', 'confirmed', 'attended', 'part_attended',
                                              'not_attended'))
           AND NOT EXISTS (SELECT FROM waiting_entry AS w
                            WHERE w.event_id = e.id AND w.family_id = f.family_id AND w.state IN ('waiting', 'offered'))
           AND NOT EXISTS (SELECT FROM offer AS late
                            WHERE late.event_id = e.id AND late.state = 'sent' AND late.answer_by <= $3))
$$;
REVOKE ALL ON FUNCTION is_full_to_asker(uuid, integer, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_full_to_asker(uuid, integer, timestamptz) TO events_app;
