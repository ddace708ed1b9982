-- A mentor who no longer consents to mentoring is matched with nobody (domain.md F1 H3: both consent), at home or
-- at another agency. The borrower's worker may not read the lender's consents, so the function looks for it.

-- Whether an adult's consent to mentoring stands; who was added before consents were kept has none to withdraw.
CREATE FUNCTION still_mentors(adult uuid) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT coalesce((SELECT bool_or(c.withdrawn_at IS NULL)
                       FROM consent AS c
                      WHERE c.adult_id = still_mentors.adult AND c.purpose = 'mentoring'), true)
$$;

CREATE OR REPLACE FUNCTION mentors_lent(on_day date, only_those uuid[], but_for uuid) RETURNS TABLE (
        id uuid, family_id uuid, agency text, programmes text[], topics text[], not_able_to_support text[],
        channels text[], free_points integer, travel_minutes_max smallint, outcode text, stage text,
        stage_on date, forms text[], languages text[], slots text[], access_needs text[],
        child_birth_months date[], requirements jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT m.id, m.family_id, m.agency, m.programmes, m.topics, m.not_able_to_support, m.channels,
           room.free, m.travel_minutes_max, f.outcode, f.stage,
           least(on_day, (date_trunc('month', f.stage_on::timestamp) + interval '1 month')::date),
           f.forms, f.languages, f.slots,
           ARRAY (SELECT need FROM unnest(f.access_needs) AS need
                   WHERE need IN ('hearing_loop', 'interpreter')),
           ARRAY (SELECT (date_trunc('month', on_day::timestamp)
                          - make_interval(years => greatest(0, extract(year FROM age(
                                date_trunc('month', on_day::timestamp), c.birth_month::timestamp))::integer)))::date
                    FROM child AS c WHERE c.family_id = f.id ORDER BY c.birth_month),
           coalesce((SELECT jsonb_agg(jsonb_build_object(
                                'kind', r.kind, 'met_on', r.met_on, 'expires_on', r.expires_on)
                            ORDER BY r.kind)
                       FROM requirement AS r
                      WHERE r.mentor_id = m.id AND r.replaced_at IS NULL), '[]')
      FROM mentor AS m
      JOIN family AS f ON f.id = m.family_id
     CROSS JOIN LATERAL (
           SELECT (m.capacity_points
                   - coalesce((SELECT sum(g.need_points) FROM mentoring AS g
                                WHERE g.mentor_id = m.id AND g.ended_at IS NULL), 0)
                   - coalesce((SELECT sum(p.need_points) FROM proposal AS p
                                WHERE p.mentor_id = m.id AND p.id IS DISTINCT FROM but_for
                                  AND p.state IN ('proposed', 'mentor_said_yes', 'family_said_yes')), 0)
                  )::integer AS free) AS room
     WHERE asker_role() = 'system'
       AND m.agency <> asker_agency()
       AND m.state = 'active'
       AND m.lends_to_other_agencies
       AND room.free > 0
       AND NOT f.protected
       AND (only_those IS NULL OR m.id = ANY (only_those))
       AND (lends_on(m.agency, asker_agency(), on_day)
            OR EXISTS (SELECT FROM loan AS l
                        WHERE l.mentor_id = m.id AND l.borrower = asker_agency()
                          AND l.state IN ('asked', 'lent')))
       AND still_chosen(m.adult_id)
       AND still_mentors(m.adult_id)
       AND NOT EXISTS (SELECT FROM retirement AS t
                        WHERE t.mentor_id = m.id AND t.called_off_at IS NULL)
       AND NOT EXISTS (SELECT FROM concern AS n
                        WHERE n.about_family_id = f.id AND n.state <> 'closed')
     ORDER BY m.id
$$;
