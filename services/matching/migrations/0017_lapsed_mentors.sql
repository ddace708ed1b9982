-- A mentor whose check ran out is blocked by the clock (domain.md D3), and since when is kept: so the
-- desk can show who is newly stopped, and recording the check again brings them back. A block for a
-- concern has no such day, and stays the safeguarding lead's to lift.
ALTER TABLE mentor ADD COLUMN lapsed_at timestamptz;

-- Where an active mentor may have a check out of date: agencies only. Which checks their programmes
-- need is a rule, and is asked for one agency at a time under its own rows' rules.
CREATE FUNCTION agencies_of_lapses() RETURNS TABLE (agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT mentor.agency
      FROM mentor
      JOIN requirement ON requirement.mentor_id = mentor.id
     WHERE mentor.state = 'active'
       AND requirement.replaced_at IS NULL
       AND requirement.expires_on < (kith_now() AT TIME ZONE 'Europe/London')::date
$$;
ALTER FUNCTION agencies_of_lapses() OWNER TO matching_migrator;
REVOKE ALL ON FUNCTION agencies_of_lapses() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION agencies_of_lapses() TO matching_app;

-- The audit names whose mentoring began, and whose pin or never was set or lifted. Where staff did it for an adult,
-- it names both (domain.md E59); an adult without a login is named by what was done: whose consent, whose request.
CREATE OR REPLACE VIEW audit_trail WITH (security_invoker = true) AS
SELECT audit.id, audit.at, audit.account, audit.role, audit.agency, audit.subject, audit.what, audit.why,
       coalesce(staff.name, asker.first_name || ' ' || asker.last_name) AS who,
       coalesce(helped.first_name || ' ' || helped.last_name,
                person.first_name || ' ' || person.last_name || ' (' || family.reference || ')',
                family.reference, colleague.name) AS for_whom
  FROM audit
  LEFT JOIN colleagues() AS staff ON staff.account_id = audit.account
  LEFT JOIN adult AS asking ON asking.account_id = audit.account
  LEFT JOIN identity AS asker ON asker.adult_id = asking.id
  LEFT JOIN adult AS helping ON helping.account_id = audit.for_account
  LEFT JOIN identity AS helped ON helped.adult_id = helping.id
  LEFT JOIN colleagues() AS colleague ON colleague.account_id = audit.for_account
  LEFT JOIN mentoring ON mentoring.id = audit.subject
  LEFT JOIN pair_rule ON pair_rule.id = audit.subject
  LEFT JOIN support_request ON support_request.id = coalesce(pair_rule.request_id, audit.subject)
  LEFT JOIN mentor ON mentor.id = audit.subject
  LEFT JOIN proposal ON proposal.id = audit.subject
  LEFT JOIN support_request AS proposed ON proposed.id = proposal.request_id
  LEFT JOIN family ON family.id = coalesce(support_request.family_id, mentor.family_id,
                                           proposal.family_id, mentoring.family_id, audit.subject)
  -- Only beside staff: of their own deeds people need not be told whose they were.
  LEFT JOIN identity AS person ON staff.name IS NOT NULL
                              AND person.adult_id = CASE
                                  WHEN audit.facts ->> 'adult' IS NOT NULL THEN (audit.facts ->> 'adult')::uuid
                                  WHEN audit.facts ->> 'side' = 'mentor' THEN (
                                      SELECT asked.adult_id FROM mentor AS asked WHERE asked.id = proposal.mentor_id)
                                  WHEN audit.facts ->> 'side' = 'family' THEN proposed.adult_id
                                  ELSE coalesce(support_request.adult_id, mentor.adult_id) END;
