-- An agency's admin gives and ends the roles of their own agency, and of no other. When a role ends,
-- the lines that were open in it end with it: no handle renews them, whoever holds one.
GRANT INSERT (account_id, role, agency, from_at), UPDATE (ended_at) ON role_held TO matching_app;

CREATE FUNCTION end_sign_ins_in_role(of_account uuid, of_role text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH ended AS (
        UPDATE sign_in
           SET ended_at = kith_now(), ended_why = 'revoked'
         WHERE account_id = of_account
           AND role = of_role
           AND agency = asker_agency()
           AND ended_at IS NULL
           AND asker_role() = 'agency_admin'
     RETURNING 1
    )
    SELECT count(*)::integer FROM ended
$$;

-- When somebody of the asker's agency was last here, for their admin: no place, no device.
CREATE FUNCTION last_seen(of_account uuid) RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT max(s.renewed_at)
      FROM sign_in AS s
     WHERE s.account_id = of_account
       AND s.agency = asker_agency()
       AND asker_role() = 'agency_admin'
$$;

REVOKE ALL ON FUNCTION end_sign_ins_in_role(uuid, text), last_seen(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION end_sign_ins_in_role(uuid, text), last_seen(uuid) TO matching_app;

-- Everybody who holds or held a role at the asker's agency; `roles` are those held now. Read as the
-- asker: an admin's own policies decide, and to all others it is empty.
CREATE VIEW person_of_agency WITH (security_invoker = true) AS
SELECT a.id AS account_id,
       coalesce(i.first_name || ' ' || i.last_name, a.first_name || ' ' || a.last_name) AS name,
       array_agg(r.role) FILTER (WHERE r.ended_at IS NULL) AS roles
  FROM role_held AS r
  JOIN account AS a ON a.id = r.account_id
  LEFT JOIN adult AS p ON p.account_id = a.id
  LEFT JOIN identity AS i ON i.adult_id = p.id
 WHERE r.agency = asker_agency()
   AND asker_role() = 'agency_admin'
 GROUP BY a.id, i.first_name, i.last_name, a.first_name, a.last_name;
GRANT SELECT ON person_of_agency TO matching_app;
