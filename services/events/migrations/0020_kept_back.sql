-- Places that staff keep back: they are given to nobody, and left alone when the event is called off (event-scenarios.md D11, B26).
ALTER TABLE event ADD COLUMN kept_back integer NOT NULL DEFAULT 0 CHECK (kept_back >= 0);
ALTER TABLE event ALTER COLUMN places SET EXPRESSION AS (
    greatest(0, least(capacity + extra, coalesce(room_max, capacity + extra)) - kept_back));

CREATE OR REPLACE VIEW event_seen WITH (security_invoker = true) AS
SELECT e.id, e.offering_id, e.agency, e.state, e.is_course, e.town, e.venue_id, e.is_online, e.starts_at, e.ends_at,
       e.books_from, e.books_until, e.offers_until, e.list_open, e.list_max, e.auto_offers, e.party_waits_days,
       e.walk_ins, e.attendance_min, e.numbers_min, e.decide_on, e.capacity, e.extra, e.room_max, e.places,
       CASE WHEN e.id = ANY ((SELECT asker_kept_from())::uuid[]) THEN greatest(e.taken, e.places) ELSE e.taken END
           AS taken,
       e.allowed, e.agencies, e.guaranteed, e.most, e.releases, e.used, e.queue, e.listed, e.version,
       e.cancelled_because, o.kind, o.counts_by, o.title, o.topic, e.cost_pence, o.parents_stay, e.kept_back
  FROM event AS e
  JOIN offering AS o ON o.id = e.offering_id;
