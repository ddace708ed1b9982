-- How much of the third anniversary of an order is the placing council's is each agency's to say (domain.md A4a). Where
-- it says otherwise than a child's spans, and their day has not come, the rule looks at the family again.
CREATE OR REPLACE FUNCTION responsibility_due() RETURNS TABLE (family_id uuid, agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH setting AS (
        SELECT DISTINCT ON (agency_settings.agency) agency_settings.agency,
               (settings ->> 'anniversary_days')::integer AS days
          FROM agency_settings
         ORDER BY agency_settings.agency, version DESC
    ), today AS (
        SELECT (kith_now() AT TIME ZONE 'Europe/London')::date AS on_day
    )
    SELECT DISTINCT span.family_id, span.kept_by
      FROM agency_span AS span
      LEFT JOIN setting ON setting.agency = span.kept_by
      LEFT JOIN placement ON placement.child_id = span.child_id
     CROSS JOIN today
     WHERE span.begun_at IS NULL
       AND span.child_id IS NOT NULL
       AND (span.basis IS NULL
            OR (span.basis = 'living'
                AND (span.from_on <= today.on_day + CASE WHEN span.told_at IS NULL THEN 90 ELSE 0 END
                     OR (NOT placement.overseas
                         AND span.from_on <> (placement.order_on + interval '3 years')::date
                                             + coalesce(setting.days, 1)))))
     ORDER BY span.family_id
     LIMIT 100
$$;
