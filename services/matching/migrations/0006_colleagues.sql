-- Staff of one agency know each other by name: beside a deed in the audit, beside a version of the
-- settings. A login's own row stays closed to others; only its name is told, within the agency.
CREATE FUNCTION colleagues() RETURNS TABLE (account_id uuid, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.first_name || ' ' || a.last_name
      FROM account AS a
     WHERE a.first_name IS NOT NULL
       AND (asks_as_keeper() OR asker_role() = 'data_protection_lead')
       AND EXISTS (SELECT FROM role_held AS r
                    WHERE r.account_id = a.id AND r.agency = asker_agency())
$$;
REVOKE ALL ON FUNCTION colleagues() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION colleagues() TO matching_app;

CREATE OR REPLACE VIEW audit_trail WITH (security_invoker = true) AS
SELECT audit.id, audit.at, audit.account, audit.role, audit.agency, audit.subject, audit.what, audit.why,
       coalesce(staff.name, asker.first_name || ' ' || asker.last_name) AS who,
       coalesce(helped.first_name || ' ' || helped.last_name, family.reference) AS for_whom
  FROM audit
  LEFT JOIN colleagues() AS staff ON staff.account_id = audit.account
  LEFT JOIN adult AS asking ON asking.account_id = audit.account
  LEFT JOIN identity AS asker ON asker.adult_id = asking.id
  LEFT JOIN adult AS helping ON helping.account_id = audit.for_account
  LEFT JOIN identity AS helped ON helped.adult_id = helping.id
  LEFT JOIN support_request ON support_request.id = audit.subject
  LEFT JOIN mentor ON mentor.id = audit.subject
  LEFT JOIN proposal ON proposal.id = audit.subject
  LEFT JOIN family ON family.id = coalesce(support_request.family_id, mentor.family_id,
                                           proposal.family_id, audit.subject);
