-- Gates that hold a place until a day, and each child's funding: what was met, when and by whom; never the assessment.
CREATE TABLE event_gate (
    event_id uuid NOT NULL REFERENCES event,
    agency text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('assessment_done', 'funding_approved', 'prior_course', 'stage', 'referral')),
    by_on date NOT NULL,
    detail text NOT NULL DEFAULT '' CHECK (length(detail) <= 120),
    PRIMARY KEY (event_id, kind)
);

CREATE TABLE gate_mark (
    event_id uuid NOT NULL REFERENCES event,
    family_id uuid NOT NULL,
    kind text NOT NULL,
    agency text NOT NULL,
    agencies text[] NOT NULL,
    state text NOT NULL CHECK (state IN ('needed', 'met', 'failed', 'expired')),
    marked_on date NOT NULL,
    marked_by uuid,
    marked_at timestamptz NOT NULL,
    PRIMARY KEY (event_id, family_id, kind)
);
CREATE INDEX gate_mark_of_family ON gate_mark (family_id, event_id);

-- Funding is used in the year in which it was given (domain.md A5 row 48): no application, only where it has got to.
CREATE TABLE child_funding (
    booking_id uuid NOT NULL REFERENCES booking,
    child integer NOT NULL CHECK (child BETWEEN 1 AND 15),
    agency text NOT NULL,
    agencies text[] NOT NULL,
    assessed_on date,
    applied_on date,
    approved_on date,
    reference text NOT NULL DEFAULT '' CHECK (length(reference) <= 40),
    amount_pence integer CHECK (amount_pence BETWEEN 0 AND 10000000),
    year integer CHECK (year BETWEEN 2020 AND 2100),
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL,
    PRIMARY KEY (booking_id, child),
    CHECK (assessed_on <= applied_on),
    CHECK (applied_on <= approved_on)
);

-- What one child may have in a financial year, by the day from which it counts.
CREATE TABLE fair_access_limit (
    from_on date PRIMARY KEY,
    amount_pence integer NOT NULL CHECK (amount_pence > 0),
    source text NOT NULL
);
INSERT INTO fair_access_limit (from_on, amount_pence, source) VALUES
    ('2025-04-01', 300000, 'Written statement of 22 April 2025');

ALTER TABLE event_gate ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_gate FORCE ROW LEVEL SECURITY;
CREATE POLICY with_the_event ON event_gate FOR SELECT
    USING (EXISTS (SELECT FROM event AS e WHERE e.id = event_gate.event_id));
CREATE POLICY host ON event_gate
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin') AND agency = (SELECT asker_agency()));

ALTER TABLE gate_mark ENABLE ROW LEVEL SECURITY;
ALTER TABLE gate_mark FORCE ROW LEVEL SECURITY;
CREATE POLICY at_home ON gate_mark FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY staff ON gate_mark FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agencies @> ARRAY[(SELECT asker_agency())]);
CREATE POLICY worker ON gate_mark
    USING ((SELECT asker_role()) = 'system' AND agencies @> ARRAY[(SELECT asker_agency())]);

-- The family's own agency alone: the host of a joint course is told "cleared" or "not cleared" (domain.md E39).
ALTER TABLE child_funding ENABLE ROW LEVEL SECURITY;
ALTER TABLE child_funding FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON child_funding
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin') AND agency = (SELECT asker_agency()));

GRANT SELECT, INSERT, UPDATE, DELETE ON event_gate TO events_app;
GRANT SELECT, INSERT, UPDATE ON gate_mark, child_funding TO events_app;
GRANT SELECT ON fair_access_limit TO events_app;
