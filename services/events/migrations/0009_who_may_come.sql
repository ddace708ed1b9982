-- Whose family one is follows who answers for the children; families kept apart do not meet at an event; and the
-- roles that see what is offered are named, one by one.

-- The agencies that may have places for a family today, who answers for a child first, who keeps its record last:
-- the three-year rule moves a family on by itself (domain.md A4a), and some rules hold for whoever adopted through
-- an agency, or was approved by it, wherever they live (row 40).
CREATE FUNCTION agencies_of(one family_card) RETURNS text[] LANGUAGE sql STABLE AS $$
    WITH today AS (
        SELECT (kith_now() AT TIME ZONE 'Europe/London')::date AS day
    ), answering AS (
        SELECT 1 AS turn, child.place, d.agency
          FROM today, jsonb_array_elements(one.children) WITH ORDINALITY AS child (told, place),
               jsonb_array_elements(child.told -> 'spans') AS span
          JOIN front_desk AS d ON d.code = span ->> 'desk'
         WHERE coalesce((span ->> 'from_on')::date <= today.day, true)
           AND coalesce(today.day < (span ->> 'until_on')::date, true)
         UNION ALL
        SELECT 2, 1, r.agency
          FROM today, eligibility_rule AS r
         WHERE r.answer <> 'no' AND r.from_on <= today.day AND (r.until_on IS NULL OR today.day < r.until_on)
           AND (r.kind = 'approved_by' AND one.approved_by = ANY (r.desks)
                OR r.kind = 'adopted_through'
                   AND EXISTS (SELECT FROM jsonb_array_elements(one.children) AS child
                                WHERE child ->> 'adopted_through' = ANY (r.desks)))
           AND r.version = (SELECT max(newest.version) FROM eligibility_rule AS newest WHERE newest.id = r.id)
         UNION ALL
        SELECT 3, 1, one.agency
    ), firsts AS (
        SELECT agency, min(turn * 100 + place) AS turn FROM answering GROUP BY agency
    )
    SELECT array_agg(agency ORDER BY turn, agency) FROM firsts
$$;

-- The agencies whose programme the asker's family sees.
CREATE OR REPLACE FUNCTION asker_family_agencies() RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT agencies_of(f) FROM family_card AS f WHERE f.family_id = asker_household()
$$;

-- Events at which a family has a place that the asker's must not meet. To the asker's they are full, like any that is:
-- nothing else may tell (domain.md E17, E19; event-scenarios.md I08).
CREATE FUNCTION asker_kept_from() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT b.event_id), '{}')
      FROM family_card AS f
      JOIN booking AS b ON b.family_id = ANY (f.blocked_family_ids)
     WHERE f.family_id = asker_household()
       AND b.state IN ('held', 'waiting_for_gate', 'confirmed', 'attended', 'part_attended', 'not_attended')
$$;
REVOKE ALL ON FUNCTION asker_kept_from() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION asker_kept_from() TO events_app;

CREATE OR REPLACE VIEW event_seen WITH (security_invoker = true) AS
SELECT e.id, e.offering_id, e.agency, e.state, e.is_course, e.town, e.venue_id, e.is_online, e.starts_at, e.ends_at,
       e.books_from, e.books_until, e.offers_until, e.list_open, e.list_max, e.auto_offers, e.party_waits_days,
       e.walk_ins, e.attendance_min, e.numbers_min, e.decide_on, e.capacity, e.extra, e.room_max, e.places,
       CASE WHEN e.id = ANY ((SELECT asker_kept_from())::uuid[]) THEN greatest(e.taken, e.places) ELSE e.taken END
           AS taken,
       e.allowed, e.agencies, e.guaranteed, e.most, e.releases, e.used, e.queue, e.listed, e.version,
       e.cancelled_because, o.kind, o.counts_by, o.title, o.topic
  FROM event AS e
  JOIN offering AS o ON o.id = e.offering_id;

-- Where an event is hangs on its own row of private things, so each has one.
INSERT INTO event_private (event_id) SELECT id FROM event ON CONFLICT DO NOTHING;

-- Who sees what is offered: named, so that a new role sees nothing until somebody says so.
DROP POLICY staff ON event;
CREATE POLICY staff ON event FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin', 'facilitator', 'partner',
                                     'board_viewer', 'assessing_social_worker', 'safeguarding_lead')
           AND agencies @> ARRAY[(SELECT asker_agency())]
           AND (state <> 'draft' OR agency = (SELECT asker_agency())));
DROP POLICY staff ON offering;
CREATE POLICY staff ON offering FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin', 'facilitator', 'partner',
                                     'board_viewer', 'assessing_social_worker', 'safeguarding_lead')
           AND EXISTS (SELECT FROM event AS e WHERE e.offering_id = offering.id));
DROP POLICY staff ON sitting;
CREATE POLICY staff ON sitting FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin', 'facilitator', 'partner',
                                     'board_viewer', 'assessing_social_worker', 'safeguarding_lead')
           AND EXISTS (SELECT FROM event AS e WHERE e.id = sitting.event_id));

-- The worker moves what somebody asked for of workshops for the agency that keeps the family, and no other's.
DROP POLICY worker ON interest;
CREATE POLICY worker ON interest
    USING ((SELECT asker_role()) = 'system'
           AND EXISTS (SELECT FROM family_card AS f
                        WHERE f.family_id = interest.family_id AND f.agency = (SELECT asker_agency())));

-- Assessing social workers: places and gates of the families of their agency, and nothing else (domain.md D1).
CREATE POLICY assessor ON family_card FOR SELECT
    USING ((SELECT asker_role()) = 'assessing_social_worker' AND agency = (SELECT asker_agency()));
CREATE POLICY assessor ON booking FOR SELECT
    USING ((SELECT asker_role()) = 'assessing_social_worker' AND agency = (SELECT asker_agency()));
CREATE POLICY assessor ON gate_mark FOR SELECT
    USING ((SELECT asker_role()) = 'assessing_social_worker' AND agency = (SELECT asker_agency()));
CREATE POLICY assessor ON waiting_entry FOR SELECT
    USING ((SELECT asker_role()) = 'assessing_social_worker' AND agency = (SELECT asker_agency()));
