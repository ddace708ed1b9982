-- What has ended of signing in, so that a token that still names it counts no more (design decision 7): a sign-in, a
-- role that somebody held, an account. Ids alone, each final; kept until no token that names it can be good, then dropped.
CREATE TABLE revoked (
    id uuid PRIMARY KEY,
    until_at timestamptz NOT NULL
);
CREATE INDEX revoked_by_age ON revoked (until_at);

ALTER TABLE revoked ENABLE ROW LEVEL SECURITY;
ALTER TABLE revoked FORCE ROW LEVEL SECURITY;
CREATE POLICY revoked_is_the_workers ON revoked USING ((SELECT asker_role()) = 'system');

-- Whether a token still counts, by what this service was told. The register, which need not be told, replaces it.
CREATE FUNCTION token_stands(of_sign_in uuid, of_account uuid, of_role_held uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Three look-ups by the key; asked as one list they are answered by reading the whole table.
    RETURN NOT (EXISTS (SELECT FROM revoked WHERE id = of_sign_in)
                OR EXISTS (SELECT FROM revoked WHERE id = of_role_held)
                OR EXISTS (SELECT FROM revoked WHERE id = of_account));
END $$;
REVOKE ALL ON FUNCTION token_stands(uuid, uuid, uuid) FROM PUBLIC;

-- The asker by a token: as before, and null instead of the time when what the token names has ended; then nobody is
-- set, so that whoever went on regardless would see nothing.
CREATE FUNCTION begin_ask(
    role text, account uuid, agency text, person uuid, household uuid, of_sign_in uuid, of_role_held uuid
) RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF token_stands(of_sign_in, account, of_role_held) THEN
        RETURN begin_ask(role, account, agency, person, household);
    END IF;
    PERFORM begin_ask(NULL, NULL, NULL, NULL, NULL);
    RETURN NULL;
END $$;

DO $$ BEGIN
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON revoked TO %I', serving_role());
    EXECUTE format('GRANT EXECUTE ON FUNCTION token_stands(uuid, uuid, uuid) TO %I', serving_role());
END $$;
