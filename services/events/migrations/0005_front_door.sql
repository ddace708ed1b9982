-- The front door: whom families ring and when; who may come, as dated rules; what was asked; who is to be rung back.

CREATE TABLE front_desk (
    code text PRIMARY KEY CHECK (code ~ '^[A-Z0-9]{2,8}(-[A-Z]{2,20})?$'),
    agency text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    website text NOT NULL DEFAULT '' CHECK (length(website) <= 200),
    telephone text NOT NULL DEFAULT '' CHECK (telephone ~ '^[0-9 +]{0,20}$'),
    email text NOT NULL DEFAULT '' CHECK (length(email) <= 254),
    -- Monday is 1. The days on which calls are answered, and how many of them an answer may take.
    reply_weekdays smallint[] NOT NULL DEFAULT '{1,2,3,4,5}'
        CHECK (cardinality(reply_weekdays) > 0 AND reply_weekdays <@ ARRAY[1,2,3,4,5,6,7]::smallint[]),
    reply_days integer NOT NULL DEFAULT 5 CHECK (reply_days BETWEEN 1 AND 20),
    signposts jsonb NOT NULL DEFAULT '[]',
    version integer NOT NULL DEFAULT 1,
    CHECK (code = agency OR starts_with(code, agency || '-'))
);
CREATE INDEX front_desk_of_agency ON front_desk (agency, code);

CREATE TABLE desk_hours (
    desk text NOT NULL REFERENCES front_desk,
    agency text NOT NULL,
    weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens time NOT NULL,
    closes time NOT NULL,
    PRIMARY KEY (desk, weekday),
    CHECK (closes > opens)
);

-- Every version of every rule is kept: an answer on record names the one that it rests on.
CREATE TABLE eligibility_rule (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    agency text NOT NULL,
    service text NOT NULL CHECK (service IN (
        'information', 'helpdesk', 'workshop', 'course', 'group', 'consultation'
    )),
    place integer NOT NULL CHECK (place BETWEEN 1 AND 99),
    kind text NOT NULL CHECK (kind IN (
        'adopted_abroad', 'responsible', 'responsible_and_living', 'living', 'adopted_through', 'approved_by',
        'approved_no_child', 'assessed_by', 'anybody'
    )),
    desks text[] NOT NULL DEFAULT '{}',
    from_on date NOT NULL DEFAULT '2000-01-01',
    until_on date CHECK (until_on > from_on),
    answer text NOT NULL CHECK (answer IN ('yes', 'ask', 'no')),
    contact text REFERENCES front_desk,
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 300),
    source text NOT NULL CHECK (length(source) <= 200),
    set_at timestamptz NOT NULL DEFAULT kith_now(),
    set_by uuid,
    reason text NOT NULL DEFAULT 'As the product ships' CHECK (length(reason) BETWEEN 1 AND 500),
    PRIMARY KEY (id, version)
);
CREATE INDEX eligibility_rule_of_agency ON eligibility_rule (agency, service, place, id, version DESC);

CREATE TABLE eligibility_asking (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    family_id uuid NOT NULL REFERENCES family_card,
    agency text NOT NULL,
    service text NOT NULL,
    asked_on date NOT NULL,
    answer text NOT NULL CHECK (answer IN ('ask', 'no')),
    rule_id uuid,
    rule_version integer,
    contact text NOT NULL REFERENCES front_desk,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL,
    UNIQUE (family_id, agency, service, asked_on),
    FOREIGN KEY (rule_id, rule_version) REFERENCES eligibility_rule
);

CREATE TABLE call_back (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    -- Whose list it is on, the desk of it, and the agency that keeps the family.
    agency text NOT NULL,
    desk text NOT NULL REFERENCES front_desk,
    family_id uuid NOT NULL REFERENCES family_card,
    family_agency text NOT NULL,
    reference text NOT NULL,
    service text,
    words text NOT NULL DEFAULT '' CHECK (length(words) <= 300),
    best_time text NOT NULL CHECK (best_time IN ('any', 'morning', 'afternoon')),
    -- Only where another agency is to ring, which has no number of theirs; gone once they were rung.
    telephone text CHECK (telephone ~ '^[0-9 +]{10,20}$'),
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'rung', 'not_reached', 'withdrawn')),
    settled_at timestamptz,
    settled_by uuid,
    CHECK ((state = 'asked') = (settled_at IS NULL)),
    CHECK (state = 'asked' OR telephone IS NULL),
    CHECK (family_agency = agency OR telephone IS NOT NULL OR state <> 'asked')
);
CREATE UNIQUE INDEX call_back_is_one_at_a_time ON call_back (family_id, desk) WHERE state = 'asked';
CREATE INDEX call_back_by_due ON call_back (agency, due_on, id) WHERE state = 'asked';

-- Public facts of agencies; changed by their own admin.
ALTER TABLE front_desk ENABLE ROW LEVEL SECURITY;
ALTER TABLE front_desk FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON front_desk FOR SELECT USING (true);
CREATE POLICY admins ON front_desk FOR UPDATE
    USING ((SELECT asker_role()) = 'agency_admin' AND agency = (SELECT asker_agency()));
ALTER TABLE desk_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk_hours FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON desk_hours FOR SELECT USING (true);
CREATE POLICY admins ON desk_hours
    USING ((SELECT asker_role()) = 'agency_admin' AND agency = (SELECT asker_agency()));
ALTER TABLE eligibility_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE eligibility_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON eligibility_rule FOR SELECT USING (true);
CREATE POLICY admins ON eligibility_rule FOR INSERT
    WITH CHECK ((SELECT asker_role()) = 'agency_admin' AND agency = (SELECT asker_agency()));

ALTER TABLE eligibility_asking ENABLE ROW LEVEL SECURITY;
ALTER TABLE eligibility_asking FORCE ROW LEVEL SECURITY;
CREATE POLICY at_home ON eligibility_asking
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY staff ON eligibility_asking
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND EXISTS (SELECT FROM family_card AS f WHERE f.family_id = eligibility_asking.family_id));

ALTER TABLE call_back ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_back FORCE ROW LEVEL SECURITY;
CREATE POLICY at_home ON call_back
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY staff ON call_back
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agency = (SELECT asker_agency()));
-- Who asks for a family by phone is of the agency that keeps it.
CREATE POLICY staff_ask ON call_back FOR INSERT
    WITH CHECK ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND family_agency = (SELECT asker_agency()));
CREATE POLICY staff_asked ON call_back FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND family_agency = (SELECT asker_agency()));

GRANT SELECT, UPDATE ON front_desk TO events_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON desk_hours TO events_app;
GRANT SELECT, INSERT ON eligibility_rule TO events_app;
GRANT SELECT, INSERT, UPDATE ON eligibility_asking TO events_app;
GRANT SELECT, INSERT, UPDATE ON call_back TO events_app;

-- The regional agencies, and the one council that keeps a desk of its own (the register's tables say the same).
INSERT INTO front_desk (code, agency, name, website) VALUES
    ('ABI', 'ABI', 'Adopt Birmingham', 'adoptbirmingham.co.uk'),
    ('AC2C', 'AC2C', 'Adopt Coast to Coast', 'adoptcoasttocoast.org.uk'),
    ('AE', 'AE', 'Adopt East', ''),
    ('ALE', 'ALE', 'Adopt London East', 'adoptlondon.org.uk'),
    ('ALN', 'ALN', 'Adopt London North', 'adoptlondon.org.uk'),
    ('ALS', 'ALS', 'Adopt London South', 'adoptlondon.org.uk'),
    ('ALW', 'ALW', 'Adopt London West', 'adoptlondon.org.uk'),
    ('ANE', 'ANE', 'Adopt North East', 'adoptnortheast.org.uk'),
    ('AS', 'AS', 'Adopt South', 'hants.gov.uk/socialcareandhealth/adoptsouth'),
    ('ASW', 'ASW', 'Adopt South West', 'adoptsouthwest.org.uk'),
    ('ATV', 'ATV', 'Adopt Thames Valley', 'adoptthamesvalley.co.uk'),
    ('ACE', 'ACE', 'Adoption Central England', 'aceadoption.com'),
    ('AC', 'AC', 'Adoption Connects', ''),
    ('ACO', 'ACO', 'Adoption Counts', 'adoptioncounts.org.uk'),
    ('AEM', 'AEM', 'Adoption East Midlands', 'adoptioneastmidlands.org.uk'),
    ('ALB', 'ALB', 'Adoption Lancashire & Blackpool', 'adoptionlancashireblackpool.org.uk'),
    ('AN', 'AN', 'Adoption Now', ''),
    ('APSE', 'APSE', 'Adoption Partnership South East', 'adoptionpartnershipsoutheast.org.uk'),
    ('ASE', 'ASE', 'Adoption South East', ''),
    ('ATEES', 'ATEES', 'Adoption Tees Valley', 'adoptionteesvalley.org.uk'),
    ('AW', 'AW', 'Adoption West', ''),
    ('AIM', 'AIM', 'Adoption in Merseyside', ''),
    ('AHEART', 'AHEART', 'Adoption@Heart', ''),
    ('ASPIRE', 'ASPIRE', 'Aspire Adoption', 'aspireadoption.co.uk'),
    ('BUCKS', 'BUCKS', 'Buckinghamshire adoption service (not in an RAA)', ''),
    ('CPA', 'CPA', 'Cambridgeshire and Peterborough Adoption', 'cpadoption.co.uk'),
    ('CORAM', 'CORAM', 'Coram Ambitious for Adoption', ''),
    ('CUMB', 'CUMB', 'Cumbria Adoption', 'cumbriaadoption.org.uk'),
    ('FAL', 'FAL', 'Family Adoption Links', 'familyadoptionlinks.org.uk'),
    ('OANH', 'OANH', 'One Adoption North and Humber', 'oneadoption.co.uk'),
    ('OASY', 'OASY', 'One Adoption South Yorkshire', 'oneadoption.co.uk'),
    ('OAWY', 'OAWY', 'One Adoption West Yorkshire', 'oneadoption.co.uk'),
    ('TFA', 'TFA', 'Together for Adoption', ''),
    ('T4C', 'T4C', 'Together4Children', ''),
    ('AS-PORTSMOUTH', 'AS', 'Portsmouth City Council', 'portsmouth.gov.uk');

-- Adopt Thames Valley's hours, and its helpdesk that calls back on four days (domain.md A4 rows 36, 37).
UPDATE front_desk
   SET reply_weekdays = '{1,2,4,5}', reply_days = 5,
       signposts = '[{"name": "AdoptionUK, a forum and e-learning", "website": "adoptionuk.org"}]'
 WHERE code = 'ATV';
INSERT INTO desk_hours (desk, agency, weekday, opens, closes)
SELECT 'ATV', 'ATV', weekday, '08:30', CASE weekday WHEN 5 THEN time '16:00' ELSE time '17:00' END
  FROM generate_series(1, 5) AS weekday;
UPDATE front_desk
   SET signposts = '[{"name": "Support4SEND, for special needs at school", "website": "support4send.co.uk"}]'
 WHERE code = 'AS';

-- What holds everywhere: the three-year rule by desks, for each service (domain.md A4a).
INSERT INTO eligibility_rule (agency, service, place, kind, desks, answer, words, source)
SELECT a.agency, s.service, r.place, r.kind, ARRAY[a.agency], r.answer, r.words, r.source
  FROM (SELECT DISTINCT agency FROM front_desk) AS a
 CROSS JOIN unnest(ARRAY['helpdesk', 'workshop', 'course', 'group', 'consultation']) AS s (service)
 CROSS JOIN (VALUES
    (10, 'adopted_abroad', 'no', 'We give families who adopted abroad information and advice.',
     'Hampshire’s adoption support page'),
    (30, 'responsible', 'yes', 'We look after support for your family.',
     'Three years after the order with the placing council, then where you live (regulations of 2005)'),
    (40, 'approved_no_child', 'yes', 'We approved you, and look after you until a child comes.', 'Regulations of 2005'),
    (50, 'assessed_by', 'ask', 'We are still getting to know you. Some of this is open to you already.', 'Your agency’s own choice')
  ) AS r (place, kind, answer, words, source);
INSERT INTO eligibility_rule (agency, service, place, kind, answer, words, source)
SELECT DISTINCT agency, 'information', 90, 'anybody', 'yes', 'Information and advice are for everybody who asks.', 'Hampshire’s adoption support page'
  FROM front_desk;

-- Hampshire's page (000): families adopted through them may come at any time; Portsmouth looks after its own.
INSERT INTO eligibility_rule (agency, service, place, kind, desks, answer, contact, words, source)
SELECT 'AS', s.service, r.place, r.kind, r.desks, r.answer, r.contact, r.words, 'Hampshire’s adoption support page'
  FROM unnest(ARRAY['helpdesk', 'workshop', 'course', 'group', 'consultation']) AS s (service)
 CROSS JOIN (VALUES
    (20, 'responsible', ARRAY['AS-PORTSMOUTH'], 'no', 'AS-PORTSMOUTH', 'Portsmouth looks after its own families.'),
    (35, 'adopted_through', ARRAY['AS'], 'yes', NULL, 'You adopted through us, so you may come at any time.')
  ) AS r (place, kind, desks, answer, contact, words);

-- Thames Valley's page (003) says "resident" where the law asks who placed: never a no, but a question to the helpdesk.
UPDATE eligibility_rule
   SET kind = 'responsible_and_living', source = 'Adopt Thames Valley’s website; regulations of 2005'
 WHERE agency = 'ATV' AND kind = 'responsible';
INSERT INTO eligibility_rule (agency, service, place, kind, desks, answer, words, source)
SELECT 'ATV', service, 35, 'responsible', ARRAY['ATV'], 'ask',
       'We answer for your child, and you live outside our area. Our page and the law differ here, so please check with the helpdesk.',
       'Adopt Thames Valley’s website'
  FROM unnest(ARRAY['helpdesk', 'workshop', 'course', 'group', 'consultation']) AS service;
-- Course costs: "approved by us and/or resident more than three years".
INSERT INTO eligibility_rule (agency, service, place, kind, desks, answer, words, source)
VALUES ('ATV', 'course', 20, 'approved_by', ARRAY['ATV'], 'yes', 'We approved you, so we pay for your course wherever you live.',
        'Adopt Thames Valley’s website, on course costs');
