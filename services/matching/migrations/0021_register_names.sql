-- First names of adults for a register of a date (domain.md E22, E40), by the ids of families that the register of events
-- names to whoever may read it. Of another agency's family only where an adult of it agreed to events with other agencies;
-- of a protected family never (E16).
CREATE FUNCTION register_names(families uuid[]) RETURNS TABLE (family_id uuid, first_names text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.id, array_agg(i.first_name ORDER BY a.place)
      FROM family AS f
      JOIN adult AS a ON a.family_id = f.id
      JOIN identity AS i ON i.adult_id = a.id
     WHERE f.id = ANY (families) AND NOT f.protected
       AND asker_role() IN ('facilitator', 'organiser', 'coordinator', 'agency_admin')
       AND (f.agency = asker_agency()
            OR EXISTS (SELECT FROM consent AS c
                        WHERE c.family_id = f.id AND c.purpose = 'joint_events' AND c.withdrawn_at IS NULL))
     GROUP BY f.id
$$;
-- Who of the staff may lead a date: names within the agency, for those who plan.
CREATE FUNCTION leaders_of_dates() RETURNS TABLE (account_id uuid, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT a.id, a.first_name || ' ' || a.last_name
      FROM account AS a
      JOIN role_held AS r ON r.account_id = a.id
     WHERE a.first_name IS NOT NULL AND r.agency = asker_agency() AND r.ended_at IS NULL
       AND r.role IN ('facilitator', 'group_leader', 'organiser', 'coordinator')
       AND asker_role() IN ('organiser', 'coordinator', 'agency_admin')
$$;
REVOKE ALL ON FUNCTION register_names(uuid[]), leaders_of_dates() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register_names(uuid[]), leaders_of_dates() TO matching_app;
