-- What agencies offer, the events that are booked as one, their dates, and who has a place.
--
-- An event is what is booked as one: a single date, or a course of several (domain.md D7). Its row is the counter:
-- nothing else says how many places are gone. One row, so one lock and no question that a race could answer wrongly.

CREATE TABLE venue (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agency text NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    town text NOT NULL CHECK (length(town) BETWEEN 1 AND 80),
    -- Told to families with a place and to nobody else (domain.md E21); the town is for all.
    address text NOT NULL CHECK (length(address) BETWEEN 1 AND 300),
    arriving text NOT NULL DEFAULT '' CHECK (length(arriving) <= 600),
    access_needs_met text[] NOT NULL DEFAULT '{}',
    heads_max integer CHECK (heads_max > 0),
    changed_at timestamptz NOT NULL DEFAULT kith_now()
);
CREATE INDEX venue_of_agency ON venue (agency, name);

CREATE TABLE offering (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    agency text NOT NULL,
    kind text NOT NULL CHECK (kind IN (
        'support_group', 'stay_and_play', 'club', 'teen_group', 'fun_day', 'celebration', 'workshop', 'course',
        'online', 'consultation', 'listing'
    )),
    topic text REFERENCES workshop_topic,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
    summary text NOT NULL CHECK (length(summary) <= 1500),
    tier text NOT NULL DEFAULT 'universal' CHECK (tier IN ('universal', 'targeted', 'specialist')),
    counts_by text NOT NULL DEFAULT 'families' CHECK (counts_by IN ('families', 'heads')),
    age_bands text[] NOT NULL DEFAULT '{}',
    parents_stay boolean NOT NULL DEFAULT true,
    -- A listing of somebody else's: we hold no bookings for it (domain.md A3 row 23).
    provider text CHECK (length(provider) <= 120),
    link text CHECK (link ~ '^https://' AND length(link) <= 300),
    made_at timestamptz NOT NULL DEFAULT kith_now(),
    CHECK ((kind = 'listing') = (provider IS NOT NULL AND link IS NOT NULL)),
    CHECK (kind = 'workshop' OR topic IS NULL)
);
CREATE INDEX offering_of_agency ON offering (agency, title);

-- Places kept for other agencies' families at an instant: promised to them, not taken, not released yet.
CREATE FUNCTION kept_for_others(
    agencies text[], guaranteed integer[], used integer[], releases timestamptz[], agency text, at timestamptz
) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(sum(greatest(one.promised - one.gone, 0)), 0)::integer
      FROM unnest($1, $2, $3, $4) AS one (name, promised, gone, release_at)
     WHERE one.name <> $5
       AND $6 < one.release_at
$$;
CREATE FUNCTION total(numbers integer[]) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(sum(number), 0)::integer FROM unnest($1) AS number
$$;

CREATE TABLE event (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    offering_id uuid NOT NULL REFERENCES offering,
    agency text NOT NULL,
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'published', 'cancelled')),
    is_course boolean NOT NULL DEFAULT false,
    town text NOT NULL CHECK (length(town) BETWEEN 1 AND 80),
    venue_id uuid REFERENCES venue,
    is_online boolean NOT NULL DEFAULT false,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    -- Booking is open from, and until; offers are made until (later than the second where the list stays open).
    books_from timestamptz,
    books_until timestamptz NOT NULL,
    offers_until timestamptz NOT NULL,
    list_open boolean NOT NULL DEFAULT true,
    list_max integer CHECK (list_max >= 0),
    auto_offers boolean NOT NULL DEFAULT true,
    -- How long a place is kept for a party at the head of the list that is too big for it; 0: the next is asked.
    party_waits_days integer NOT NULL DEFAULT 0 CHECK (party_waits_days BETWEEN 0 AND 60),
    walk_ins boolean NOT NULL DEFAULT false,
    attendance_min integer CHECK (attendance_min > 0),
    numbers_min integer CHECK (numbers_min > 0),
    decide_on date,

    -- The counter. `capacity` is the aim, `extra` what may go over it, `room_max` what the room holds.
    capacity integer NOT NULL CHECK (capacity >= 0),
    extra integer NOT NULL DEFAULT 0 CHECK (extra >= 0),
    room_max integer CHECK (room_max >= 0),
    places integer NOT NULL GENERATED ALWAYS AS (least(capacity + extra, coalesce(room_max, capacity + extra))) STORED,
    taken integer NOT NULL DEFAULT 0,
    -- When places were cut below what was taken, what may stay taken: it falls with each place given back.
    allowed integer NOT NULL DEFAULT 0 CHECK (allowed >= 0),
    -- By agency, in one order: who may come, what is promised, the most they may have, until when the promise
    -- holds, what their families have, and how many of their families come before the public for a free place.
    agencies text[] NOT NULL,
    guaranteed integer[] NOT NULL,
    most integer[] NOT NULL,
    releases timestamptz[] NOT NULL,
    used integer[] NOT NULL,
    queue integer[] NOT NULL,
    -- Families on the list, offered ones too.
    listed integer NOT NULL DEFAULT 0 CHECK (listed >= 0),

    version bigint NOT NULL DEFAULT 1,
    cancelled_because text CHECK (length(cancelled_because) <= 500),
    CHECK (ends_at > starts_at),
    CHECK (taken >= 0 AND taken <= greatest(places, allowed)),
    CHECK (taken = total(used)),
    CHECK (0 <= ALL (used) AND 0 <= ALL (queue) AND 0 <= ALL (guaranteed) AND 0 <= ALL (most)),
    CHECK (total(guaranteed) <= capacity),
    CHECK (agencies[1] = agency),
    CHECK (cardinality(guaranteed) = cardinality(agencies) AND cardinality(most) = cardinality(agencies)
           AND cardinality(releases) = cardinality(agencies) AND cardinality(used) = cardinality(agencies)
           AND cardinality(queue) = cardinality(agencies))
);
CREATE INDEX event_by_start ON event (starts_at, id) WHERE state = 'published';
CREATE INDEX event_of_agency ON event (agency, starts_at, id);
CREATE INDEX event_of_offering ON event (offering_id, starts_at);
CREATE INDEX event_with_agencies ON event USING gin (agencies);

-- What only those with a place may know of where to go.
CREATE TABLE event_private (
    event_id uuid PRIMARY KEY REFERENCES event,
    join_link text CHECK (join_link ~ '^https://' AND length(join_link) <= 500),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 1000)
);

-- One dated meeting: the time on the wall, and the instant that it is (design decision 9).
CREATE TABLE sitting (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    event_id uuid NOT NULL REFERENCES event,
    number integer NOT NULL CHECK (number > 0),
    wall_start timestamp NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    -- Rises with each move, as a calendar wants it (RFC 5545 SEQUENCE).
    sequence integer NOT NULL DEFAULT 0,
    -- Whose time it is, where one person's slots may not overlap.
    worker_id uuid,
    is_off boolean NOT NULL DEFAULT false,
    CHECK (ends_at > starts_at),
    CHECK (starts_at AT TIME ZONE 'Europe/London' = wall_start),
    UNIQUE (event_id, number),
    EXCLUDE USING gist (worker_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
        WHERE (worker_id IS NOT NULL AND NOT is_off)
);
CREATE INDEX sitting_by_start ON sitting (starts_at);

CREATE TABLE booking (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL REFERENCES event,
    family_id uuid NOT NULL,
    agency text NOT NULL,
    agencies text[] NOT NULL,
    state text NOT NULL CHECK (state IN (
        'held', 'waiting_for_gate', 'confirmed', 'attended', 'part_attended', 'not_attended',
        'cancelled_by_family', 'cancelled_by_agency', 'transferred', 'let_go'
    )),
    places integer NOT NULL CHECK (places > 0),
    adults integer NOT NULL CHECK (adults BETWEEN 0 AND 10),
    children text[] NOT NULL CHECK (cardinality(children) <= 15),
    -- A place that is held, for an offer or for a gate, until then.
    hold_until timestamptz,
    photos_allowed boolean NOT NULL DEFAULT false,
    booked_by uuid NOT NULL,
    booked_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_because text CHECK (length(ended_because) <= 500),
    moved_to uuid REFERENCES booking,
    version bigint NOT NULL DEFAULT 1,
    CHECK (adults + cardinality(children) > 0),
    CHECK ((state IN ('held', 'waiting_for_gate')) = (hold_until IS NOT NULL))
);
-- At most one place for a family at an event, offered or booked, whatever raced.
CREATE UNIQUE INDEX booking_is_one_a_family ON booking (event_id, family_id)
    WHERE state IN ('held', 'waiting_for_gate', 'confirmed', 'attended', 'part_attended', 'not_attended');
CREATE INDEX booking_of_family ON booking (family_id, booked_at DESC, id);
CREATE INDEX booking_held ON booking (hold_until) WHERE state IN ('held', 'waiting_for_gate');

CREATE TABLE waiting_entry (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL REFERENCES event,
    family_id uuid NOT NULL,
    agency text NOT NULL,
    agencies text[] NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'offered', 'accepted', 'declined', 'left', 'removed')),
    places integer NOT NULL CHECK (places > 0),
    adults integer NOT NULL CHECK (adults BETWEEN 0 AND 10),
    children text[] NOT NULL CHECK (cardinality(children) <= 15),
    short_notice boolean NOT NULL DEFAULT false,
    -- The order: tier, then since when, then a number drawn when the family joined (domain.md C1).
    tier integer NOT NULL DEFAULT 0 CHECK (tier BETWEEN 0 AND 9),
    since timestamptz NOT NULL,
    draw bigint NOT NULL,
    lapses integer NOT NULL DEFAULT 0,
    rests_until timestamptz,
    -- Why the last free place went past this family, where it did; then the public comes before it.
    passed_because text,
    -- Since when a place has been kept for this party, which is too big for what is free.
    kept_since timestamptz,
    joined_by uuid NOT NULL,
    joined_at timestamptz NOT NULL,
    ended_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    CHECK (adults + cardinality(children) > 0),
    CHECK (passed_because IS NULL OR state = 'waiting')
);
CREATE UNIQUE INDEX waiting_entry_is_one_a_family ON waiting_entry (event_id, family_id)
    WHERE state IN ('waiting', 'offered');
CREATE INDEX waiting_entry_in_order ON waiting_entry (event_id, tier, since, draw, id) WHERE state = 'waiting';
CREATE INDEX waiting_entry_of_family ON waiting_entry (family_id, joined_at DESC, id);

CREATE TABLE offer (
    id uuid PRIMARY KEY,
    event_id uuid NOT NULL REFERENCES event,
    entry_id uuid NOT NULL REFERENCES waiting_entry,
    -- The held place; none where several families were asked at once and the first to answer has it.
    booking_id uuid REFERENCES booking,
    family_id uuid NOT NULL,
    agency text NOT NULL,
    agencies text[] NOT NULL,
    state text NOT NULL CHECK (state IN ('sent', 'accepted', 'declined', 'lapsed', 'revoked')),
    places integer NOT NULL CHECK (places > 0),
    made_at timestamptz NOT NULL,
    answer_by timestamptz NOT NULL,
    answered_at timestamptz,
    made_because text CHECK (length(made_because) <= 500),
    settings_number integer NOT NULL
);
CREATE UNIQUE INDEX offer_is_one_an_entry ON offer (entry_id) WHERE state = 'sent';
CREATE INDEX offer_due ON offer (answer_by) WHERE state = 'sent';
CREATE INDEX offer_of_event ON offer (event_id, made_at DESC, id);

-- Who came to which date: each marking is kept, the newest counts (event-scenarios.md D08).
CREATE TABLE attendance (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    sitting_id uuid NOT NULL REFERENCES sitting,
    booking_id uuid NOT NULL REFERENCES booking,
    agencies text[] NOT NULL,
    adults integer NOT NULL CHECK (adults >= 0),
    children integer NOT NULL CHECK (children >= 0),
    marked_by uuid NOT NULL,
    marked_at timestamptz NOT NULL
);
CREATE INDEX attendance_of_booking ON attendance (booking_id, sitting_id, marked_at DESC);
CREATE INDEX attendance_of_sitting ON attendance (sitting_id, marked_at DESC);

-- How an agency gives places away: versioned, within bounds (design decision 12).
CREATE TABLE place_settings (
    agency text NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    far_hours integer NOT NULL CHECK (far_hours BETWEEN 24 AND 168),
    near_hours integer NOT NULL CHECK (near_hours BETWEEN 8 AND 72),
    close_hours integer NOT NULL CHECK (close_hours BETWEEN 2 AND 12),
    cut_off_minutes integer NOT NULL CHECK (cut_off_minutes BETWEEN 15 AND 1440),
    rest_hours integer NOT NULL CHECK (rest_hours BETWEEN 0 AND 168),
    set_by uuid NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (agency, number)
);

-- An event as it is read: with what it is a date of.
CREATE VIEW event_seen WITH (security_invoker = true) AS
SELECT e.id, e.offering_id, e.agency, e.state, e.is_course, e.town, e.venue_id, e.is_online, e.starts_at, e.ends_at,
       e.books_from, e.books_until, e.offers_until, e.list_open, e.list_max, e.auto_offers, e.party_waits_days,
       e.walk_ins, e.attendance_min, e.numbers_min, e.decide_on, e.capacity, e.extra, e.room_max, e.places, e.taken,
       e.allowed, e.agencies, e.guaranteed, e.most, e.releases, e.used, e.queue, e.listed, e.version,
       e.cancelled_because, o.kind, o.counts_by, o.title, o.topic
  FROM event AS e
  JOIN offering AS o ON o.id = e.offering_id;

-- The agencies to which the asker's family belongs today.
CREATE FUNCTION asker_family_agencies() RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(DISTINCT f.agency) FROM family_card AS f WHERE f.family_id = asker_household()
$$;

-- Whether a party of an agency fits at an instant: all of it or nothing (event-scenarios.md A11, B32, C01).
CREATE FUNCTION has_room(one event, agency text, party integer, at timestamptz) RETURNS boolean
    LANGUAGE sql IMMUTABLE AS $$
    SELECT one.taken + party
           + kept_for_others(one.agencies, one.guaranteed, one.used, one.releases, agency, at) <= one.places
       AND one.used[array_position(one.agencies, agency)] + party
           <= one.most[array_position(one.agencies, agency)]
$$;
-- How many families come first for the place that this party would take: those of its own agency where
-- the agency's promise still covers it, else all who wait.
CREATE FUNCTION come_first(one event, agency text, party integer, at timestamptz) RETURNS integer
    LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN at < one.releases[array_position(one.agencies, agency)]
                 AND one.used[array_position(one.agencies, agency)] + party
                     <= one.guaranteed[array_position(one.agencies, agency)]
                THEN one.queue[array_position(one.agencies, agency)]
                ELSE total(one.queue) END
$$;

ALTER TABLE venue ENABLE ROW LEVEL SECURITY;
ALTER TABLE venue FORCE ROW LEVEL SECURITY;
ALTER TABLE offering ENABLE ROW LEVEL SECURITY;
ALTER TABLE offering FORCE ROW LEVEL SECURITY;
ALTER TABLE event ENABLE ROW LEVEL SECURITY;
ALTER TABLE event FORCE ROW LEVEL SECURITY;
ALTER TABLE event_private ENABLE ROW LEVEL SECURITY;
ALTER TABLE event_private FORCE ROW LEVEL SECURITY;
ALTER TABLE sitting ENABLE ROW LEVEL SECURITY;
ALTER TABLE sitting FORCE ROW LEVEL SECURITY;
ALTER TABLE booking ENABLE ROW LEVEL SECURITY;
ALTER TABLE booking FORCE ROW LEVEL SECURITY;
ALTER TABLE waiting_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE waiting_entry FORCE ROW LEVEL SECURITY;
ALTER TABLE offer ENABLE ROW LEVEL SECURITY;
ALTER TABLE offer FORCE ROW LEVEL SECURITY;
ALTER TABLE attendance ENABLE ROW LEVEL SECURITY;
ALTER TABLE attendance FORCE ROW LEVEL SECURITY;
ALTER TABLE place_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE place_settings FORCE ROW LEVEL SECURITY;

-- Families: their own places and entries, and what is offered to them.
CREATE POLICY at_home ON booking FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY at_home ON waiting_entry FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY at_home ON offer FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY at_home ON event FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND state <> 'draft'
           AND (agencies && (SELECT asker_family_agencies())
                OR EXISTS (SELECT FROM booking AS b WHERE b.event_id = event.id)
                OR EXISTS (SELECT FROM waiting_entry AS w WHERE w.event_id = event.id)));
CREATE POLICY at_home ON offering FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor')
           AND EXISTS (SELECT FROM event AS e WHERE e.offering_id = offering.id));
CREATE POLICY at_home ON sitting FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor')
           AND EXISTS (SELECT FROM event AS e WHERE e.id = sitting.event_id));
CREATE POLICY with_a_place ON venue FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor')
           AND EXISTS (SELECT FROM event AS e JOIN booking AS b ON b.event_id = e.id
                        WHERE e.venue_id = venue.id AND e.state = 'published'
                          AND b.state IN ('confirmed', 'attended', 'part_attended')));
CREATE POLICY with_a_place ON event_private FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor')
           AND EXISTS (SELECT FROM event AS e JOIN booking AS b ON b.event_id = e.id
                        WHERE e.id = event_private.event_id AND e.state = 'published'
                          AND b.state IN ('confirmed', 'attended', 'part_attended')));

-- Staff: what their agency hosts or shares; only the host changes it.
CREATE POLICY staff ON event FOR SELECT
    USING ((SELECT asker_household()) IS NULL AND (SELECT asker_role()) NOT IN ('system', 'nobody', 'system_operator')
           AND agencies @> ARRAY[(SELECT asker_agency())]
           AND (state <> 'draft' OR agency = (SELECT asker_agency())));
CREATE POLICY host ON event
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agency = (SELECT asker_agency()));
CREATE POLICY staff ON offering FOR SELECT
    USING ((SELECT asker_household()) IS NULL AND (SELECT asker_role()) NOT IN ('system', 'nobody', 'system_operator')
           AND EXISTS (SELECT FROM event AS e WHERE e.offering_id = offering.id));
CREATE POLICY host ON offering
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agency = (SELECT asker_agency()));
CREATE POLICY staff ON sitting FOR SELECT
    USING ((SELECT asker_household()) IS NULL AND (SELECT asker_role()) NOT IN ('system', 'nobody', 'system_operator')
           AND EXISTS (SELECT FROM event AS e WHERE e.id = sitting.event_id));
CREATE POLICY host ON sitting
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND EXISTS (SELECT FROM event AS e WHERE e.id = sitting.event_id AND e.agency = (SELECT asker_agency())));
CREATE POLICY staff ON event_private FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin', 'facilitator')
           AND EXISTS (SELECT FROM event AS e WHERE e.id = event_private.event_id));
CREATE POLICY host ON event_private
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND EXISTS (SELECT FROM event AS e
                        WHERE e.id = event_private.event_id AND e.agency = (SELECT asker_agency())));
CREATE POLICY staff ON venue FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin', 'facilitator')
           AND (agency = (SELECT asker_agency()) OR EXISTS (SELECT FROM event AS e WHERE e.venue_id = venue.id)));
CREATE POLICY host ON venue
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agency = (SELECT asker_agency()));
-- Of bookings, an agency sees its own families', and the host those at its events (domain.md E39).
CREATE POLICY staff ON booking FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agencies @> ARRAY[(SELECT asker_agency())]);
CREATE POLICY partner ON booking FOR SELECT
    USING ((SELECT asker_role()) = 'partner' AND agency = (SELECT asker_agency()));
CREATE POLICY staff ON waiting_entry FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agencies @> ARRAY[(SELECT asker_agency())]);
CREATE POLICY partner ON waiting_entry FOR SELECT
    USING ((SELECT asker_role()) = 'partner' AND agency = (SELECT asker_agency()));
CREATE POLICY staff ON offer FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agencies @> ARRAY[(SELECT asker_agency())]);
CREATE POLICY partner ON offer FOR SELECT
    USING ((SELECT asker_role()) = 'partner' AND agency = (SELECT asker_agency()));
CREATE POLICY staff ON attendance FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agencies @> ARRAY[(SELECT asker_agency())]);
CREATE POLICY staff ON place_settings
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agency = (SELECT asker_agency()));

-- The system, for the agency that its job names: it alone gives and takes places.
CREATE POLICY worker ON event
    USING ((SELECT asker_role()) = 'system' AND agencies @> ARRAY[(SELECT asker_agency())]);
CREATE POLICY worker ON offering FOR SELECT
    USING ((SELECT asker_role()) = 'system'
           AND EXISTS (SELECT FROM event AS e WHERE e.offering_id = offering.id));
CREATE POLICY worker ON sitting
    USING ((SELECT asker_role()) = 'system'
           AND EXISTS (SELECT FROM event AS e WHERE e.id = sitting.event_id));
CREATE POLICY worker ON booking
    USING ((SELECT asker_role()) = 'system' AND agencies @> ARRAY[(SELECT asker_agency())]);
CREATE POLICY worker ON waiting_entry
    USING ((SELECT asker_role()) = 'system' AND agencies @> ARRAY[(SELECT asker_agency())]);
CREATE POLICY worker ON offer
    USING ((SELECT asker_role()) = 'system' AND agencies @> ARRAY[(SELECT asker_agency())]);
CREATE POLICY worker ON attendance
    USING ((SELECT asker_role()) = 'system' AND agencies @> ARRAY[(SELECT asker_agency())]);
CREATE POLICY worker ON place_settings FOR SELECT
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));

-- What is due, and for which host: ids only, so that the worker takes one job for each.
CREATE FUNCTION offers_due(at timestamptz) RETURNS TABLE (offer_id uuid, event_id uuid, host text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.id, o.event_id, e.agency
      FROM offer AS o JOIN event AS e ON e.id = o.event_id
     WHERE o.state = 'sent' AND o.answer_by <= offers_due.at
     ORDER BY o.answer_by, o.id
     LIMIT 500
$$;
CREATE FUNCTION gates_due(at timestamptz) RETURNS TABLE (booking_id uuid, event_id uuid, host text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.id, b.event_id, e.agency
      FROM booking AS b JOIN event AS e ON e.id = b.event_id
     WHERE b.state = 'waiting_for_gate' AND b.hold_until <= gates_due.at
     ORDER BY b.hold_until, b.id
     LIMIT 500
$$;
-- Events with a free place and somebody who waits for one.
CREATE FUNCTION events_to_fill(at timestamptz) RETURNS TABLE (event_id uuid, host text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, e.agency
      FROM event AS e
     WHERE e.state = 'published' AND e.auto_offers AND e.taken < e.places AND e.offers_until > events_to_fill.at
       AND EXISTS (SELECT FROM waiting_entry AS w WHERE w.event_id = e.id AND w.state = 'waiting'
                      AND (w.rests_until IS NULL OR w.rests_until <= events_to_fill.at))
     ORDER BY e.starts_at, e.id
     LIMIT 200
$$;
REVOKE ALL ON FUNCTION offers_due(timestamptz), gates_due(timestamptz), events_to_fill(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION offers_due(timestamptz), gates_due(timestamptz), events_to_fill(timestamptz) TO events_app;

GRANT SELECT, INSERT, UPDATE ON venue, offering, event, event_private, sitting, booking, waiting_entry, offer
    TO events_app;
GRANT SELECT ON event_seen TO events_app;
GRANT SELECT, INSERT ON attendance, place_settings TO events_app;
GRANT DELETE ON sitting TO events_app;
