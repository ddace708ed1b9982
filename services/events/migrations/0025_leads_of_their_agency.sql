-- A role of leader of groups that one agency has given leads nothing of another.
CREATE OR REPLACE FUNCTION groups_asker_leads() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM peer_group
     WHERE asker_role() = 'group_leader' AND lead_account = asker_account() AND lead_family_id = asker_household()
       AND agency = asker_agency() AND state = 'open'
$$;
DROP POLICY lead ON peer_group;
CREATE POLICY lead ON peer_group FOR SELECT
    USING ((SELECT asker_role()) = 'group_leader' AND lead_account = (SELECT asker_account())
           AND agency = (SELECT asker_agency()));
