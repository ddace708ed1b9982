-- The family register: who lives together, where roughly, what they asked for, who helps.
--
-- Every table carries the agency that keeps the row (composite foreign keys hold the copies equal),
-- so that one indexed comparison decides who sees it. Names stand in `identity` alone: erasing them
-- rebuilds nothing else. There is no column for a postcode, an address, a child's or a birth name.

-- Who asks, in three groups (design decision 1). The worker keeps the register of the agency that its job names.
CREATE FUNCTION asks_as_keeper() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(asker_role() IN ('coordinator', 'agency_admin', 'safeguarding_lead', 'system'), false)
$$;
CREATE FUNCTION asks_in_part() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(asker_role() IN ('organiser', 'assessing_social_worker'), false)
$$;
CREATE FUNCTION asks_at_home() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(asker_role() IN ('adopter', 'mentor'), false)
$$;

CREATE TABLE family (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agency text NOT NULL CHECK (agency ~ '^[A-Z0-9]{2,8}$'),
    number integer NOT NULL CHECK (number > 0),
    reference text NOT NULL GENERATED ALWAYS AS (
        agency || '-' || lpad(number::text, greatest(4, length(number::text)), '0')
    ) STORED,
    outcode text NOT NULL CHECK (outcode ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?$'),
    council text NOT NULL CHECK (council ~ '^E[0-9]{8}$'),
    stage text NOT NULL CHECK (stage IN (
        'enquiring', 'in_assessment', 'approved', 'matched', 'placed', 'order_granted',
        'withdrew', 'not_approved', 'placement_ended', 'child_now_adult'
    )),
    stage_on date NOT NULL,
    forms text[] NOT NULL DEFAULT '{}' CHECK (forms <@ ARRAY[
        'siblings', 'single_adopter', 'same_sex_couple', 'transracial', 'older_child',
        'early_permanence', 'second_adoption', 'birth_children_at_home'
    ]),
    languages text[] NOT NULL DEFAULT '{english}' CHECK (languages <@ ARRAY[
        'english', 'british_sign_language', 'polish', 'punjabi', 'urdu', 'romanian', 'arabic', 'welsh'
    ] AND cardinality(languages) > 0),
    access_needs text[] NOT NULL DEFAULT '{}' CHECK (access_needs <@ ARRAY[
        'step_free', 'hearing_loop', 'large_print', 'quiet_place', 'interpreter'
    ]),
    slots text[] NOT NULL DEFAULT '{}' CHECK (slots <@ ARRAY[
        'monday_morning', 'monday_afternoon', 'monday_evening',
        'tuesday_morning', 'tuesday_afternoon', 'tuesday_evening',
        'wednesday_morning', 'wednesday_afternoon', 'wednesday_evening',
        'thursday_morning', 'thursday_afternoon', 'thursday_evening',
        'friday_morning', 'friday_afternoon', 'friday_evening',
        'saturday_morning', 'saturday_afternoon', 'saturday_evening',
        'sunday_morning', 'sunday_afternoon', 'sunday_evening'
    ]),
    protected boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    UNIQUE (id, agency),
    UNIQUE (agency, number)
);
CREATE INDEX family_by_stage ON family (agency, stage, number);
CREATE INDEX family_by_outcode ON family (agency, outcode);

CREATE TABLE adult (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    family_id uuid NOT NULL,
    agency text NOT NULL,
    account_id uuid UNIQUE,
    place smallint NOT NULL DEFAULT 1 CHECK (place BETWEEN 1 AND 4),
    UNIQUE (id, family_id, agency),
    UNIQUE (family_id, place),
    FOREIGN KEY (family_id, agency) REFERENCES family (id, agency) ON UPDATE CASCADE
);

CREATE TABLE identity (
    adult_id uuid PRIMARY KEY,
    family_id uuid NOT NULL,
    agency text NOT NULL,
    first_name text NOT NULL CHECK (length(first_name) BETWEEN 1 AND 60),
    last_name text NOT NULL CHECK (length(last_name) BETWEEN 1 AND 60),
    sort_name text NOT NULL GENERATED ALWAYS AS (lower(last_name || ' ' || first_name)) STORED,
    FOREIGN KEY (adult_id, family_id, agency)
        REFERENCES adult (id, family_id, agency) ON UPDATE CASCADE
);
CREATE INDEX identity_by_family ON identity (family_id);
CREATE INDEX identity_by_name ON identity (agency, sort_name);

CREATE TABLE child (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    family_id uuid NOT NULL,
    agency text NOT NULL,
    birth_month date NOT NULL CHECK (extract(day FROM birth_month) = 1),
    UNIQUE (id, family_id, agency),
    FOREIGN KEY (family_id, agency) REFERENCES family (id, agency) ON UPDATE CASCADE
);
CREATE INDEX child_by_family ON child (family_id);

-- Apart from `child`, because only eligibility staff and the family itself may read it (domain.md E20).
CREATE TABLE placement (
    child_id uuid PRIMARY KEY,
    family_id uuid NOT NULL,
    agency text NOT NULL,
    placed_on date,
    order_on date,
    placing_council text CHECK (placing_council ~ '^E[0-9]{8}$'),
    CHECK (order_on IS NULL OR placed_on IS NULL OR placed_on <= order_on),
    FOREIGN KEY (child_id, family_id, agency)
        REFERENCES child (id, family_id, agency) ON UPDATE CASCADE
);
CREATE INDEX placement_by_family ON placement (family_id);

-- `agency` answers for the child (or for the family, before there is one); `kept_by` keeps the row.
CREATE TABLE agency_span (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    family_id uuid NOT NULL,
    child_id uuid REFERENCES child (id),
    kept_by text NOT NULL,
    agency text NOT NULL CHECK (agency ~ '^[A-Z0-9]{2,8}$'),
    from_on date NOT NULL,
    until_on date CHECK (until_on > from_on),
    FOREIGN KEY (family_id, kept_by) REFERENCES family (id, agency) ON UPDATE CASCADE
);
CREATE INDEX agency_span_by_family ON agency_span (family_id);
CREATE UNIQUE INDEX agency_span_open ON agency_span (family_id, child_id) NULLS NOT DISTINCT
    WHERE until_on IS NULL;

CREATE TABLE consent (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    family_id uuid NOT NULL,
    adult_id uuid NOT NULL,
    agency text NOT NULL,
    purpose text NOT NULL CHECK (purpose IN (
        'mentoring', 'playdates', 'joint_events', 'other_agencies', 'newsletter', 'feedback_use'
    )),
    given_at timestamptz NOT NULL,
    withdrawn_at timestamptz CHECK (withdrawn_at >= given_at),
    FOREIGN KEY (adult_id, family_id, agency)
        REFERENCES adult (id, family_id, agency) ON UPDATE CASCADE
);
CREATE INDEX consent_by_family ON consent (family_id);
CREATE UNIQUE INDEX consent_open ON consent (adult_id, purpose) WHERE withdrawn_at IS NULL;

-- Silent and symmetric (domain.md E17): read by the safeguarding lead and the worker, of either side's agency.
CREATE TABLE block (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    family_id uuid NOT NULL REFERENCES family (id),
    agency text NOT NULL,
    other_family_id uuid NOT NULL REFERENCES family (id),
    other_agency text NOT NULL,
    made_at timestamptz NOT NULL,
    lifted_at timestamptz CHECK (lifted_at >= made_at),
    CHECK (family_id <> other_family_id)
);
CREATE UNIQUE INDEX block_open ON block (family_id, other_family_id) WHERE lifted_at IS NULL;
CREATE INDEX block_by_other ON block (other_family_id) WHERE lifted_at IS NULL;

-- Why two families may not be matched is not kept here: yes or no is all that the engine is told (E19).
CREATE TABLE do_not_match (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    family_id uuid NOT NULL REFERENCES family (id),
    agency text NOT NULL,
    other_family_id uuid NOT NULL REFERENCES family (id),
    made_at timestamptz NOT NULL,
    lifted_at timestamptz CHECK (lifted_at >= made_at),
    CHECK (family_id <> other_family_id)
);
CREATE UNIQUE INDEX do_not_match_open ON do_not_match (family_id, other_family_id)
    WHERE lifted_at IS NULL;

CREATE TABLE mentor (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    adult_id uuid NOT NULL UNIQUE,
    family_id uuid NOT NULL,
    agency text NOT NULL,
    state text NOT NULL CHECK (state IN (
        'applied', 'checking', 'in_training', 'active', 'paused', 'blocked', 'retired', 'declined'
    )),
    programmes text[] NOT NULL DEFAULT '{}'
        CHECK (programmes <@ ARRAY['buddy', 'mentor', 'parent_consultant']),
    topics text[] NOT NULL DEFAULT '{}' CHECK (topics <@ ARRAY[
        'fasd', 'adhd', 'autism', 'sensory_needs', 'child_to_parent_violence', 'school_start',
        'exclusion', 'birth_family_contact', 'life_story', 'attachment', 'early_trauma', 'sleep',
        'food', 'teenage_years', 'assessment_process', 'matching_and_waiting', 'moving_in', 'self_care'
    ]),
    not_able_to_support text[] NOT NULL DEFAULT '{}' CHECK (not_able_to_support <@ ARRAY[
        'fasd', 'adhd', 'autism', 'sensory_needs', 'child_to_parent_violence', 'school_start',
        'exclusion', 'birth_family_contact', 'life_story', 'attachment', 'early_trauma', 'sleep',
        'food', 'teenage_years', 'assessment_process', 'matching_and_waiting', 'moving_in', 'self_care'
    ]),
    channels text[] NOT NULL DEFAULT '{}'
        CHECK (channels <@ ARRAY['phone', 'video', 'in_person']),
    identities text[] NOT NULL DEFAULT '{}' CHECK (identities <@ ARRAY[
        'white', 'mixed', 'asian', 'black', 'lgbtq', 'muslim', 'christian'
    ]),
    capacity_points smallint NOT NULL CHECK (capacity_points BETWEEN 0 AND 12),
    travel_minutes_max smallint NOT NULL CHECK (travel_minutes_max BETWEEN 0 AND 120),
    lends_to_other_agencies boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    CHECK (NOT topics && not_able_to_support),
    UNIQUE (id, agency),
    FOREIGN KEY (adult_id, family_id, agency)
        REFERENCES adult (id, family_id, agency) ON UPDATE CASCADE
);
CREATE INDEX mentor_by_state ON mentor (agency, state);
CREATE INDEX mentor_by_family ON mentor (family_id);

-- Dates and who saw them, never a certificate or what it said (E27). A newer record replaces the older one.
CREATE TABLE requirement (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    mentor_id uuid NOT NULL,
    agency text NOT NULL,
    kind text NOT NULL CHECK (kind IN (
        'references', 'identity_seen', 'dbs_basic', 'dbs_enhanced', 'preparation_training',
        'safeguarding_training', 'agreement_signed', 'supervision'
    )),
    met_on date NOT NULL,
    expires_on date CHECK (expires_on >= met_on),
    seen_by text NOT NULL CHECK (length(seen_by) BETWEEN 1 AND 80),
    recorded_at timestamptz NOT NULL,
    replaced_at timestamptz,
    FOREIGN KEY (mentor_id, agency) REFERENCES mentor (id, agency) ON UPDATE CASCADE
);
CREATE UNIQUE INDEX requirement_now ON requirement (mentor_id, kind) WHERE replaced_at IS NULL;

CREATE TABLE support_request (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    family_id uuid NOT NULL,
    adult_id uuid NOT NULL,
    agency text NOT NULL,
    state text NOT NULL CHECK (state IN (
        'draft', 'submitted', 'checking', 'ready', 'proposed', 'matched', 'closed',
        'on_hold', 'withdrawn', 'signposted', 'expired'
    )),
    asked_at timestamptz NOT NULL,
    asked_by_themself boolean NOT NULL,
    programme text NOT NULL CHECK (programme IN ('buddy', 'mentor', 'parent_consultant')),
    topics text[] NOT NULL DEFAULT '{}' CHECK (topics <@ ARRAY[
        'fasd', 'adhd', 'autism', 'sensory_needs', 'child_to_parent_violence', 'school_start',
        'exclusion', 'birth_family_contact', 'life_story', 'attachment', 'early_trauma', 'sleep',
        'food', 'teenage_years', 'assessment_process', 'matching_and_waiting', 'moving_in', 'self_care'
    ]),
    ranked_forms text[] NOT NULL DEFAULT '{}' CHECK (ranked_forms <@ ARRAY[
        'siblings', 'single_adopter', 'same_sex_couple', 'transracial', 'older_child',
        'early_permanence', 'second_adoption', 'birth_children_at_home'
    ]),
    wishes jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(wishes) = 'array'),
    must_haves jsonb NOT NULL DEFAULT '[]'
        CHECK (jsonb_typeof(must_haves) = 'array' AND jsonb_array_length(must_haves) <= 2),
    identities_asked_for text[] NOT NULL DEFAULT '{}' CHECK (identities_asked_for <@ ARRAY[
        'white', 'mixed', 'asian', 'black', 'lgbtq', 'muslim', 'christian'
    ]),
    channels text[] NOT NULL
        CHECK (channels <@ ARRAY['phone', 'video', 'in_person'] AND cardinality(channels) > 0),
    need_points smallint NOT NULL DEFAULT 2 CHECK (need_points BETWEEN 1 AND 3),
    other_agencies boolean NOT NULL DEFAULT false,
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    UNIQUE (id, agency),
    FOREIGN KEY (adult_id, family_id, agency)
        REFERENCES adult (id, family_id, agency) ON UPDATE CASCADE
);
CREATE UNIQUE INDEX support_request_open ON support_request (family_id, programme)
    WHERE state IN ('draft', 'submitted', 'checking', 'ready', 'proposed', 'on_hold');
CREATE INDEX support_request_by_wait ON support_request (agency, asked_at, id);
CREATE INDEX support_request_by_adult ON support_request (adult_id);

-- A worry, for the safeguarding lead of the family's own agency; the raiser holds a receipt and no more.
CREATE TABLE concern (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agency text NOT NULL CHECK (agency ~ '^[A-Z0-9]{2,8}$'),
    about_family_id uuid REFERENCES family (id),
    raised_by_account uuid NOT NULL,
    raised_by_role text NOT NULL,
    raised_at timestamptz NOT NULL,
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 4000),
    state text NOT NULL CHECK (state IN (
        'raised', 'seen', 'referred', 'advised', 'no_action', 'closed'
    ))
);
CREATE INDEX concern_by_state ON concern (agency, state, raised_at);
CREATE INDEX concern_by_family ON concern (about_family_id) WHERE state <> 'closed';

CREATE TABLE concern_receipt (
    concern_id uuid PRIMARY KEY REFERENCES concern (id),
    account_id uuid NOT NULL,
    agency text NOT NULL,
    received_at timestamptz NOT NULL,
    seen_at timestamptz
);
CREATE INDEX concern_receipt_by_account ON concern_receipt (account_id, received_at);

-- Who sees what. Each table: forced, closed, then opened by name.
ALTER TABLE family ENABLE ROW LEVEL SECURITY;
ALTER TABLE family FORCE ROW LEVEL SECURITY;
CREATE POLICY keepers ON family
    USING ((SELECT asks_as_keeper()) AND agency = (SELECT asker_agency()));
CREATE POLICY in_part ON family FOR SELECT
    USING ((SELECT asks_in_part()) AND agency = (SELECT asker_agency()) AND NOT protected);
CREATE POLICY at_home ON family FOR SELECT
    USING ((SELECT asks_at_home()) AND id = (SELECT asker_household()));

ALTER TABLE adult ENABLE ROW LEVEL SECURITY;
ALTER TABLE adult FORCE ROW LEVEL SECURITY;
CREATE POLICY keepers ON adult
    USING ((SELECT asks_as_keeper()) AND agency = (SELECT asker_agency()));
CREATE POLICY in_part ON adult FOR SELECT
    USING ((SELECT asks_in_part()) AND agency = (SELECT asker_agency())
           AND EXISTS (SELECT FROM family WHERE family.id = adult.family_id));
CREATE POLICY at_home ON adult FOR SELECT
    USING ((SELECT asks_at_home()) AND family_id = (SELECT asker_household()));

ALTER TABLE identity ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity FORCE ROW LEVEL SECURITY;
CREATE POLICY keepers ON identity
    USING ((SELECT asks_as_keeper()) AND agency = (SELECT asker_agency()));
CREATE POLICY in_part ON identity FOR SELECT
    USING ((SELECT asks_in_part()) AND agency = (SELECT asker_agency())
           AND EXISTS (SELECT FROM family WHERE family.id = identity.family_id));
CREATE POLICY at_home ON identity FOR SELECT
    USING ((SELECT asks_at_home()) AND family_id = (SELECT asker_household()));

ALTER TABLE child ENABLE ROW LEVEL SECURITY;
ALTER TABLE child FORCE ROW LEVEL SECURITY;
CREATE POLICY keepers ON child
    USING ((SELECT asks_as_keeper()) AND agency = (SELECT asker_agency()));
CREATE POLICY in_part ON child FOR SELECT
    USING ((SELECT asks_in_part()) AND agency = (SELECT asker_agency())
           AND EXISTS (SELECT FROM family WHERE family.id = child.family_id));
CREATE POLICY at_home ON child FOR SELECT
    USING ((SELECT asks_at_home()) AND family_id = (SELECT asker_household()));

ALTER TABLE placement ENABLE ROW LEVEL SECURITY;
ALTER TABLE placement FORCE ROW LEVEL SECURITY;
CREATE POLICY keepers ON placement
    USING ((SELECT asks_as_keeper()) AND agency = (SELECT asker_agency()));
CREATE POLICY at_home ON placement FOR SELECT
    USING ((SELECT asks_at_home()) AND family_id = (SELECT asker_household()));

ALTER TABLE agency_span ENABLE ROW LEVEL SECURITY;
ALTER TABLE agency_span FORCE ROW LEVEL SECURITY;
CREATE POLICY keepers ON agency_span
    USING ((SELECT asks_as_keeper()) AND kept_by = (SELECT asker_agency()));
CREATE POLICY at_home ON agency_span FOR SELECT
    USING ((SELECT asks_at_home()) AND family_id = (SELECT asker_household()));

-- A consent is its adult's own: the other adult of the household does not read it (E32).
ALTER TABLE consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent FORCE ROW LEVEL SECURITY;
CREATE POLICY keepers ON consent
    USING ((SELECT asks_as_keeper()) AND agency = (SELECT asker_agency()));
CREATE POLICY own ON consent
    USING ((SELECT asks_at_home()) AND adult_id = (SELECT asker_person())
           AND family_id = (SELECT asker_household()));

ALTER TABLE block ENABLE ROW LEVEL SECURITY;
ALTER TABLE block FORCE ROW LEVEL SECURITY;
CREATE POLICY safeguarding ON block
    USING ((SELECT asker_role()) IN ('safeguarding_lead', 'system')
           AND (agency = (SELECT asker_agency()) OR other_agency = (SELECT asker_agency())))
    WITH CHECK ((SELECT asker_role()) IN ('safeguarding_lead', 'system')
           AND agency = (SELECT asker_agency()));

ALTER TABLE do_not_match ENABLE ROW LEVEL SECURITY;
ALTER TABLE do_not_match FORCE ROW LEVEL SECURITY;
CREATE POLICY safeguarding ON do_not_match
    USING ((SELECT asker_role()) IN ('safeguarding_lead', 'system')
           AND agency = (SELECT asker_agency()));

ALTER TABLE mentor ENABLE ROW LEVEL SECURITY;
ALTER TABLE mentor FORCE ROW LEVEL SECURITY;
CREATE POLICY keepers ON mentor
    USING ((SELECT asks_as_keeper()) AND agency = (SELECT asker_agency()));
CREATE POLICY own ON mentor
    USING ((SELECT asks_at_home()) AND adult_id = (SELECT asker_person())
           AND family_id = (SELECT asker_household()));

ALTER TABLE requirement ENABLE ROW LEVEL SECURITY;
ALTER TABLE requirement FORCE ROW LEVEL SECURITY;
CREATE POLICY keepers ON requirement
    USING ((SELECT asks_as_keeper()) AND agency = (SELECT asker_agency()));
CREATE POLICY own ON requirement FOR SELECT
    USING ((SELECT asks_at_home())
           AND EXISTS (SELECT FROM mentor WHERE mentor.id = requirement.mentor_id));

ALTER TABLE support_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE support_request FORCE ROW LEVEL SECURITY;
CREATE POLICY keepers ON support_request
    USING ((SELECT asks_as_keeper()) AND agency = (SELECT asker_agency()));
CREATE POLICY at_home ON support_request
    USING ((SELECT asks_at_home()) AND family_id = (SELECT asker_household()));

ALTER TABLE concern ENABLE ROW LEVEL SECURITY;
ALTER TABLE concern FORCE ROW LEVEL SECURITY;
CREATE POLICY safeguarding ON concern
    USING ((SELECT asker_role()) IN ('safeguarding_lead', 'system')
           AND agency = (SELECT asker_agency()));

ALTER TABLE concern_receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE concern_receipt FORCE ROW LEVEL SECURITY;
CREATE POLICY safeguarding ON concern_receipt
    USING ((SELECT asker_role()) IN ('safeguarding_lead', 'system')
           AND agency = (SELECT asker_agency()));
CREATE POLICY raiser ON concern_receipt FOR SELECT
    USING (account_id = (SELECT asker_account()));

-- Which agency keeps a family, whoever asks: a worry must reach the right lead (E30). Says nothing else.
CREATE FUNCTION agency_keeping(family uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.agency FROM family AS f WHERE f.id = agency_keeping.family
$$;

-- Families of the asker's agency about whom a concern is open: yes or no, never what it says (D3).
CREATE FUNCTION families_of_concern() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT c.about_family_id
      FROM concern AS c
     WHERE c.state <> 'closed'
       AND c.about_family_id IS NOT NULL
       AND c.agency = asker_agency()
       AND asks_as_keeper()
$$;

REVOKE ALL ON FUNCTION agency_keeping(uuid), families_of_concern() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION agency_keeping(uuid), families_of_concern() TO matching_app;
GRANT SELECT, INSERT, UPDATE ON family, adult, identity, child, placement, agency_span, consent,
    block, do_not_match, mentor, requirement, support_request, concern, concern_receipt
    TO matching_app;
