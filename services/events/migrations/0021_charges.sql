-- What giving a place back late costs, or not coming. No payment is taken here: a charge is a line that the host's finance
-- reads (event-scenarios.md D01, D02, D12). Amounts are pence.

-- Never changed, only ended, so that each charge can name the rule that it was made by.
CREATE TABLE charge_rule (
    agency text NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    kind text CHECK (kind IN ('support_group', 'stay_and_play', 'club', 'teen_group', 'fun_day', 'celebration', 'workshop',
                              'course', 'online', 'consultation')),
    event_id uuid REFERENCES event,
    free_days integer NOT NULL CHECK (free_days BETWEEN 0 AND 60),
    free_hour integer NOT NULL CHECK (free_hour BETWEEN 0 AND 23),
    late_pence integer CHECK (late_pence BETWEEN 0 AND 50000),
    missed_pence integer NOT NULL CHECK (missed_pence BETWEEN 0 AND 50000),
    set_by uuid NOT NULL,
    set_at timestamptz NOT NULL,
    why text NOT NULL CHECK (length(why) BETWEEN 1 AND 500),
    ended_by uuid,
    ended_at timestamptz,
    ended_because text CHECK (length(ended_because) BETWEEN 1 AND 500),
    PRIMARY KEY (agency, number),
    CHECK ((kind IS NULL) <> (event_id IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_because IS NULL))
);
CREATE INDEX charge_rule_of_event ON charge_rule (event_id) WHERE event_id IS NOT NULL;

-- Whose it is says the booking alone, so that a place that goes along with who leaves a household takes its charge.
CREATE TABLE charge (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    booking_id uuid NOT NULL REFERENCES booking,
    event_id uuid NOT NULL REFERENCES event,
    agency text NOT NULL,
    because text NOT NULL CHECK (because IN ('late', 'missed')),
    pence integer NOT NULL CHECK (pence BETWEEN 1 AND 50000),
    rule integer NOT NULL,
    charged_at timestamptz NOT NULL,
    FOREIGN KEY (agency, rule) REFERENCES charge_rule (agency, number)
);
CREATE INDEX charge_of_booking ON charge (booking_id);
CREATE INDEX charge_of_event ON charge (event_id);
CREATE INDEX charge_by_time ON charge (agency, charged_at DESC, id DESC);

-- A charge is taken back once, whoever asks how often: by its key.
CREATE TABLE charge_reversal (
    charge_id uuid PRIMARY KEY REFERENCES charge,
    because text NOT NULL CHECK (because IN ('called_off', 'was_there', 'by_staff')),
    why text CHECK (length(why) BETWEEN 1 AND 500),
    reversed_by uuid,
    reversed_at timestamptz NOT NULL,
    CHECK (because <> 'by_staff' OR (why IS NOT NULL AND reversed_by IS NOT NULL))
);

-- A place that was taken before its date was moved is given back for nothing.
ALTER TABLE event ADD COLUMN moved_at timestamptz;

ALTER TABLE charge_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE charge_rule FORCE ROW LEVEL SECURITY;
ALTER TABLE charge ENABLE ROW LEVEL SECURITY;
ALTER TABLE charge FORCE ROW LEVEL SECURITY;
ALTER TABLE charge_reversal ENABLE ROW LEVEL SECURITY;
ALTER TABLE charge_reversal FORCE ROW LEVEL SECURITY;

-- Whoever sees an event of an agency sees its rules; whoever sees a place sees what it was charged.
CREATE POLICY of_what_is_seen ON charge_rule FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor', 'organiser', 'coordinator', 'agency_admin',
                                     'assessing_social_worker')
           AND (agency = (SELECT asker_agency()) OR EXISTS (SELECT FROM event AS e WHERE e.agency = charge_rule.agency)));
CREATE POLICY admin ON charge_rule
    USING ((SELECT asker_role()) = 'agency_admin' AND agency = (SELECT asker_agency()));
CREATE POLICY worker ON charge_rule FOR SELECT
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
CREATE POLICY with_its_place ON charge FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor', 'organiser', 'coordinator', 'agency_admin')
           AND EXISTS (SELECT FROM booking AS b WHERE b.id = booking_id));
CREATE POLICY worker ON charge
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
CREATE POLICY with_its_charge ON charge_reversal FOR SELECT
    USING (EXISTS (SELECT FROM charge AS c WHERE c.id = charge_id));
CREATE POLICY worker ON charge_reversal
    USING ((SELECT asker_role()) = 'system' AND EXISTS (SELECT FROM charge AS c WHERE c.id = charge_id));

GRANT SELECT, INSERT ON charge_rule, charge, charge_reversal TO events_app;
GRANT UPDATE (ended_by, ended_at, ended_because) ON charge_rule TO events_app;
