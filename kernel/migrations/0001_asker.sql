-- Who asks, and at what instant: set once in each transaction, read by every policy.

-- The one clock (design decision 9). Within a transaction it stands still. Only the migrating role owns it,
-- so nobody who serves can move it; test databases replace it.
CREATE FUNCTION kith_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT now()
$$;

-- Name the asker for this transaction alone and tell the time: one statement for both. Settings left over by an
-- earlier transaction on the same connection are all overwritten; one that is not given reads as null.
CREATE FUNCTION begin_ask(role text, account uuid, agency text, person uuid, household uuid)
    RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT set_config('kith.role', coalesce(role, ''), true),
           set_config('kith.account', coalesce(account::text, ''), true),
           set_config('kith.agency', coalesce(agency, ''), true),
           set_config('kith.person', coalesce(person::text, ''), true),
           set_config('kith.household', coalesce(household::text, ''), true);
    SELECT kith_now();
$$;

CREATE FUNCTION asker_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('kith.role', true), '')
$$;
CREATE FUNCTION asker_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('kith.account', true), '')::uuid
$$;
CREATE FUNCTION asker_agency() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('kith.agency', true), '')
$$;
CREATE FUNCTION asker_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('kith.person', true), '')::uuid
$$;
CREATE FUNCTION asker_household() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('kith.household', true), '')::uuid
$$;

-- The role that serves this database, for the grants of the kernel's files, which know no service by name.
CREATE FUNCTION serving_role() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT regexp_replace(current_user, '_migrator$', '_app')
$$;
