-- What an id of any service's audit is called: an account of the asker's agency by its name, a family of it by its
-- reference. Read as the asker: colleagues() and the policies decide, and it opens nothing by itself.
CREATE VIEW audit_name WITH (security_invoker = true) AS
SELECT account_id AS id, name
  FROM colleagues()
UNION ALL
SELECT adult.account_id, identity.first_name || ' ' || identity.last_name
  FROM adult
  JOIN identity ON identity.adult_id = adult.id
 WHERE adult.account_id IS NOT NULL
   AND adult.agency = asker_agency()
UNION ALL
SELECT id, reference
  FROM family
 WHERE agency = asker_agency();
GRANT SELECT ON audit_name TO matching_app;
