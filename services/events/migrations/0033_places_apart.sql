-- Places of families who must not meet, at one event to come: they booked before they were kept apart (event-scenarios.md
-- I08). Ids alone, of families whose place counts for the asker's agency, to its safeguarding lead and to nobody else
-- (domain.md E17, E19). `elsewhere`: the other family comes as another agency's.
CREATE FUNCTION places_apart(at timestamptz) RETURNS TABLE (
    booking_id uuid, event_id uuid, host text, elsewhere boolean
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH apart AS (
        SELECT family_id AS one, unnest(blocked_family_ids) AS other FROM family_card
         UNION
        SELECT unnest(blocked_family_ids), family_id FROM family_card
    )
    SELECT b.id, e.id, e.agency, bool_or(theirs.agency <> b.agency)
      FROM apart
      JOIN booking AS b ON b.family_id = apart.one AND b.agency = asker_agency()
       AND b.state IN ('held', 'waiting_for_gate', 'confirmed')
      JOIN booking AS theirs ON theirs.event_id = b.event_id AND theirs.family_id = apart.other
       AND theirs.state IN ('held', 'waiting_for_gate', 'confirmed')
      JOIN event AS e ON e.id = b.event_id AND e.state = 'published' AND e.ends_at > places_apart.at
     WHERE asker_role() = 'safeguarding_lead'
     GROUP BY b.id, e.id, e.agency, e.starts_at
     ORDER BY e.starts_at, e.id, b.id
     LIMIT 200
$$;
REVOKE ALL ON FUNCTION places_apart(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION places_apart(timestamptz) TO events_app;
