-- A family asked to be erased (domain.md E49-E51). One member of staff writes it down, another agrees, and after
-- a time in which it can be called off the worker does it. The list of what was erased is kept, by ids alone: a
-- restored backup is erased anew by it.
CREATE TABLE erasure (
    id uuid PRIMARY KEY,
    agency text NOT NULL CHECK (agency ~ '^[A-Z0-9]{2,8}$'),
    family_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('asked', 'agreed', 'on_hold', 'running', 'done', 'called_off')),
    asked_on date NOT NULL,
    -- Words of staff; gone once the family is.
    how_asked text CHECK (length(how_asked) BETWEEN 1 AND 500),
    held_because text CHECK (length(held_because) BETWEEN 1 AND 500),
    asked_by_id uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    agreed_by_id uuid CHECK (agreed_by_id <> asked_by_id),
    agreed_at timestamptz,
    runs_at timestamptz,
    erased_at timestamptz,
    events_done_at timestamptz,
    notify_done_at timestamptz,
    FOREIGN KEY (family_id, agency) REFERENCES family (id, agency) ON UPDATE CASCADE,
    CHECK ((agreed_at IS NULL) = (runs_at IS NULL) AND (agreed_at IS NULL) = (agreed_by_id IS NULL)),
    CHECK ((state = 'on_hold') = (held_because IS NOT NULL)),
    CHECK ((state IN ('running', 'done')) = (erased_at IS NOT NULL)),
    CHECK (state <> 'agreed' OR agreed_at IS NOT NULL),
    CHECK (state <> 'done' OR (events_done_at IS NOT NULL AND notify_done_at IS NOT NULL))
);
CREATE UNIQUE INDEX erasure_open ON erasure (family_id) WHERE state <> 'called_off';
CREATE INDEX erasure_by_agency ON erasure (agency, asked_at DESC, id);
CREATE INDEX erasure_due ON erasure (runs_at) WHERE state = 'agreed';

ALTER TABLE erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY rights ON erasure
    USING ((SELECT asker_role()) IN ('agency_admin', 'safeguarding_lead', 'data_protection_lead', 'system')
           AND agency = (SELECT asker_agency()));
GRANT SELECT, INSERT, UPDATE ON erasure TO matching_app;

ALTER TABLE family ADD COLUMN erased_at timestamptz;

-- What the clock has to see to: ids and agencies only. While a worry about the family is open nothing is due (E50).
CREATE FUNCTION erasures_due() RETURNS TABLE (id uuid, agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, e.agency
      FROM erasure AS e
     WHERE e.state = 'agreed'
       AND e.runs_at <= kith_now()
       AND NOT EXISTS (SELECT FROM concern AS c WHERE c.about_family_id = e.family_id AND c.state <> 'closed')
     ORDER BY e.runs_at
     LIMIT 20
$$;

-- Whether something keeps a family's erasure from going on, and not what: a worry is the safeguarding lead's to know.
CREATE FUNCTION erasure_waits(of_family uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM concern AS c
                     JOIN erasure AS e ON e.family_id = c.about_family_id AND e.agency = asker_agency()
                    WHERE c.about_family_id = of_family AND c.state <> 'closed')
$$;

-- Pairs and proposals of a household, at whichever agency they are: a mentor may be lent.
CREATE FUNCTION pairs_of_household(of_family uuid)
    RETURNS TABLE (id uuid, agency text, is_mentoring boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.id, m.agency, true
      FROM mentoring AS m
     WHERE (m.family_id = of_family OR m.mentor_family_id = of_family) AND m.ended_at IS NULL
       AND asker_role() = 'system'
     UNION ALL
    SELECT p.id, p.agency, false
      FROM proposal AS p
     WHERE (p.family_id = of_family OR p.mentor_family_id = of_family)
       AND p.state IN ('suggested', 'proposed', 'mentor_said_yes', 'family_said_yes')
       AND asker_role() = 'system'
     ORDER BY 1
$$;

-- Logins of a household that are nothing else: who also works for an agency keeps that login.
CREATE FUNCTION logins_of_household(of_family uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.account_id
      FROM adult AS a
     WHERE a.family_id = of_family AND a.account_id IS NOT NULL AND asker_role() = 'system'
       AND NOT EXISTS (SELECT FROM role_held AS r
                        WHERE r.account_id = a.account_id AND r.ended_at IS NULL
                          AND r.role NOT IN ('adopter', 'mentor', 'group_leader', 'hub_carer'))
     ORDER BY 1
$$;

-- Takes the words out of what was said of a pair, and leaves the points that reports count.
CREATE FUNCTION without_words(explained jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT explained
           || '{"musts": [], "alternatives": [], "would_change": []}'
           || jsonb_build_object('fit', (explained -> 'fit') || jsonb_build_object('criteria', (
                  SELECT coalesce(jsonb_agg(one || '{"sentence": ""}'), '[]')
                    FROM jsonb_array_elements(explained -> 'fit' -> 'criteria') AS one)))
$$;

-- Takes out of the people of a run what describes those who are named; the ids stay, so that what was decided does.
CREATE FUNCTION without_facts(people jsonb, key text, ids uuid[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_agg(
               CASE WHEN (one ->> key)::uuid = ANY (ids)
                    THEN one
                         || (SELECT coalesce(jsonb_object_agg(name, '[]'::jsonb), '{}')
                               FROM jsonb_object_keys(one) AS name
                              WHERE name IN ('topics', 'ranked_forms', 'wishes', 'must_haves', 'identities_asked_for',
                                             'not_able_to_support', 'identities', 'requirements'))
                         || jsonb_build_object('home', (one -> 'home')
                            || '{"outcode": "ZZ99", "easting_m": 0, "northing_m": 0, "child_birth_months": [],
                                 "forms": [], "access_needs": [], "slots": []}')
                    ELSE one END ORDER BY place), '[]')
      FROM jsonb_array_elements(people) WITH ORDINALITY AS each (one, place)
$$;

-- Column by column as services/matching/model/erasing.py says, which is tested against the catalogue.
CREATE FUNCTION erase_family(of_family uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    adults uuid[] := ARRAY(SELECT id FROM adult WHERE family_id = of_family);
    logins uuid[] := ARRAY(SELECT logins_of_household(of_family));
    requests uuid[] := ARRAY(SELECT id FROM support_request WHERE family_id = of_family);
    mentors uuid[] := ARRAY(SELECT id FROM mentor WHERE family_id = of_family);
BEGIN
    IF NOT EXISTS (SELECT FROM erasure WHERE family_id = of_family AND state IN ('running', 'done')
                      AND agency = asker_agency() AND asker_role() = 'system') THEN
        RETURN;
    END IF;
    DELETE FROM identity WHERE adult_id = ANY (adults);
    UPDATE account SET first_name = NULL, last_name = NULL, issuer = 'erased', subject = id::text,
           ended_at = coalesce(ended_at, kith_now())
     WHERE id = ANY (logins);
    DELETE FROM renewal_handle WHERE account_id = ANY (logins);
    UPDATE role_held SET ended_at = kith_now()
     WHERE ended_at IS NULL AND role IN ('adopter', 'mentor', 'group_leader', 'hub_carer')
       AND account_id IN (SELECT account_id FROM adult WHERE family_id = of_family);
    UPDATE adult SET account_id = NULL WHERE family_id = of_family AND account_id <> ALL (logins);
    UPDATE invitation
       SET code_hash = NULL,
           revoked_at = CASE WHEN used_at IS NULL THEN coalesce(revoked_at, kith_now()) END
     WHERE adult_id = ANY (adults);
    DELETE FROM placement WHERE family_id = of_family;
    DELETE FROM agency_span WHERE family_id = of_family AND child_id IS NOT NULL;
    DELETE FROM child WHERE family_id = of_family;
    UPDATE consent SET withdrawn_at = kith_now() WHERE family_id = of_family AND withdrawn_at IS NULL;
    UPDATE support_request
       SET note = '', topics = '{}', ranked_forms = '{}', wishes = '[]', must_haves = '[]',
           identities_asked_for = '{}'
     WHERE id = ANY (requests);
    UPDATE mentor SET topics = '{}', not_able_to_support = '{}', identities = '{}', lends_to_other_agencies = false
     WHERE id = ANY (mentors);
    UPDATE requirement SET seen_by = 'Erased' WHERE mentor_id = ANY (mentors);
    UPDATE proposal
       SET explained = without_words(explained), override_reason = NULL, held_back_because = NULL,
           ended_because = CASE WHEN ended_because IS NOT NULL THEN 'erased' END
     WHERE family_id = of_family OR mentor_family_id = of_family;
    UPDATE proposal_card SET words = '{"they": [], "topics": [], "times": "", "why": ""}'
     WHERE proposal_id IN (SELECT id FROM proposal WHERE family_id = of_family OR mentor_family_id = of_family);
    UPDATE left_out SET told = told || '{"sentence": "", "would_help": [], "nearest": []}'
     WHERE request_id = ANY (requests);
    UPDATE run_record
       SET input = input || jsonb_build_object(
               'mentees', without_facts(input -> 'mentees', 'request_id', requests),
               'mentors', without_facts(input -> 'mentors', 'mentor_id', mentors))
     WHERE run_id IN (SELECT run_id FROM run_record AS kept, jsonb_array_elements(kept.input -> 'mentees') AS one
                       WHERE (one ->> 'request_id')::uuid = ANY (requests)
                       UNION
                      SELECT run_id FROM run_record AS kept, jsonb_array_elements(kept.input -> 'mentors') AS one
                       WHERE (one ->> 'mentor_id')::uuid = ANY (mentors));
    UPDATE run_record
       SET result = jsonb_set(jsonb_set(result, '{pairs}', (
               SELECT coalesce(jsonb_agg(CASE WHEN (one -> 'fit' ->> 'request_id')::uuid = ANY (requests)
                                                OR (one -> 'fit' ->> 'mentor_id')::uuid = ANY (mentors)
                                              THEN without_words(one) ELSE one END ORDER BY place), '[]')
                 FROM jsonb_array_elements(result -> 'pairs') WITH ORDINALITY AS each (one, place))),
           '{left_out}', (
               SELECT coalesce(jsonb_agg(CASE WHEN (one ->> 'request_id')::uuid = ANY (requests)
                                              THEN one || '{"sentence": "", "would_help": [], "nearest": []}'
                                              ELSE one END ORDER BY place), '[]')
                 FROM jsonb_array_elements(result -> 'left_out') WITH ORDINALITY AS each (one, place)))
     WHERE result IS NOT NULL
       AND run_id IN (SELECT run_id FROM proposal WHERE family_id = of_family OR mentor_family_id = of_family
                       UNION
                      SELECT run_id FROM left_out WHERE request_id = ANY (requests));
    UPDATE pair_rule SET reason = 'Erased', lifted_at = coalesce(lifted_at, kith_now())
     WHERE request_id = ANY (requests) OR mentor_id = ANY (mentors);
    UPDATE household_left SET reason = 'Erased' WHERE from_family_id = of_family OR to_family_id = of_family;
    UPDATE emergency_access SET reason = 'Erased' WHERE family_id = of_family;
    UPDATE concern SET words = 'Erased' WHERE about_family_id = of_family AND state = 'closed';
    -- ZZ99 is nowhere: what public services write where no place is known.
    UPDATE family
       SET outcode = 'ZZ99', forms = '{}', languages = '{english}', access_needs = '{}', slots = '{}',
           stage_on = date_trunc('month', stage_on)::date,
           number = CASE WHEN erased_at IS NULL
                         THEN (SELECT max(number) + 1 FROM family AS each WHERE each.agency = family.agency)
                         ELSE number END,
           erased_at = coalesce(erased_at, kith_now())
     WHERE id = of_family;
    UPDATE erasure SET how_asked = NULL WHERE family_id = of_family;
END $$;
REVOKE ALL ON FUNCTION erasures_due(), erasure_waits(uuid), pairs_of_household(uuid), logins_of_household(uuid),
    erase_family(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erasures_due(), erasure_waits(uuid), pairs_of_household(uuid), logins_of_household(uuid),
    erase_family(uuid) TO matching_app;
