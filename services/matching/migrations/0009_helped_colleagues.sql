-- The audit says for whom a thing was done also where that is a colleague: a role given or ended.
CREATE OR REPLACE VIEW audit_trail WITH (security_invoker = true) AS
SELECT audit.id, audit.at, audit.account, audit.role, audit.agency, audit.subject, audit.what, audit.why,
       coalesce(staff.name, asker.first_name || ' ' || asker.last_name) AS who,
       coalesce(helped.first_name || ' ' || helped.last_name, family.reference, colleague.name) AS for_whom
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
  LEFT JOIN family ON family.id = coalesce(support_request.family_id, mentor.family_id,
                                           proposal.family_id, audit.subject);
