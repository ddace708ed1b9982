-- How it was: who is asked afterwards, the links by which they answer without signing in, and what they said.
-- What was said is kept as numbers, and words apart: no row of it holds a family, an account, a place or an instant, so
-- that nothing leads from an answer back to who gave it (domain.md A6 row 58; event-scenarios.md F07).

-- That a place is asked: after the event, and of what was learnt two and eight weeks on (domain.md A5 row 54).
CREATE TABLE feedback_ask (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    booking_id uuid NOT NULL REFERENCES booking,
    event_id uuid NOT NULL REFERENCES event,
    family_id uuid NOT NULL,
    agencies text[] NOT NULL,
    step text NOT NULL CHECK (step IN ('after', 'two_weeks', 'eight_weeks')),
    asked_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > asked_at),
    UNIQUE (booking_id, step)
);
CREATE INDEX feedback_ask_of_event ON feedback_ask (event_id);
CREATE INDEX feedback_ask_by_end ON feedback_ask (ends_at);

-- Of the secret only a digest is kept: whoever reads this table can answer for nobody (design decision 7).
CREATE TABLE feedback_link (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    ask_id uuid NOT NULL REFERENCES feedback_ask ON DELETE CASCADE,
    account uuid NOT NULL
);
CREATE INDEX feedback_link_of_ask ON feedback_link (ask_id, account);

-- Who has answered, so that each answers once. That they did, and not what, nor when.
CREATE TABLE feedback_answered (
    ask_id uuid NOT NULL REFERENCES feedback_ask ON DELETE CASCADE,
    account uuid NOT NULL,
    PRIMARY KEY (ask_id, account)
);

CREATE TABLE feedback_count (
    event_id uuid NOT NULL REFERENCES event,
    step text NOT NULL CHECK (step IN ('after', 'two_weeks', 'eight_weeks')),
    question text NOT NULL CHECK (length(question) BETWEEN 1 AND 40),
    choice text NOT NULL CHECK (length(choice) BETWEEN 1 AND 40),
    times integer NOT NULL CHECK (times > 0),
    PRIMARY KEY (event_id, step, question, choice)
);
CREATE TABLE feedback_words (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    event_id uuid NOT NULL REFERENCES event,
    step text NOT NULL CHECK (step IN ('after', 'two_weeks', 'eight_weeks')),
    whose text NOT NULL CHECK (whose IN ('adult', 'child')),
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 1000)
);
CREATE INDEX feedback_words_of_event ON feedback_words (event_id, step);

-- Families who would rather not be asked.
CREATE TABLE feedback_opt_out (
    family_id uuid PRIMARY KEY,
    agency text NOT NULL,
    since timestamptz NOT NULL
);

ALTER TABLE feedback_ask ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback_ask FORCE ROW LEVEL SECURITY;
ALTER TABLE feedback_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback_link FORCE ROW LEVEL SECURITY;
ALTER TABLE feedback_answered ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback_answered FORCE ROW LEVEL SECURITY;
ALTER TABLE feedback_count ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback_count FORCE ROW LEVEL SECURITY;
ALTER TABLE feedback_words ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback_words FORCE ROW LEVEL SECURITY;
ALTER TABLE feedback_opt_out ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback_opt_out FORCE ROW LEVEL SECURITY;

-- Staff see none of these tables: who was asked and who answered is nobody's to know, and what was said is read as
-- numbers that the action has made safe.
CREATE POLICY at_home ON feedback_ask FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY worker ON feedback_ask
    USING ((SELECT asker_role()) = 'system' AND agencies @> ARRAY[(SELECT asker_agency())]);
CREATE POLICY worker ON feedback_link
    USING ((SELECT asker_role()) = 'system' AND EXISTS (SELECT FROM feedback_ask AS a WHERE a.id = ask_id));
CREATE POLICY own ON feedback_answered FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND account = (SELECT asker_account()));
CREATE POLICY worker ON feedback_answered
    USING ((SELECT asker_role()) = 'system' AND EXISTS (SELECT FROM feedback_ask AS a WHERE a.id = ask_id));
CREATE POLICY worker ON feedback_count
    USING ((SELECT asker_role()) = 'system'
           AND EXISTS (SELECT FROM event AS e WHERE e.id = event_id AND e.agency = (SELECT asker_agency())));
CREATE POLICY worker ON feedback_words
    USING ((SELECT asker_role()) = 'system'
           AND EXISTS (SELECT FROM event AS e WHERE e.id = event_id AND e.agency = (SELECT asker_agency())));
CREATE POLICY at_home ON feedback_opt_out FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY worker ON feedback_opt_out
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));

-- Whom to ask now: families that came, once for each step, and of what was learnt only those that completed it. `steps` in
-- the order of `waits`; those of `learnt` are about workshops and courses alone.
CREATE FUNCTION feedback_due(at timestamptz, steps text[], waits interval[], learnt text[], asked_within interval)
    RETURNS TABLE (booking_id uuid, step text, host text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.id, s.name, e.agency
      FROM unnest($2, $3) AS s (name, wait)
      JOIN event AS e ON e.ends_at + s.wait <= $1 AND $1 < e.ends_at + s.wait + $5
      JOIN offering AS o ON o.id = e.offering_id
      JOIN booking AS b ON b.event_id = e.id
     WHERE e.state = 'published'
       AND b.state IN ('attended', 'part_attended')
       AND (s.name <> ALL ($4)
            OR (o.kind IN ('workshop', 'course') AND (b.state = 'attended' OR NOT e.is_course)))
       AND EXISTS (SELECT FROM family_card AS f WHERE f.family_id = b.family_id)
       AND NOT EXISTS (SELECT FROM feedback_ask AS a WHERE a.booking_id = b.id AND a.step = s.name)
       AND NOT EXISTS (SELECT FROM feedback_opt_out AS never WHERE never.family_id = b.family_id)
     ORDER BY e.ends_at, b.id, s.wait
     LIMIT 500
$$;
-- What a link asks about, to whoever has it; whom it was sent to is for the one answer that it allows.
CREATE FUNCTION feedback_by_digest(of_digest bytea) RETURNS TABLE (
    ask_id uuid, account uuid, booking_id uuid, event_id uuid, family_id uuid, family_agency text, host text, step text,
    starts_at timestamptz, ends_at timestamptz, with_children boolean, came boolean, is_answered boolean
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, l.account, b.id, e.id, b.family_id, b.agency, e.agency, a.step, e.starts_at, a.ends_at,
           cardinality(b.children) > 0, b.state IN ('attended', 'part_attended'),
           EXISTS (SELECT FROM feedback_answered AS done WHERE done.ask_id = a.id AND done.account = l.account)
      FROM feedback_link AS l
      JOIN feedback_ask AS a ON a.id = l.ask_id
      JOIN booking AS b ON b.id = a.booking_id
      JOIN event AS e ON e.id = a.event_id
     WHERE l.digest = of_digest
$$;
-- What has been kept for its time goes; numbers stay (domain.md E49, E52). Returns how many rows went.
CREATE FUNCTION forget_feedback(asked_before timestamptz, said_before timestamptz) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH asked AS (
        DELETE FROM feedback_ask WHERE ends_at < asked_before RETURNING id
    ), said AS (
        DELETE FROM feedback_words
         WHERE event_id IN (SELECT e.id FROM event AS e WHERE e.ends_at < said_before)
     RETURNING id
    )
    SELECT (SELECT count(*) FROM asked) + (SELECT count(*) FROM said)
$$;
REVOKE ALL ON FUNCTION feedback_due(timestamptz, text[], interval[], text[], interval), feedback_by_digest(bytea),
    forget_feedback(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION feedback_due(timestamptz, text[], interval[], text[], interval), feedback_by_digest(bytea),
    forget_feedback(timestamptz, timestamptz) TO events_app;

GRANT SELECT, INSERT ON feedback_ask, feedback_answered, feedback_words TO events_app;
GRANT SELECT, INSERT, UPDATE ON feedback_count TO events_app;
GRANT SELECT, INSERT, DELETE ON feedback_link, feedback_opt_out TO events_app;
GRANT UPDATE (family_id) ON feedback_ask TO events_app;
