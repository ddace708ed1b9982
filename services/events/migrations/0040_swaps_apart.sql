-- Families who come to be kept apart once one of them has swapped a date for one at which the other is expected (I08): the
-- swaps to end, and their host. Ids alone, and to the worker, which is told of them.
CREATE FUNCTION swaps_apart(of_family uuid) RETURNS TABLE (swap_id uuid, host text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT w.id, e.agency
      FROM family_card AS f
      JOIN date_swapped AS w ON w.family_id = f.family_id OR w.family_id = ANY (f.blocked_family_ids)
      JOIN sitting AS t ON t.id = w.to_sitting AND t.starts_at > kith_now()
      JOIN event AS e ON e.id = w.to_event
     WHERE f.family_id = of_family AND asker_role() = 'system'
       AND EXISTS (SELECT FROM expected_at AS x JOIN booking AS there ON there.id = x.booking_id
                    WHERE x.sitting_id = w.to_sitting
                      AND there.state IN ('held', 'waiting_for_gate', 'confirmed')
                      AND CASE WHEN w.family_id = f.family_id THEN there.family_id = ANY (f.blocked_family_ids)
                               ELSE there.family_id = f.family_id END)
     ORDER BY w.id
$$;
REVOKE ALL ON FUNCTION swaps_apart(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION swaps_apart(uuid) TO events_app;
