-- A drop-in consultation (domain.md A3 row 30) is a kind of its own: one to two hours, whoever writes the date down. Other
-- talks stay as long as they are.
ALTER TABLE offering DROP CONSTRAINT offering_kind_check;
ALTER TABLE offering ADD CONSTRAINT offering_kind_check CHECK (kind IN (
    'support_group', 'stay_and_play', 'club', 'teen_group', 'fun_day', 'celebration', 'workshop', 'course',
    'online', 'consultation', 'drop_in', 'listing'
));
ALTER TABLE charge_rule DROP CONSTRAINT charge_rule_kind_check;
ALTER TABLE charge_rule ADD CONSTRAINT charge_rule_kind_check CHECK (kind IN (
    'support_group', 'stay_and_play', 'club', 'teen_group', 'fun_day', 'celebration', 'workshop', 'course',
    'online', 'consultation', 'drop_in'
));
CREATE FUNCTION drop_in_lasts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.ends_at - NEW.starts_at NOT BETWEEN interval '60 minutes' AND interval '120 minutes'
       AND EXISTS (SELECT FROM event AS e JOIN offering AS o ON o.id = e.offering_id
                    WHERE e.id = NEW.event_id AND o.kind = 'drop_in') THEN
        RAISE EXCEPTION 'a drop-in consultation lasts from 60 to 120 minutes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION drop_in_lasts() FROM PUBLIC;
CREATE TRIGGER drop_in_lasts BEFORE INSERT OR UPDATE OF event_id, starts_at, ends_at ON sitting
    FOR EACH ROW EXECUTE FUNCTION drop_in_lasts();
