-- The register knows itself what has ended: it looks, where others are told (kernel/migrations/0006_revoked.sql).
CREATE OR REPLACE FUNCTION token_stands(of_sign_in uuid, of_account uuid, of_role_held uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM sign_in AS s
                     JOIN account AS a ON a.id = s.account_id
                    WHERE s.id = of_sign_in
                      AND s.account_id = of_account
                      AND s.ended_at IS NULL
                      AND s.ends_at > kith_now()
                      AND a.ended_at IS NULL)
       AND (of_role_held IS NULL
            OR EXISTS (SELECT FROM role_held AS r
                        WHERE r.id = of_role_held
                          AND r.account_id = of_account
                          AND r.ended_at IS NULL));
END $$;

-- End lines of somebody, and say which: those open in a role that ends, by the agency's admin; or all of
-- somebody of the agency, by the system. (`end_sign_ins_in_role` stays for the release before.)
CREATE FUNCTION end_lines(of_account uuid, of_role text) RETURNS SETOF uuid
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE sign_in
       SET ended_at = kith_now(), ended_why = 'revoked'
     WHERE account_id = of_account
       AND ended_at IS NULL
       AND ((asker_role() = 'agency_admin' AND role = of_role AND agency = asker_agency())
            OR (asker_role() = 'system' AND of_role IS NULL
                AND EXISTS (SELECT FROM role_held AS r
                             WHERE r.account_id = of_account AND r.agency = asker_agency())))
 RETURNING id
$$;
REVOKE ALL ON FUNCTION end_lines(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION end_lines(uuid, text) TO matching_app;

-- An account ends for good, by an operator's command for an agency of it.
CREATE POLICY ends ON account FOR UPDATE
    USING ((SELECT asker_role()) = 'system'
           AND EXISTS (SELECT FROM role_held AS r
                        WHERE r.account_id = account.id
                          AND r.agency = (SELECT asker_agency())));
GRANT UPDATE (ended_at) ON account TO matching_app;
