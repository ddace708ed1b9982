-- The audit as it is shown. Every reading of a protected family is a row (domain.md E44); those of one person, family,
-- reason and day in England are shown as the newest of them with their number, so that the deeds between are found.
CREATE VIEW audit_lines WITH (security_invoker = true) AS
SELECT id, at, account, role, agency, subject, what, why, who, for_whom,
       CASE WHEN what = 'read_protected_family'
            THEN (SELECT count(*)
                    FROM audit AS same
                   WHERE same.subject = trail.subject
                     AND same.what = trail.what
                     AND same.account = trail.account
                     AND same.agency = trail.agency
                     AND same.why IS NOT DISTINCT FROM trail.why
                     AND (same.at AT TIME ZONE 'Europe/London')::date = (trail.at AT TIME ZONE 'Europe/London')::date)
            ELSE 1 END AS times
  FROM audit_trail AS trail
 WHERE what <> 'read_protected_family'
    OR NOT EXISTS (SELECT FROM audit AS later
                    WHERE later.subject = trail.subject
                      AND later.what = trail.what
                      AND later.account = trail.account
                      AND later.agency = trail.agency
                      AND later.why IS NOT DISTINCT FROM trail.why
                      AND (later.at, later.id) > (trail.at, trail.id)
                      AND (later.at AT TIME ZONE 'Europe/London')::date = (trail.at AT TIME ZONE 'Europe/London')::date);
GRANT SELECT ON audit_lines TO matching_app;
