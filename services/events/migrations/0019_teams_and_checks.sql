-- Who helps at an event, what is in date of an adopter who leads children, and what an event costs.

-- The team of an event: they take no family's place, and somebody who does two things is one person
-- (event-scenarios.md A17, A18).
CREATE TABLE event_helper (
    event_id uuid NOT NULL REFERENCES event,
    agency text NOT NULL,
    account_id uuid NOT NULL,
    part text NOT NULL CHECK (part IN ('facilitator', 'interpreter', 'observer', 'helper', 'speaker')),
    added_at timestamptz NOT NULL,
    PRIMARY KEY (event_id, account_id, part)
);

-- Of a check its day and nothing of what it says (domain.md E27). Only for who leads children without their parents
-- (A3 row 21); the newest day counts.
CREATE TABLE leader_check (
    agency text NOT NULL,
    account_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('dbs_enhanced_barred', 'safeguarding_training', 'first_aid')),
    until_on date NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (agency, account_id, kind)
);

-- What the whole event was bought for, where it was (domain.md A5 row 49).
ALTER TABLE event ADD COLUMN cost_pence integer CHECK (cost_pence BETWEEN 0 AND 100000000);

ALTER TABLE event_helper ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_helper FORCE ROW LEVEL SECURITY;
CREATE POLICY host ON event_helper
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin') AND agency = (SELECT asker_agency()));
CREATE POLICY facilitator ON event_helper FOR SELECT
    USING ((SELECT asker_role()) = 'facilitator' AND agency = (SELECT asker_agency()));
ALTER TABLE leader_check ENABLE ROW LEVEL SECURITY;
ALTER TABLE leader_check FORCE ROW LEVEL SECURITY;
CREATE POLICY host ON leader_check
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin') AND agency = (SELECT asker_agency()));
CREATE POLICY worker ON leader_check FOR SELECT
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));

CREATE OR REPLACE VIEW event_seen WITH (security_invoker = true) AS
SELECT e.id, e.offering_id, e.agency, e.state, e.is_course, e.town, e.venue_id, e.is_online, e.starts_at, e.ends_at,
       e.books_from, e.books_until, e.offers_until, e.list_open, e.list_max, e.auto_offers, e.party_waits_days,
       e.walk_ins, e.attendance_min, e.numbers_min, e.decide_on, e.capacity, e.extra, e.room_max, e.places,
       CASE WHEN e.id = ANY ((SELECT asker_kept_from())::uuid[]) THEN greatest(e.taken, e.places) ELSE e.taken END
           AS taken,
       e.allowed, e.agencies, e.guaranteed, e.most, e.releases, e.used, e.queue, e.listed, e.version,
       e.cancelled_because, o.kind, o.counts_by, o.title, o.topic, e.cost_pence, o.parents_stay
  FROM event AS e
  JOIN offering AS o ON o.id = e.offering_id;

GRANT SELECT, INSERT, UPDATE, DELETE ON event_helper TO events_app;
GRANT SELECT, INSERT, UPDATE ON leader_check TO events_app;
