-- Adopters who lead groups: named to whoever plans them, and told the first names of those who agreed to it.

ALTER TABLE consent DROP CONSTRAINT consent_purpose_check;
ALTER TABLE consent ADD CONSTRAINT consent_purpose_check CHECK (purpose IN (
    'mentoring', 'playdates', 'joint_events', 'other_agencies', 'newsletter', 'feedback_use', 'groups'
));

-- As before; and to an adopter who leads a group, by the ids that events names to them: of their own agency's families,
-- and of these only adults who agreed that such a lead may know their first name (domain.md E12). Never of a protected
-- family, nor of one that theirs must not meet.
CREATE OR REPLACE FUNCTION register_names(families uuid[]) RETURNS TABLE (family_id uuid, first_names text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.id, array_agg(i.first_name ORDER BY a.place)
      FROM family AS f
      JOIN adult AS a ON a.family_id = f.id
      JOIN identity AS i ON i.adult_id = a.id
     WHERE f.id = ANY (families) AND NOT f.protected
       AND ((asker_role() IN ('facilitator', 'organiser', 'coordinator', 'agency_admin')
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
     GROUP BY f.id
$$;
-- Who may lead a date or a group: staff by name, and adopters who were given that role; none of a protected family.
CREATE OR REPLACE FUNCTION leaders_of_dates() RETURNS TABLE (account_id uuid, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT a.id, coalesce(a.first_name, i.first_name) || ' ' || coalesce(a.last_name, i.last_name)
      FROM account AS a
      JOIN role_held AS r ON r.account_id = a.id
      LEFT JOIN adult AS who ON who.account_id = a.id
      LEFT JOIN identity AS i ON i.adult_id = who.id
      LEFT JOIN family AS f ON f.id = who.family_id
     WHERE coalesce(a.first_name, i.first_name) IS NOT NULL AND coalesce(a.last_name, i.last_name) IS NOT NULL
       AND r.agency = asker_agency() AND r.ended_at IS NULL
       AND r.role IN ('facilitator', 'group_leader', 'organiser', 'coordinator', 'assessing_social_worker')
       AND NOT coalesce(f.protected, false)
       AND asker_role() IN ('organiser', 'coordinator', 'agency_admin')
$$;
-- Who leads a group reads their own name, and in that role nothing else of the register's people.
CREATE POLICY themself ON adult FOR SELECT
    USING ((SELECT asker_role()) = 'group_leader' AND id = (SELECT asker_person()));
CREATE POLICY themself ON identity FOR SELECT
    USING ((SELECT asker_role()) = 'group_leader' AND adult_id = (SELECT asker_person()));
