-- Mentors lent between agencies: the agreement, the ledger of places, and the little of a register that crosses.
-- Both agencies see an agreement and what was lent by it; nobody else does (domain.md 41, 42, Q5).

CREATE TABLE lending_agreement (
    id             uuid PRIMARY KEY,
    lender         text NOT NULL CHECK (lender ~ '^[A-Z0-9]{2,8}$'),
    borrower       text NOT NULL CHECK (borrower ~ '^[A-Z0-9]{2,8}$'),
    state          text NOT NULL CHECK (state IN (
        'proposed', 'agreed', 'notice_given', 'turned_down', 'taken_back', 'ended')),
    places_a_year  integer NOT NULL CHECK (places_a_year BETWEEN 1 AND 50),
    share          integer NOT NULL CHECK (share BETWEEN 1 AND 20),
    notice_days    integer NOT NULL CHECK (notice_days BETWEEN 7 AND 180),
    from_on        date NOT NULL,
    until_on       date NOT NULL,
    proposed_by    text NOT NULL,
    proposed_at    timestamptz NOT NULL,
    version        integer NOT NULL DEFAULT 1 CHECK (version > 0),
    CHECK (lender <> borrower),
    CHECK (proposed_by IN (lender, borrower)),
    CHECK (from_on <= until_on),
    UNIQUE (id, lender, borrower)
);
-- One at a time from one agency to another, so that a place is counted in one ledger.
CREATE UNIQUE INDEX lending_agreement_open ON lending_agreement (lender, borrower)
    WHERE state IN ('proposed', 'agreed', 'notice_given');
CREATE INDEX lending_agreement_borrower ON lending_agreement (borrower, state);

-- The counter of an agreement in a lending year, which begins on 1 April of `year`. A place is taken by
-- one statement, which the CHECK backs: no race ends above the places.
CREATE TABLE lending_year (
    agreement_id  uuid NOT NULL,
    year          integer NOT NULL CHECK (year BETWEEN 2020 AND 2200),
    lender        text NOT NULL,
    borrower      text NOT NULL,
    places        integer NOT NULL,
    used          integer NOT NULL CHECK (used >= 0),
    PRIMARY KEY (agreement_id, year),
    FOREIGN KEY (agreement_id, lender, borrower) REFERENCES lending_agreement (id, lender, borrower),
    CHECK (used <= places)
);

-- One place: taken when a proposal is sent, given back if nothing comes of it. `year` is the year it counts in.
CREATE TABLE loan (
    id            uuid PRIMARY KEY,
    agreement_id  uuid NOT NULL,
    year          integer NOT NULL,
    lender        text NOT NULL,
    borrower      text NOT NULL,
    mentor_id     uuid NOT NULL REFERENCES mentor (id),
    proposal_id   uuid NOT NULL UNIQUE REFERENCES proposal (id),
    need_points   integer NOT NULL CHECK (need_points BETWEEN 1 AND 3),
    state         text NOT NULL CHECK (state IN ('asked', 'lent', 'given_back', 'over')),
    taken_at      timestamptz NOT NULL,
    ended_at      timestamptz,
    FOREIGN KEY (agreement_id, lender, borrower) REFERENCES lending_agreement (id, lender, borrower),
    FOREIGN KEY (agreement_id, year) REFERENCES lending_year (agreement_id, year),
    CHECK ((state IN ('given_back', 'over')) = (ended_at IS NOT NULL))
);
CREATE INDEX loan_agreement ON loan (agreement_id, taken_at);
CREATE INDEX loan_mentor ON loan (mentor_id, state);

ALTER TABLE lending_agreement ENABLE ROW LEVEL SECURITY;
ALTER TABLE lending_agreement FORCE ROW LEVEL SECURITY;
ALTER TABLE lending_year ENABLE ROW LEVEL SECURITY;
ALTER TABLE lending_year FORCE ROW LEVEL SECURITY;
ALTER TABLE loan ENABLE ROW LEVEL SECURITY;
ALTER TABLE loan FORCE ROW LEVEL SECURITY;

CREATE POLICY parties ON lending_agreement
    USING ((SELECT asks_as_keeper()) AND (SELECT asker_agency()) IN (lender, borrower));
CREATE POLICY parties_read ON lending_year FOR SELECT
    USING ((SELECT asks_as_keeper()) AND (SELECT asker_agency()) IN (lender, borrower));
CREATE POLICY system_keeps ON lending_year
    USING ((SELECT asker_role()) = 'system' AND (SELECT asker_agency()) IN (lender, borrower));
CREATE POLICY parties_read ON loan FOR SELECT
    USING ((SELECT asks_as_keeper()) AND (SELECT asker_agency()) IN (lender, borrower));
CREATE POLICY system_keeps ON loan
    USING ((SELECT asker_role()) = 'system' AND (SELECT asker_agency()) IN (lender, borrower));
GRANT SELECT, INSERT, UPDATE ON lending_agreement, lending_year, loan TO matching_app;

-- Whether an agreement from one agency to the other holds on a day: its last day still counts.
CREATE FUNCTION lends_on(of_lender text, to_borrower text, on_day date) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM lending_agreement AS a
                    WHERE a.lender = of_lender
                      AND a.borrower = to_borrower
                      AND a.state IN ('agreed', 'notice_given')
                      AND on_day BETWEEN a.from_on AND a.until_on)
$$;

-- Whether an adult's choice of other agencies still counts: it ends with the consent of that purpose, where one
-- was given (domain.md E46).
CREATE FUNCTION still_chosen(adult uuid) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT bool_or(c.withdrawn_at IS NULL)
                       FROM consent AS c
                      WHERE c.adult_id = still_chosen.adult AND c.purpose = 'other_agencies'), true)
$$;

-- All that a run of the borrower is told of another agency's mentors. These columns and no other: no name, no
-- council, no identity, no need of access but what a telephone does not meet, nothing of their families. A
-- child's month of birth is given as whole years, a stage's day as the month after; who has seen a check stays
-- at home. Never a protected family, nor one about whom a concern is open.
CREATE FUNCTION mentors_lent(on_day date, only_those uuid[], but_for uuid) RETURNS TABLE (
        id uuid, family_id uuid, agency text, programmes text[], topics text[], not_able_to_support text[],
        channels text[], free_points integer, travel_minutes_max smallint, outcode text, stage text,
        stage_on date, forms text[], languages text[], slots text[], access_needs text[],
        child_birth_months date[], requirements jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT m.id, m.family_id, m.agency, m.programmes, m.topics, m.not_able_to_support, m.channels,
           room.free, m.travel_minutes_max, f.outcode, f.stage,
           least(on_day, (date_trunc('month', f.stage_on::timestamp) + interval '1 month')::date),
           f.forms, f.languages, f.slots,
           ARRAY (SELECT need FROM unnest(f.access_needs) AS need
                   WHERE need IN ('hearing_loop', 'interpreter')),
           ARRAY (SELECT (date_trunc('month', on_day::timestamp)
                          - make_interval(years => greatest(0, extract(year FROM age(
                                date_trunc('month', on_day::timestamp), c.birth_month::timestamp))::integer)))::date
                    FROM child AS c WHERE c.family_id = f.id ORDER BY c.birth_month),
           coalesce((SELECT jsonb_agg(jsonb_build_object(
                                'kind', r.kind, 'met_on', r.met_on, 'expires_on', r.expires_on)
                            ORDER BY r.kind)
                       FROM requirement AS r
                      WHERE r.mentor_id = m.id AND r.replaced_at IS NULL), '[]')
      FROM mentor AS m
      JOIN family AS f ON f.id = m.family_id
     CROSS JOIN LATERAL (
           SELECT (m.capacity_points
                   - coalesce((SELECT sum(g.need_points) FROM mentoring AS g
                                WHERE g.mentor_id = m.id AND g.ended_at IS NULL), 0)
                   - coalesce((SELECT sum(p.need_points) FROM proposal AS p
                                WHERE p.mentor_id = m.id AND p.id IS DISTINCT FROM but_for
                                  AND p.state IN ('proposed', 'mentor_said_yes', 'family_said_yes')), 0)
                  )::integer AS free) AS room
     WHERE asker_role() = 'system'
       AND m.agency <> asker_agency()
       AND m.state = 'active'
       AND m.lends_to_other_agencies
       AND room.free > 0
       AND NOT f.protected
       AND (only_those IS NULL OR m.id = ANY (only_those))
       AND (lends_on(m.agency, asker_agency(), on_day)
            OR EXISTS (SELECT FROM loan AS l
                        WHERE l.mentor_id = m.id AND l.borrower = asker_agency()
                          AND l.state IN ('asked', 'lent')))
       AND still_chosen(m.adult_id)
       AND NOT EXISTS (SELECT FROM retirement AS t
                        WHERE t.mentor_id = m.id AND t.called_off_at IS NULL)
       AND NOT EXISTS (SELECT FROM concern AS n
                        WHERE n.about_family_id = f.id AND n.state <> 'closed')
     ORDER BY m.id
$$;

-- Requests of the asker's agency and mentors of another that may never meet: yes or no, not why. What either
-- agency keeps counts, for either cannot see the other's.
CREATE FUNCTION apart_from_lent() RETURNS TABLE (request_id uuid, mentor_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT r.id, m.id
      FROM (SELECT b.family_id, b.other_family_id FROM block AS b WHERE b.lifted_at IS NULL
             UNION
            SELECT b.other_family_id, b.family_id FROM block AS b WHERE b.lifted_at IS NULL
             UNION
            SELECT d.family_id, d.other_family_id FROM do_not_match AS d WHERE d.lifted_at IS NULL
             UNION
            SELECT d.other_family_id, d.family_id FROM do_not_match AS d WHERE d.lifted_at IS NULL
           ) AS apart (one, other)
      JOIN support_request AS r ON r.family_id = apart.one
      JOIN mentor AS m ON m.family_id = apart.other
     WHERE asker_role() = 'system'
       AND r.agency = asker_agency()
       AND r.state IN ('ready', 'proposed', 'matched')
       AND m.agency <> asker_agency()
       AND EXISTS (SELECT FROM lending_agreement AS a
                    WHERE a.lender = m.agency AND a.borrower = asker_agency())
$$;

-- What the borrower's staff are told of a mentor whom their run met: the agency, and the first name while
-- nobody of that household is protected.
CREATE FUNCTION lent_mentors_named(those uuid[], on_day date) RETURNS TABLE (id uuid, agency text, first_name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT m.id, m.agency, CASE WHEN NOT f.protected THEN i.first_name END
      FROM mentor AS m
      JOIN family AS f ON f.id = m.family_id
      LEFT JOIN identity AS i ON i.adult_id = m.adult_id
     WHERE m.id = ANY (those)
       AND asks_as_keeper()
       AND m.agency <> asker_agency()
       AND (EXISTS (SELECT FROM proposal AS p WHERE p.mentor_id = m.id AND p.agency = asker_agency())
            OR (lends_on(m.agency, asker_agency(), on_day)
                AND m.state = 'active' AND m.lends_to_other_agencies AND NOT f.protected))
$$;

-- Which agency keeps an adult: so that the worker of one tells a lent mentor in the words of their own.
CREATE FUNCTION agency_of_adult(adult uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT a.agency FROM adult AS a WHERE a.id = agency_of_adult.adult AND asker_role() = 'system'
$$;

-- Agreements of any agency whose last day has passed: ids, and one of the two agencies to end it for.
CREATE FUNCTION lending_agreements_over() RETURNS TABLE (id uuid, agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT a.id, a.lender
      FROM lending_agreement AS a
     WHERE a.state IN ('proposed', 'agreed', 'notice_given')
       AND a.until_on < (kith_now() AT TIME ZONE 'Europe/London')::date
     ORDER BY a.until_on
     LIMIT 100
$$;

ALTER FUNCTION mentors_lent(date, uuid[], uuid) OWNER TO matching_migrator;
ALTER FUNCTION apart_from_lent() OWNER TO matching_migrator;
ALTER FUNCTION lent_mentors_named(uuid[], date) OWNER TO matching_migrator;
ALTER FUNCTION agency_of_adult(uuid) OWNER TO matching_migrator;
ALTER FUNCTION lending_agreements_over() OWNER TO matching_migrator;
REVOKE ALL ON FUNCTION mentors_lent(date, uuid[], uuid), apart_from_lent(),
    lent_mentors_named(uuid[], date), agency_of_adult(uuid), lending_agreements_over() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mentors_lent(date, uuid[], uuid), apart_from_lent(),
    lent_mentors_named(uuid[], date), agency_of_adult(uuid), lending_agreements_over()
    TO matching_app;
