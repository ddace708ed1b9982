-- Where staff act for an adult by phone, the audit names both (domain.md E59): who did it, and for whom it was. An
-- adult without a login is named by what was done: whose consent, whose request. Names are still looked up as it is read.
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
  LEFT JOIN support_request ON support_request.id = audit.subject
  LEFT JOIN mentor ON mentor.id = audit.subject
  LEFT JOIN proposal ON proposal.id = audit.subject
  LEFT JOIN support_request AS proposed ON proposed.id = proposal.request_id
  LEFT JOIN family ON family.id = coalesce(support_request.family_id, mentor.family_id,
                                           proposal.family_id, audit.subject)
  -- Only beside staff: of their own deeds people need not be told whose they were.
  LEFT JOIN identity AS person ON staff.name IS NOT NULL
                              AND person.adult_id = CASE
                                  WHEN audit.facts ->> 'adult' IS NOT NULL THEN (audit.facts ->> 'adult')::uuid
                                  WHEN audit.facts ->> 'side' = 'mentor' THEN (
                                      SELECT asked.adult_id FROM mentor AS asked WHERE asked.id = proposal.mentor_id)
                                  WHEN audit.facts ->> 'side' = 'family' THEN proposed.adult_id
                                  ELSE coalesce(support_request.adult_id, mentor.adult_id) END;
