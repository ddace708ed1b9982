-- Events that families come to by asking: a line of the list is then a request, and the host says yes or no to each.
-- Nothing of it is booked or offered by itself (event-scenarios.md A22).
ALTER TABLE event ADD COLUMN by_asking boolean NOT NULL DEFAULT false;
ALTER TABLE event ADD CONSTRAINT event_is_offered_or_asked_for CHECK (NOT (by_asking AND auto_offers));
-- What the host wrote to a family that it said no to.
ALTER TABLE waiting_entry ADD COLUMN said text CHECK (length(said) BETWEEN 1 AND 500);

CREATE OR REPLACE VIEW event_seen WITH (security_invoker = true) AS
SELECT e.id, e.offering_id, e.agency, e.state, e.is_course, e.town, e.venue_id, e.is_online, e.starts_at, e.ends_at,
       e.books_from, e.books_until, e.offers_until, e.list_open, e.list_max, e.auto_offers, e.party_waits_days,
       e.walk_ins, e.attendance_min, e.numbers_min, e.decide_on, e.capacity, e.extra, e.room_max, e.places,
       CASE WHEN e.id = ANY ((SELECT asker_kept_from())::uuid[]) THEN greatest(e.taken, e.places) ELSE e.taken END
           AS taken,
       e.allowed, e.agencies, e.guaranteed, e.most, e.releases, e.used, e.queue, e.listed, e.version,
       e.cancelled_because, o.kind, o.counts_by, o.title, o.topic, e.cost_pence, o.parents_stay, e.kept_back,
       e.by_asking
  FROM event AS e
  JOIN offering AS o ON o.id = e.offering_id;
