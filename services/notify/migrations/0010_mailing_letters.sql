-- Short letters of an agency to its mailing list: each goes with the next mail of every reader, whenever that is, so that a
-- reader who chose one digest a month still gets one mail a month. What was sent is never changed.
CREATE TABLE mailing_letter (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agency text NOT NULL,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 4000),
    sent_by_id uuid NOT NULL,
    sent_at timestamptz NOT NULL
);
CREATE INDEX mailing_letter_of_agency ON mailing_letter (agency, sent_at DESC, id);
ALTER TABLE mailing_letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE mailing_letter FORCE ROW LEVEL SECURITY;
CREATE POLICY planners ON mailing_letter FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agency = (SELECT asker_agency()));
CREATE POLICY worker ON mailing_letter
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
GRANT SELECT, INSERT ON mailing_letter TO notify_app;
