-- Who said yes is promised a word by the last day either way: when it was given.
ALTER TABLE proposal_card ADD COLUMN told_over_at timestamptz;

CREATE INDEX proposal_card_to_tell ON proposal_card (answer_by)
    WHERE answer = 'yes' AND both_yes_at IS NULL AND replaced_at IS NULL AND told_over_at IS NULL;

-- The moment is the last day to answer, whatever became of the proposal: so it tells nothing.
CREATE FUNCTION cards_to_speak_of() RETURNS TABLE (proposal_id uuid, side text, agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT proposal_id, side, agency
      FROM proposal_card
     WHERE answer = 'yes'
       AND both_yes_at IS NULL
       AND replaced_at IS NULL
       AND told_over_at IS NULL
       AND answer_by <= kith_now()
     ORDER BY answer_by
     LIMIT 100
$$;

ALTER FUNCTION cards_to_speak_of() OWNER TO matching_migrator;
REVOKE ALL ON FUNCTION cards_to_speak_of() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cards_to_speak_of() TO matching_app;
