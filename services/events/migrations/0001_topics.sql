-- Workshop topics by fixed code, the families who would come, and a card of each family.
CREATE TABLE workshop_topic (
    code text PRIMARY KEY CHECK (code ~ '^W[1-9][0-9]?$'),
    title text NOT NULL,
    summary text NOT NULL,
    place integer NOT NULL UNIQUE
);
INSERT INTO workshop_topic (place, code, title, summary) VALUES
    (1, 'W1', 'Educational transitions', 'Starting school, moving up, changing class or teacher.'),
    (2, 'W2', 'What to tell, when (life story)', 'Talking about the past at each age, and answering the hard questions.'),
    (3, 'W3', 'Managing contact with birth families', 'Letters, meetings, and what comes unasked for.'),
    (4, 'W4', 'Self-care for adopters', 'Looking after yourselves, so that you can go on looking after them.'),
    (5, 'W5', 'Early trauma and brain development', 'What early harm does, and what helps a child to feel safe.'),
    (6, 'W6', 'Online safety', 'Phones, games, and being looked for or looking online.'),
    (7, 'W7', 'Play and development', 'Play that fits the age inside, not only the birthday.'),
    (8, 'W8', 'Working with school or nursery', 'What to ask for, whom to ask, and how to say it.'),
    (9, 'W9', 'Introduction to therapeutic parenting', 'A first look at parenting that heals.');

-- What the register told events (services/matching tells all of it again on a resync).
CREATE TABLE family_card (
    family_id uuid PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    agency text NOT NULL,
    reference text NOT NULL,
    stage text NOT NULL,
    child_age_bands text[] NOT NULL,
    access_needs text[] NOT NULL,
    consents text[] NOT NULL,
    blocked_family_ids uuid[] NOT NULL,
    protected boolean NOT NULL
);
CREATE INDEX family_card_of_agency ON family_card (agency);

CREATE TABLE interest (
    family_id uuid NOT NULL REFERENCES family_card,
    topic text NOT NULL REFERENCES workshop_topic,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL,
    PRIMARY KEY (family_id, topic)
);
CREATE INDEX interest_in_topic ON interest (topic);

ALTER TABLE family_card ENABLE ROW LEVEL SECURITY;
ALTER TABLE family_card FORCE ROW LEVEL SECURITY;
-- The worker keeps the cards of every agency: a family may move from one to another.
CREATE POLICY worker ON family_card USING ((SELECT asker_role()) = 'system');
CREATE POLICY at_home ON family_card FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY staff ON family_card FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin', 'partner', 'board_viewer')
           AND agency = (SELECT asker_agency()));

ALTER TABLE interest ENABLE ROW LEVEL SECURITY;
ALTER TABLE interest FORCE ROW LEVEL SECURITY;
CREATE POLICY at_home ON interest
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY staff ON interest FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin', 'partner', 'board_viewer')
           AND EXISTS (SELECT FROM family_card AS f WHERE f.family_id = interest.family_id));

GRANT SELECT ON workshop_topic TO events_app;
GRANT SELECT, INSERT, UPDATE ON family_card TO events_app;
GRANT SELECT, INSERT, DELETE ON interest TO events_app;
