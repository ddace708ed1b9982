-- Groups that adopters lead: who belongs to one, what its lead writes to them, and slots beside a date of it.
-- Its dates are the events of the offering that it names, so there is one programme (domain.md A3 rows 17, 19, 21).

CREATE TABLE peer_group (
    id uuid PRIMARY KEY,
    agency text NOT NULL,
    offering_id uuid NOT NULL UNIQUE REFERENCES offering,
    state text NOT NULL CHECK (state IN ('open', 'ended')),
    town text NOT NULL CHECK (length(town) BETWEEN 1 AND 80),
    joining text NOT NULL CHECK (joining IN ('at_once', 'asked')),
    -- What the lead writes is read by an organiser before members see it.
    moderated boolean NOT NULL,
    families_max integer CHECK (families_max BETWEEN 1 AND 500),
    -- The counter of members: whoever agrees to one holds this row.
    families integer NOT NULL DEFAULT 0 CHECK (families >= 0),
    -- Who was asked to lead, and since when they do; the family is that of their own sign-in, never one typed.
    lead_account uuid,
    lead_family_id uuid,
    lead_since timestamptz,
    -- Where and how long the dates are that the lead adds.
    venue_id uuid REFERENCES venue,
    minutes integer NOT NULL CHECK (minutes BETWEEN 15 AND 720),
    places integer NOT NULL CHECK (places BETWEEN 1 AND 500),
    -- Slots of a social worker beside each date that is added; none where there is no worker (rows 8, 30).
    slots integer NOT NULL DEFAULT 0 CHECK (slots BETWEEN 0 AND 12),
    slot_minutes integer NOT NULL DEFAULT 30 CHECK (slot_minutes BETWEEN 15 AND 120),
    slot_worker uuid,
    ended_because text CHECK (length(ended_because) <= 500),
    made_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CHECK ((lead_since IS NULL) = (lead_family_id IS NULL)),
    CHECK (lead_account IS NOT NULL OR lead_since IS NULL),
    CHECK ((slots > 0) = (slot_worker IS NOT NULL))
);
CREATE INDEX peer_group_of_agency ON peer_group (agency, state);
CREATE INDEX peer_group_of_lead ON peer_group (lead_account) WHERE lead_account IS NOT NULL;

CREATE TABLE group_member (
    id uuid PRIMARY KEY,
    group_id uuid NOT NULL REFERENCES peer_group,
    agency text NOT NULL,
    family_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('asked', 'member', 'turned_down', 'left', 'removed', 'closed')),
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CHECK ((state IN ('asked', 'member')) = (ended_at IS NULL))
);
CREATE UNIQUE INDEX group_member_is_one_a_family ON group_member (group_id, family_id)
    WHERE state IN ('asked', 'member');
CREATE INDEX group_member_of_family ON group_member (family_id, asked_at DESC);
CREATE INDEX group_member_ended ON group_member (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE group_post (
    id uuid PRIMARY KEY,
    group_id uuid NOT NULL REFERENCES peer_group,
    agency text NOT NULL,
    words text NOT NULL CHECK (length(words) BETWEEN 1 AND 600),
    state text NOT NULL CHECK (state IN ('held', 'shown', 'withdrawn')),
    posted_by uuid NOT NULL,
    posted_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > posted_at),
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX group_post_of_group ON group_post (group_id, posted_at DESC);
CREATE INDEX group_post_ended ON group_post (ends_at);

-- A slot of a social worker beside a date of a group.
ALTER TABLE event ADD COLUMN beside_sitting uuid REFERENCES sitting;
CREATE INDEX event_beside ON event (beside_sitting) WHERE beside_sitting IS NOT NULL;

-- Whom the asker's family must not meet: ids, to part rows by, and never shown.
CREATE FUNCTION asker_must_not_meet() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT blocked_family_ids FROM family_card WHERE family_id = asker_household()), '{}')
$$;
-- Groups that are not there for the asker's family: one whom it must not meet leads it, or was in it first (E17).
CREATE FUNCTION groups_hidden_from_asker() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(g.id), '{}')
      FROM peer_group AS g
     WHERE g.lead_family_id = ANY (asker_must_not_meet())
        OR (EXISTS (SELECT FROM group_member AS m
                     WHERE m.group_id = g.id AND m.state IN ('asked', 'member')
                       AND m.family_id = ANY (asker_must_not_meet()))
            AND NOT EXISTS (SELECT FROM group_member AS own
                             WHERE own.group_id = g.id AND own.state IN ('asked', 'member')
                               AND own.family_id = asker_household()))
$$;
-- The groups that the asker leads, as a leader of groups and having said yes to it.
CREATE FUNCTION groups_asker_leads() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM peer_group
     WHERE asker_role() = 'group_leader' AND lead_account = asker_account() AND lead_family_id = asker_household()
       AND state = 'open'
$$;
CREATE FUNCTION series_asker_leads() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(offering_id), '{}') FROM peer_group WHERE id = ANY (groups_asker_leads())
$$;
-- Where a family belongs or leads, of any agency: ids only, for the worker that takes in its card.
CREATE FUNCTION groups_of_family(which uuid) RETURNS TABLE (group_id uuid, agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT g.id, g.agency FROM peer_group AS g
     WHERE asker_role() = 'system'
       AND (g.lead_family_id = $1
            OR EXISTS (SELECT FROM group_member AS m
                        WHERE m.group_id = g.id AND m.family_id = $1 AND m.state IN ('asked', 'member')))
     ORDER BY g.id
$$;
-- Agencies with something of groups to forget.
CREATE FUNCTION agencies_with_group_leavings(posts_before timestamptz, members_before timestamptz)
    RETURNS TABLE (agency text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT agency FROM group_post WHERE ends_at < posts_before
     UNION
    SELECT agency FROM group_member WHERE ended_at < members_before
$$;
REVOKE ALL ON FUNCTION asker_must_not_meet(), groups_hidden_from_asker(), groups_asker_leads(), series_asker_leads(),
    groups_of_family(uuid), agencies_with_group_leavings(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION asker_must_not_meet(), groups_hidden_from_asker(), groups_asker_leads(),
    series_asker_leads(), groups_of_family(uuid), agencies_with_group_leavings(timestamptz, timestamptz)
    TO events_app;

ALTER TABLE peer_group ENABLE ROW LEVEL SECURITY;
ALTER TABLE peer_group FORCE ROW LEVEL SECURITY;
ALTER TABLE group_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE group_member FORCE ROW LEVEL SECURITY;
ALTER TABLE group_post ENABLE ROW LEVEL SECURITY;
ALTER TABLE group_post FORCE ROW LEVEL SECURITY;

CREATE POLICY at_home ON group_member FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND family_id = (SELECT asker_household()));
CREATE POLICY at_home ON peer_group FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor')
           AND id <> ALL ((SELECT groups_hidden_from_asker())::uuid[])
           AND ((state = 'open' AND agency = ANY ((SELECT asker_family_agencies())::text[]))
                OR EXISTS (SELECT FROM group_member AS m WHERE m.group_id = peer_group.id
                              AND m.state IN ('asked', 'member', 'closed'))));
CREATE POLICY member ON group_post FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor') AND state = 'shown' AND ends_at > kith_now()
           AND group_id <> ALL ((SELECT groups_hidden_from_asker())::uuid[])
           AND EXISTS (SELECT FROM group_member AS m WHERE m.group_id = group_post.group_id AND m.state = 'member'));

-- Who leads: the group that they are asked about; what belongs to it once they have said yes.
CREATE POLICY lead ON peer_group FOR SELECT
    USING ((SELECT asker_role()) = 'group_leader' AND lead_account = (SELECT asker_account()));
CREATE POLICY lead ON group_member FOR SELECT
    USING (group_id = ANY ((SELECT groups_asker_leads())::uuid[])
           AND family_id <> ALL ((SELECT asker_must_not_meet())::uuid[]));
CREATE POLICY lead ON group_post FOR SELECT
    USING (group_id = ANY ((SELECT groups_asker_leads())::uuid[]));
CREATE POLICY lead ON event FOR SELECT
    USING (state <> 'draft' AND offering_id = ANY ((SELECT series_asker_leads())::uuid[]));
CREATE POLICY lead ON sitting FOR SELECT
    USING ((SELECT asker_role()) = 'group_leader'
           AND EXISTS (SELECT FROM event AS e WHERE e.id = sitting.event_id));
CREATE POLICY lead ON event_private FOR SELECT
    USING ((SELECT asker_role()) = 'group_leader'
           AND EXISTS (SELECT FROM event AS e WHERE e.id = event_private.event_id));
CREATE POLICY lead ON venue FOR SELECT
    USING ((SELECT asker_role()) = 'group_leader' AND EXISTS (SELECT FROM event AS e WHERE e.venue_id = venue.id));
-- What a group is called stands in its offering, which it may be before there is a date.
CREATE POLICY of_a_group ON offering FOR SELECT
    USING ((SELECT asker_role()) IN ('adopter', 'mentor', 'group_leader', 'system')
           AND EXISTS (SELECT FROM peer_group AS g WHERE g.offering_id = offering.id));

CREATE POLICY host ON peer_group
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agency = (SELECT asker_agency()));
CREATE POLICY host ON group_member FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agency = (SELECT asker_agency()));
CREATE POLICY host ON group_post FOR SELECT
    USING ((SELECT asker_role()) IN ('organiser', 'coordinator', 'agency_admin')
           AND agency = (SELECT asker_agency()));

-- The system, for the agency that its job names: it counts members, and adds the dates that a lead asks for.
CREATE POLICY worker ON peer_group
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
CREATE POLICY worker ON group_member
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
CREATE POLICY worker ON group_post
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
CREATE POLICY worker ON venue FOR SELECT
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
CREATE POLICY worker ON event_private
    USING ((SELECT asker_role()) = 'system'
           AND EXISTS (SELECT FROM event AS e WHERE e.id = event_private.event_id AND e.agency = (SELECT asker_agency())));
CREATE POLICY worker_adds ON offering FOR INSERT
    WITH CHECK ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
CREATE POLICY worker_reads ON offering FOR SELECT
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));

-- Events at which a family would meet one that it must not: also the one whose adult leads the group.
CREATE OR REPLACE FUNCTION asker_kept_from() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT kept.id), '{}')
      FROM (SELECT b.event_id AS id
              FROM booking AS b
             WHERE b.family_id = ANY (asker_must_not_meet())
               AND b.state IN ('held', 'waiting_for_gate', 'confirmed', 'attended', 'part_attended', 'not_attended')
             UNION ALL
            SELECT e.id
              FROM peer_group AS g JOIN event AS e ON e.offering_id = g.offering_id
             WHERE g.lead_family_id = ANY (asker_must_not_meet()) AND g.state = 'open') AS kept
$$;

-- A group as it is read: with what it is called.
CREATE VIEW peer_group_seen WITH (security_invoker = true) AS
SELECT g.id, g.agency, g.offering_id, g.state, g.town, g.joining, g.moderated, g.families_max, g.families,
       g.lead_account, g.lead_family_id, g.lead_since, g.venue_id, g.minutes, g.places, g.slots, g.slot_minutes,
       g.slot_worker, g.ended_because, g.version, o.kind, o.title, o.summary, o.parents_stay
  FROM peer_group AS g
  JOIN offering AS o ON o.id = g.offering_id;

GRANT SELECT ON peer_group_seen TO events_app;
GRANT SELECT, INSERT, UPDATE ON peer_group TO events_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON group_member, group_post TO events_app;
