-- First names also to a social worker, by the ids that events names to her: families who have a slot of hers (domain.md A3
-- row 30, E22). As to whoever leads a date: never of a protected family.
CREATE OR REPLACE FUNCTION register_adults(families uuid[]) RETURNS TABLE (family_id uuid, adult_id uuid, first_name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.id, a.id, i.first_name
      FROM family AS f
      JOIN adult AS a ON a.family_id = f.id
      JOIN identity AS i ON i.adult_id = a.id
     WHERE f.id = ANY (families) AND NOT f.protected
       AND ((asker_role() IN ('facilitator', 'organiser', 'coordinator', 'agency_admin', 'assessing_social_worker')
             AND (f.agency = asker_agency()
                  OR EXISTS (SELECT FROM consent AS c
                              WHERE c.family_id = f.id AND c.purpose = 'joint_events' AND c.withdrawn_at IS NULL)))
            OR (asker_role() = 'group_leader' AND f.agency = asker_agency()
                AND EXISTS (SELECT FROM consent AS c
                             WHERE c.adult_id = a.id AND c.purpose = 'groups' AND c.withdrawn_at IS NULL)
                AND NOT EXISTS (SELECT FROM block AS b
                                 WHERE b.lifted_at IS NULL
                                   AND ((b.family_id = f.id AND b.other_family_id = asker_household())
                                        OR (b.family_id = asker_household() AND b.other_family_id = f.id)))))
     ORDER BY f.id, a.place
$$;
