-- An adult left a household (domain.md E32, E33): from then on they are in a family's record of their own, and row
-- security parts the two as it parts any two families. What is written here says so to staff, and to no adult.

CREATE TABLE household_left (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agency text NOT NULL,
    adult_id uuid NOT NULL REFERENCES adult (id),
    from_family_id uuid NOT NULL,
    to_family_id uuid NOT NULL UNIQUE,
    left_on date NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    -- Separation or domestic abuse: nothing of one may reach the other, by any way.
    keep_apart boolean NOT NULL,
    recorded_at timestamptz NOT NULL,
    CHECK (from_family_id <> to_family_id),
    FOREIGN KEY (from_family_id, agency) REFERENCES family (id, agency) ON UPDATE CASCADE,
    FOREIGN KEY (to_family_id, agency) REFERENCES family (id, agency) ON UPDATE CASCADE
);
CREATE INDEX household_left_by_adult ON household_left (adult_id);
CREATE INDEX household_left_from ON household_left (from_family_id);

ALTER TABLE household_left ENABLE ROW LEVEL SECURITY;
ALTER TABLE household_left FORCE ROW LEVEL SECURITY;
CREATE POLICY keepers ON household_left
    USING ((SELECT asks_as_keeper()) AND agency = (SELECT asker_agency()));
GRANT SELECT, INSERT ON household_left TO matching_app;
