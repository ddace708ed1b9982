-- A person's own calendar address, and what of the programme is for everybody to see.

-- Of the address only a digest is kept: whoever reads this table can open no calendar (design decision 7).
CREATE TABLE calendar_link (
    account uuid PRIMARY KEY,
    family_id uuid NOT NULL,
    agency text NOT NULL,
    -- The role as it was given: when it ends, so does the link.
    held uuid,
    -- None until the address is handed over.
    digest bytea UNIQUE CHECK (length(digest) = 32),
    made_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > made_at)
);
CREATE INDEX calendar_link_of_family ON calendar_link (family_id);

ALTER TABLE calendar_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendar_link FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON calendar_link
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND account = (SELECT asker_account())
           AND family_id = (SELECT asker_household()));
-- Who leaves a household takes no view of its places along.
CREATE POLICY worker ON calendar_link
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));

-- Times alone, to whoever has the address: no title, no town, no name, no count of heads.
CREATE FUNCTION calendar_by_digest(of_digest bytea) RETURNS TABLE (
    sitting_id uuid, starts_at timestamptz, ends_at timestamptz, is_off boolean, sequence integer
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.id, s.starts_at, s.ends_at, s.is_off OR e.state = 'cancelled',
           s.sequence + (s.is_off OR e.state = 'cancelled')::integer
      FROM calendar_link AS l
      JOIN booking AS b ON b.family_id = l.family_id
      JOIN event AS e ON e.id = b.event_id
      JOIN sitting AS s ON s.event_id = e.id
     WHERE l.digest = of_digest AND l.ends_at > kith_now()
       AND (b.state IN ('confirmed', 'waiting_for_gate', 'attended', 'part_attended')
            OR (b.state = 'cancelled_by_agency' AND e.state = 'cancelled'))
       AND s.ends_at > kith_now() - interval '60 days'
     ORDER BY s.starts_at, s.id
     LIMIT 500
$$;
CREATE FUNCTION calendar_stands(of_digest bytea) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM calendar_link WHERE digest = of_digest AND ends_at > kith_now())
$$;

-- What has ended of signing in ends the link that rests on it, for good.
CREATE FUNCTION end_calendar_link() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM calendar_link WHERE account = NEW.id OR held = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER end_calendar_link AFTER INSERT ON revoked FOR EACH ROW EXECUTE FUNCTION end_calendar_link();

-- What an organiser shows to everybody; private unless they say so (domain.md E21).
ALTER TABLE offering ADD COLUMN is_public boolean NOT NULL DEFAULT false;

CREATE FUNCTION public_programme(after_at timestamptz, after_id uuid, of_agency text, rows_max integer) RETURNS TABLE (
    id uuid, agency text, kind text, title text, summary text, town text, is_online boolean,
    starts_at timestamptz, ends_at timestamptz, provider text, link text
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, e.agency, o.kind, o.title, o.summary, e.town, e.is_online, e.starts_at, e.ends_at, o.provider, o.link
      FROM event AS e
      JOIN offering AS o ON o.id = e.offering_id
     WHERE o.is_public AND e.state = 'published' AND e.ends_at > kith_now()
       AND (of_agency IS NULL OR e.agency = of_agency)
       AND (after_at IS NULL OR (e.starts_at, e.id) > (after_at, after_id))
     ORDER BY e.starts_at, e.id
     LIMIT least(rows_max, 101)
$$;

CREATE FUNCTION public_programme_length(of_agency text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*)
      FROM event AS e
      JOIN offering AS o ON o.id = e.offering_id
     WHERE o.is_public AND e.state = 'published' AND e.ends_at > kith_now()
       AND (of_agency IS NULL OR e.agency = of_agency)
$$;

REVOKE ALL ON FUNCTION calendar_by_digest(bytea), calendar_stands(bytea), end_calendar_link(),
    public_programme(timestamptz, uuid, text, integer), public_programme_length(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION calendar_by_digest(bytea), calendar_stands(bytea),
    public_programme(timestamptz, uuid, text, integer), public_programme_length(text) TO events_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON calendar_link TO events_app;
