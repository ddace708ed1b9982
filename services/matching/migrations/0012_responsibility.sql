-- Who answers for a child moves on by rule (domain.md A4a); a child may have been adopted abroad.
ALTER TABLE placement ADD COLUMN overseas boolean NOT NULL DEFAULT false;
ALTER TABLE placement ADD CHECK (NOT overseas OR placing_council IS NULL);

-- `desk` is whom families ring (null: the agency's own); `basis` is null where the rule has not looked yet.
-- `until_on` is the first day on which the agency no longer answers.
ALTER TABLE agency_span
    ADD COLUMN desk text CHECK (desk ~ '^[A-Z0-9]{2,8}(-[A-Z]{2,20})?$'),
    ADD COLUMN basis text CHECK (basis IN ('kept', 'placing', 'living')),
    ADD COLUMN told_at timestamptz,
    ADD COLUMN begun_at timestamptz;
CREATE INDEX agency_span_to_begin ON agency_span (from_on)
    WHERE begun_at IS NULL AND (basis = 'living' OR basis IS NULL);

GRANT DELETE ON agency_span TO matching_app;

-- Families of whom the rule has something to do: a child it has not looked at, a day that has come, or
-- one that comes within 90 days and of which nobody has told them.
CREATE FUNCTION responsibility_due() RETURNS TABLE (family_id uuid, agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT span.family_id, span.kept_by
      FROM agency_span AS span
     WHERE span.begun_at IS NULL
       AND span.child_id IS NOT NULL
       AND (span.basis IS NULL
            OR (span.basis = 'living'
                AND span.from_on <= (kith_now() AT TIME ZONE 'Europe/London')::date
                                    + CASE WHEN span.told_at IS NULL THEN 90 ELSE 0 END))
     ORDER BY span.family_id
     LIMIT 100
$$;
ALTER FUNCTION responsibility_due() OWNER TO matching_migrator;
REVOKE ALL ON FUNCTION responsibility_due() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION responsibility_due() TO matching_app;
