-- As before, and for children of which ages an event is: who books brings no others (domain.md A3 row 20).
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
       e.by_asking, o.age_bands
  FROM event AS e
  JOIN offering AS o ON o.id = e.offering_id;
