-- One queue for mails that are no notices: what a worker claims, hands over and settles is the same for each kind, so it is
-- one table, of which each kind is a child. It has no row of its own. Whoever asks it sees what its own policy says, and who
-- asks a child what that child's say; so the release before this one goes on working beside it.
CREATE TABLE leased_mail (
    id uuid NOT NULL,
    agency text NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'dropped')) NO INHERIT,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    tries integer NOT NULL,
    lease bigint NOT NULL,
    leased_until timestamptz,
    settled_at timestamptz,
    settings_version bigint NOT NULL,
    CHECK (false) NO INHERIT
);
ALTER TABLE invitation_mail INHERIT leased_mail;
ALTER TABLE mailing_mail INHERIT leased_mail;

ALTER TABLE leased_mail ENABLE ROW LEVEL SECURITY;
ALTER TABLE leased_mail FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON leased_mail
    USING ((SELECT asker_role()) = 'system' AND agency = (SELECT asker_agency()));
GRANT SELECT, UPDATE ON leased_mail TO notify_app;

-- The address that staff typed is forgotten with the end of the mail, whoever ends it and by whichever way.
CREATE FUNCTION forget_typed_address() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state <> 'queued' THEN
        NEW.address := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER forget_typed_address BEFORE UPDATE ON invitation_mail
    FOR EACH ROW EXECUTE FUNCTION forget_typed_address();
