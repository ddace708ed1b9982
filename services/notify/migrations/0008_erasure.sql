-- A family was erased (domain.md E49): addresses, inboxes and what waits go for good, at every agency. Who also works
-- for an agency keeps the address of that login; what was told to it about the family was told by the family's agency.
CREATE FUNCTION erase_family(of_family uuid, logins uuid[], at_version bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF asker_role() IS DISTINCT FROM 'system' THEN
        RETURN;
    END IF;
    DELETE FROM attempt USING notice WHERE notice.id = attempt.notice_id AND notice.account_id = ANY (logins);
    DELETE FROM notice WHERE account_id = ANY (logins);
    DELETE FROM contact_point WHERE account_id = ANY (logins);
    UPDATE account_card
       SET active = active AND account_id <> ALL (logins), family_id = NULL
     WHERE family_id = of_family OR account_id = ANY (logins);
    INSERT INTO family_card AS held (family_id, version, agency, consents, blocked_family_ids)
    VALUES (of_family, at_version, asker_agency(), '{}', '{}')
        ON CONFLICT (family_id) DO UPDATE
       SET version = greatest(held.version, excluded.version), consents = '{}', blocked_family_ids = '{}';
END $$;
REVOKE ALL ON FUNCTION erase_family(uuid, uuid[], bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_family(uuid, uuid[], bigint) TO notify_app;
