-- Runs of the engine, what a person decided about pairs, proposals with one card for each side,
-- and the mentorings that they become.

CREATE TABLE run (
    id                      uuid PRIMARY KEY,
    agency                  text NOT NULL,
    number                  integer NOT NULL,
    state                   text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    asked_by_id             uuid,
    asked_at                timestamptz NOT NULL,
    afresh                  boolean NOT NULL DEFAULT false,
    finished_at             timestamptz,
    step                    text NOT NULL,
    steps_done              integer NOT NULL DEFAULT 0,
    waiting                 integer NOT NULL DEFAULT 0,
    mentors                 integer NOT NULL DEFAULT 0,
    matched                 integer,
    gap                     bigint,
    possible_pairs          integer,
    considered_pairs        integer,
    best_score_would_match  integer,
    longest_wait_days       integer,
    longest_wait_left_days  integer,
    fault                   text,
    -- The worker that holds the lease may write; one that wakes up after it lapsed may not.
    lease                   integer NOT NULL DEFAULT 0,
    leased_until            timestamptz,
    UNIQUE (agency, number),
    UNIQUE (id, agency),
    CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL)),
    CHECK ((state = 'failed') = (fault IS NOT NULL))
);
CREATE UNIQUE INDEX run_one_at_a_time ON run (agency) WHERE state IN ('queued', 'running');
CREATE INDEX run_unfinished ON run (leased_until) WHERE state IN ('queued', 'running');

-- What a run read and what it answered: kept whole, so that it replays to the same pairs.
CREATE TABLE run_record (
    run_id    uuid PRIMARY KEY,
    agency    text NOT NULL,
    input     jsonb NOT NULL,
    settings  jsonb NOT NULL,
    result    jsonb,
    FOREIGN KEY (run_id, agency) REFERENCES run (id, agency)
);

CREATE TABLE run_settings (
    agency    text NOT NULL,
    version   integer NOT NULL,
    settings  jsonb NOT NULL,
    set_by_id uuid,
    set_at    timestamptz NOT NULL,
    PRIMARY KEY (agency, version)
);

-- Somebody not matched by a run, and why. `position` is the order of waiting, longest first.
CREATE TABLE left_out (
    run_id      uuid NOT NULL REFERENCES run (id),
    request_id  uuid NOT NULL,
    agency      text NOT NULL,
    position    integer NOT NULL,
    waiting_days integer NOT NULL,
    told        jsonb NOT NULL,
    PRIMARY KEY (run_id, request_id),
    FOREIGN KEY (request_id, agency) REFERENCES support_request (id, agency) ON UPDATE CASCADE
);

CREATE TABLE pair_rule (
    id          uuid PRIMARY KEY,
    agency      text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('pin', 'forbid')),
    request_id  uuid NOT NULL,
    mentor_id   uuid NOT NULL REFERENCES mentor (id),
    owner_id    uuid NOT NULL,
    reason      text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 500),
    made_at     timestamptz NOT NULL,
    lifted_at   timestamptz,
    FOREIGN KEY (request_id, agency) REFERENCES support_request (id, agency) ON UPDATE CASCADE
);
CREATE UNIQUE INDEX pair_rule_one_of_a_pair ON pair_rule (request_id, mentor_id) WHERE lifted_at IS NULL;
CREATE UNIQUE INDEX pair_rule_one_pin ON pair_rule (request_id) WHERE kind = 'pin' AND lifted_at IS NULL;
CREATE INDEX pair_rule_agency ON pair_rule (agency, made_at);

CREATE TABLE proposal (
    id                uuid PRIMARY KEY,
    run_id            uuid NOT NULL REFERENCES run (id),
    agency            text NOT NULL,
    request_id        uuid NOT NULL,
    family_id         uuid NOT NULL REFERENCES family (id),
    mentor_id         uuid NOT NULL REFERENCES mentor (id),
    mentor_family_id  uuid NOT NULL REFERENCES family (id),
    state             text NOT NULL CHECK (state IN (
        'suggested', 'proposed', 'mentor_said_yes', 'family_said_yes', 'accepted', 'declined',
        'expired', 'withdrawn', 'set_aside')),
    points            integer NOT NULL CHECK (points BETWEEN 0 AND 100),
    place_in_run      integer NOT NULL CHECK (place_in_run >= 1),
    need_points       integer NOT NULL CHECK (need_points BETWEEN 1 AND 3),
    explained         jsonb NOT NULL,
    read_at           timestamptz,
    read_by_id        uuid,
    sent_at           timestamptz,
    sent_by_id        uuid,
    answer_by         timestamptz,
    override_reason   text CHECK (char_length(override_reason) BETWEEN 1 AND 500),
    ended_because     text,
    held_back_because text,
    version           integer NOT NULL DEFAULT 1,
    UNIQUE (id, agency),
    FOREIGN KEY (request_id, agency) REFERENCES support_request (id, agency) ON UPDATE CASCADE,
    CHECK (family_id <> mentor_family_id),
    -- Nothing is sent unread, and what is sent says by when it is to be answered.
    CHECK (sent_at IS NULL OR (read_at IS NOT NULL AND answer_by IS NOT NULL)),
    CHECK (state IN ('suggested', 'set_aside') OR sent_at IS NOT NULL)
);
CREATE UNIQUE INDEX proposal_one_open_for_a_request ON proposal (request_id)
    WHERE state IN ('suggested', 'proposed', 'mentor_said_yes', 'family_said_yes');
CREATE INDEX proposal_run ON proposal (run_id, place_in_run);
CREATE INDEX proposal_agency ON proposal (agency, state);
CREATE INDEX proposal_pair ON proposal (request_id, mentor_id);
CREATE INDEX proposal_mentor ON proposal (mentor_id, state);
CREATE INDEX proposal_due ON proposal (answer_by)
    WHERE state IN ('proposed', 'mentor_said_yes', 'family_said_yes');

-- One side's view. No name stands here, nor the other side's answer, nor why it ended: only
-- `both_yes_at`, once both said yes. So nothing that the other side does can be read from it.
CREATE TABLE proposal_card (
    proposal_id   uuid NOT NULL,
    side          text NOT NULL CHECK (side IN ('mentor', 'family')),
    agency        text NOT NULL,
    household_id  uuid NOT NULL REFERENCES family (id),
    adult_id      uuid,
    request_id    uuid NOT NULL,
    words         jsonb NOT NULL,
    sent_at       timestamptz NOT NULL,
    answer_by     timestamptz NOT NULL,
    answer        text CHECK (answer IN ('yes', 'no')),
    answered_at   timestamptz,
    answered_by_id uuid,
    both_yes_at   timestamptz,
    replaced_at   timestamptz,
    PRIMARY KEY (proposal_id, side),
    FOREIGN KEY (proposal_id, agency) REFERENCES proposal (id, agency) ON UPDATE CASCADE,
    CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CHECK ((side = 'mentor') = (adult_id IS NOT NULL)),
    CHECK (both_yes_at IS NULL OR answer = 'yes')
);
CREATE INDEX proposal_card_household ON proposal_card (household_id, side);
CREATE INDEX proposal_card_agency ON proposal_card (agency);

CREATE TABLE mentoring (
    id                uuid PRIMARY KEY,
    proposal_id       uuid NOT NULL UNIQUE,
    request_id        uuid NOT NULL,
    agency            text NOT NULL,
    family_id         uuid NOT NULL REFERENCES family (id),
    mentor_id         uuid NOT NULL REFERENCES mentor (id),
    mentor_adult_id   uuid NOT NULL,
    mentor_family_id  uuid NOT NULL REFERENCES family (id),
    need_points       integer NOT NULL CHECK (need_points BETWEEN 1 AND 3),
    state             text NOT NULL CHECK (state IN (
        'accepted', 'introduced', 'active', 'paused', 'ending', 'closed', 'stopped')),
    since             timestamptz NOT NULL,
    ended_at          timestamptz,
    ended_because     text CHECK (ended_because IN (
        'planned', 'goals_met', 'not_a_fit', 'mentor_left', 'mentee_left', 'moved_area', 'concern',
        'lost_contact')),
    FOREIGN KEY (proposal_id, agency) REFERENCES proposal (id, agency) ON UPDATE CASCADE,
    FOREIGN KEY (request_id, agency) REFERENCES support_request (id, agency) ON UPDATE CASCADE,
    CHECK ((state IN ('closed', 'stopped')) = (ended_at IS NOT NULL))
);
CREATE INDEX mentoring_family ON mentoring (family_id);
CREATE INDEX mentoring_mentor ON mentoring (mentor_id, state);
CREATE INDEX mentoring_agency ON mentoring (agency, state);

-- Each time somebody was told that they still wait: every 28 days, once.
CREATE TABLE still_waiting (
    request_id  uuid NOT NULL,
    agency      text NOT NULL,
    told_at     timestamptz NOT NULL,
    PRIMARY KEY (request_id, told_at),
    FOREIGN KEY (request_id, agency) REFERENCES support_request (id, agency) ON UPDATE CASCADE
);

ALTER TABLE run ENABLE ROW LEVEL SECURITY;
ALTER TABLE run FORCE ROW LEVEL SECURITY;
ALTER TABLE run_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE run_record FORCE ROW LEVEL SECURITY;
ALTER TABLE run_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE run_settings FORCE ROW LEVEL SECURITY;
ALTER TABLE left_out ENABLE ROW LEVEL SECURITY;
ALTER TABLE left_out FORCE ROW LEVEL SECURITY;
ALTER TABLE pair_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE pair_rule FORCE ROW LEVEL SECURITY;
ALTER TABLE proposal ENABLE ROW LEVEL SECURITY;
ALTER TABLE proposal FORCE ROW LEVEL SECURITY;
ALTER TABLE proposal_card ENABLE ROW LEVEL SECURITY;
ALTER TABLE proposal_card FORCE ROW LEVEL SECURITY;
ALTER TABLE mentoring ENABLE ROW LEVEL SECURITY;
ALTER TABLE mentoring FORCE ROW LEVEL SECURITY;
ALTER TABLE still_waiting ENABLE ROW LEVEL SECURITY;
ALTER TABLE still_waiting FORCE ROW LEVEL SECURITY;

-- Who keeps a register keeps its pairs; assessing social workers and panels do not (rule 28).
CREATE POLICY run_of_agency ON run
    USING (agency = (SELECT asker_agency()) AND (SELECT asks_as_keeper()));
CREATE POLICY run_record_of_agency ON run_record
    USING (agency = (SELECT asker_agency()) AND (SELECT asks_as_keeper()));
CREATE POLICY run_settings_of_agency ON run_settings
    USING (agency = (SELECT asker_agency()) AND (SELECT asks_as_keeper()));
CREATE POLICY left_out_of_agency ON left_out
    USING (agency = (SELECT asker_agency()) AND (SELECT asks_as_keeper()));
CREATE POLICY pair_rule_of_agency ON pair_rule
    USING (agency = (SELECT asker_agency()) AND (SELECT asks_as_keeper()));
CREATE POLICY proposal_of_agency ON proposal
    USING (agency = (SELECT asker_agency()) AND (SELECT asks_as_keeper()));
CREATE POLICY still_waiting_of_agency ON still_waiting
    USING (agency = (SELECT asker_agency()) AND (SELECT asks_as_keeper()));

CREATE POLICY card_of_agency ON proposal_card
    USING (agency = (SELECT asker_agency()) AND (SELECT asks_as_keeper()));
CREATE POLICY card_of_family ON proposal_card
    USING (side = 'family' AND household_id = (SELECT asker_household())
           AND (SELECT asker_role()) = 'adopter');
CREATE POLICY card_of_mentor ON proposal_card
    USING (side = 'mentor' AND adult_id = (SELECT asker_person())
           AND (SELECT asker_role()) = 'mentor');

CREATE POLICY mentoring_of_agency ON mentoring
    USING (agency = (SELECT asker_agency()) AND (SELECT asks_as_keeper()));
CREATE POLICY mentoring_of_family ON mentoring FOR SELECT
    USING (family_id = (SELECT asker_household()) AND (SELECT asker_role()) = 'adopter');
-- A mentor sees a mentoring while it lasts and thirty days more (rule 35).
CREATE POLICY mentoring_of_mentor ON mentoring FOR SELECT
    USING (mentor_adult_id = (SELECT asker_person()) AND (SELECT asker_role()) = 'mentor'
           AND (ended_at IS NULL OR ended_at > (SELECT kith_now()) - interval '30 days'));

GRANT SELECT, INSERT, UPDATE ON run, run_record, pair_rule, proposal, proposal_card, mentoring
    TO matching_app;
GRANT SELECT, INSERT ON run_settings, left_out, still_waiting TO matching_app;

-- What the clock has to see to: ids and agencies only; the work is then done for one agency at a
-- time, under its own rows' rules.
CREATE FUNCTION runs_due() RETURNS TABLE (id uuid, agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT id, agency
      FROM run
     WHERE state = 'queued' OR (state = 'running' AND leased_until <= kith_now())
     ORDER BY asked_at
     LIMIT 100
$$;

CREATE FUNCTION proposals_due() RETURNS TABLE (id uuid, agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT id, agency
      FROM proposal
     WHERE state IN ('proposed', 'mentor_said_yes', 'family_said_yes') AND answer_by <= kith_now()
     ORDER BY answer_by
     LIMIT 100
$$;

CREATE FUNCTION waits_to_speak_of() RETURNS TABLE (id uuid, agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT request.id, request.agency
      FROM support_request AS request
     WHERE request.state = 'ready'
       AND request.asked_at <= kith_now() - interval '28 days'
       AND NOT EXISTS (SELECT FROM still_waiting AS told
                        WHERE told.request_id = request.id
                          AND told.told_at > kith_now() - interval '28 days')
     ORDER BY request.asked_at
     LIMIT 100
$$;

ALTER FUNCTION runs_due() OWNER TO matching_migrator;
ALTER FUNCTION proposals_due() OWNER TO matching_migrator;
ALTER FUNCTION waits_to_speak_of() OWNER TO matching_migrator;
REVOKE ALL ON FUNCTION runs_due(), proposals_due(), waits_to_speak_of() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION runs_due(), proposals_due(), waits_to_speak_of() TO matching_app;
