-- A place that was offered until an instant that has passed is held for nobody, swept yet or not (event-scenarios.md A06).
-- Whoever books closes such an offer first; so whoever reads is shown the counters as they are without it.
--
-- Events with such an offer, as of now. None to the worker: it moves the counters, and must see them as they stand.
CREATE FUNCTION events_with_late_offers() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN asker_role() = 'system' THEN '{}'::uuid[]
                ELSE coalesce((SELECT array_agg(DISTINCT o.event_id) FROM offer AS o
                                WHERE o.state = 'sent' AND o.answer_by <= kith_now()), '{}') END
$$;
-- By agency, in the order given: places that such offers hold, or (`held` false) families who come first by one that
-- holds none.
CREATE FUNCTION late_at(which uuid, of_agencies text[], held boolean) RETURNS integer[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT array_agg(coalesce((SELECT CASE WHEN held THEN sum(o.places) ELSE count(*) END
                                 FROM offer AS o
                                WHERE o.event_id = which AND o.state = 'sent' AND o.answer_by <= kith_now()
                                  AND o.agency = one.name AND (o.booking_id IS NOT NULL) = held), 0)::integer
                     ORDER BY one.number)
      FROM unnest(of_agencies) WITH ORDINALITY AS one (name, number)
$$;
CREATE FUNCTION less(numbers integer[], by integer[]) RETURNS integer[]
    LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(greatest(0, one.here - one.gone) ORDER BY one.number)
      FROM unnest(numbers, by) WITH ORDINALITY AS one (here, gone, number)
$$;
REVOKE ALL ON FUNCTION events_with_late_offers(), late_at(uuid, text[], boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events_with_late_offers(), late_at(uuid, text[], boolean) TO events_app;

-- Nor does it keep anybody from an event who must not meet that family.
CREATE OR REPLACE FUNCTION asker_kept_from() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT kept.id), '{}')
      FROM (SELECT b.event_id AS id
              FROM booking AS b
             WHERE b.family_id = ANY (asker_must_not_meet())
               AND b.state IN ('held', 'waiting_for_gate', 'confirmed', 'attended', 'part_attended', 'not_attended')
               AND NOT (b.state = 'held' AND b.hold_until <= kith_now())
             UNION ALL
            SELECT e.id
              FROM peer_group AS g JOIN event AS e ON e.offering_id = g.offering_id
             WHERE g.lead_family_id = ANY (asker_must_not_meet()) AND g.state = 'open') AS kept
$$;

CREATE OR REPLACE VIEW event_seen WITH (security_invoker = true) AS
SELECT e.id, e.offering_id, e.agency, e.state, e.is_course, e.town, e.venue_id, e.is_online, e.starts_at, e.ends_at,
       e.books_from, e.books_until, e.offers_until, e.list_open, e.list_max, e.auto_offers, e.party_waits_days,
       e.walk_ins, e.attendance_min, e.numbers_min, e.decide_on, e.capacity, e.extra, e.room_max, e.places,
       CASE WHEN e.id = ANY ((SELECT asker_kept_from())::uuid[]) THEN greatest(e.taken, e.places)
            WHEN e.id = ANY ((SELECT events_with_late_offers())::uuid[])
                THEN total(less(e.used, late_at(e.id, e.agencies, true)))
            ELSE e.taken END AS taken,
       e.allowed, e.agencies, e.guaranteed, e.most, e.releases,
       CASE WHEN e.id = ANY ((SELECT events_with_late_offers())::uuid[])
                THEN less(e.used, late_at(e.id, e.agencies, true))
            ELSE e.used END AS used,
       CASE WHEN e.id = ANY ((SELECT events_with_late_offers())::uuid[])
                THEN less(e.queue, late_at(e.id, e.agencies, false))
            ELSE e.queue END AS queue,
       e.listed, e.version,
       e.cancelled_because, o.kind, o.counts_by, o.title, o.topic, e.cost_pence, o.parents_stay, e.kept_back,
       e.by_asking
  FROM event AS e
  JOIN offering AS o ON o.id = e.offering_id;
