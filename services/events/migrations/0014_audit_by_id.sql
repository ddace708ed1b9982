-- The audit of events as it is shown (kernel/audit.py). Rows hold ids only; the names of who and for whom are the
-- register's. Readings of a protected family by one person for one reason on a day in England are one line. Read as
-- the asker: it opens nothing by itself.
CREATE VIEW audit_by_id WITH (security_invoker = true) AS
SELECT trail.id, trail.at, trail.account, trail.role, trail.agency, trail.what, trail.why,
       coalesce(trail.for_account, booking.family_id, waiting_entry.family_id, card.family_id,
                (trail.facts ->> 'family')::uuid) AS for_id,
       offering.title AS about,
       CASE WHEN trail.what = 'read_protected_family'
            THEN (SELECT count(*)
                    FROM audit AS same
                   WHERE same.subject = trail.subject
                     AND same.what = trail.what
                     AND same.account = trail.account
                     AND same.agency = trail.agency
                     AND same.why IS NOT DISTINCT FROM trail.why
                     AND (same.at AT TIME ZONE 'Europe/London')::date = (trail.at AT TIME ZONE 'Europe/London')::date)
            ELSE 1 END AS times
  FROM audit AS trail
  LEFT JOIN booking ON booking.id = trail.subject
  LEFT JOIN waiting_entry ON waiting_entry.id = trail.subject
  LEFT JOIN family_card AS card ON card.family_id = trail.subject
  LEFT JOIN event ON event.id = coalesce(booking.event_id, waiting_entry.event_id,
                                         (trail.facts ->> 'event')::uuid, trail.subject)
  LEFT JOIN offering ON offering.id = coalesce(event.offering_id, trail.subject)
 WHERE trail.what <> 'read_protected_family'
    OR NOT EXISTS (SELECT FROM audit AS later
                    WHERE later.subject = trail.subject
                      AND later.what = trail.what
                      AND later.account = trail.account
                      AND later.agency = trail.agency
                      AND later.why IS NOT DISTINCT FROM trail.why
                      AND (later.at, later.id) > (trail.at, trail.id)
                      AND (later.at AT TIME ZONE 'Europe/London')::date = (trail.at AT TIME ZONE 'Europe/London')::date);
GRANT SELECT ON audit_by_id TO events_app;
