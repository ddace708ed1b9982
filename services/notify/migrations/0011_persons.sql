-- Which adult a login is, as the register of families knows them and a register of who came names them: so that what
-- concerns one adult of a family is told to that one (event-scenarios.md F06). Empty for staff, and until the register has
-- told its cards anew.
ALTER TABLE account_card ADD COLUMN person_id uuid;

-- As before, and a login that is nobody's any more names no adult.
CREATE OR REPLACE FUNCTION erase_family(of_family uuid, logins uuid[], at_version bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF asker_role() IS DISTINCT FROM 'system' THEN
        RETURN;
    END IF;
    DELETE FROM attempt USING notice WHERE notice.id = attempt.notice_id AND notice.account_id = ANY (logins);
    DELETE FROM notice WHERE account_id = ANY (logins);
    DELETE FROM mailing_reader AS r
     USING contact_point AS c
     WHERE c.account_id = ANY (logins)
       AND r.address_digest = sha256(convert_to(r.agency || ' ' || lower(c.address), 'UTF8'));
    DELETE FROM contact_point WHERE account_id = ANY (logins);
    UPDATE account_card
       SET active = active AND account_id <> ALL (logins), family_id = NULL, person_id = NULL
     WHERE family_id = of_family OR account_id = ANY (logins);
    INSERT INTO family_card AS held (family_id, version, agency, consents, blocked_family_ids)
    VALUES (of_family, at_version, asker_agency(), '{}', '{}')
        ON CONFLICT (family_id) DO UPDATE
       SET version = greatest(held.version, excluded.version), consents = '{}', blocked_family_ids = '{}';
END $$;
