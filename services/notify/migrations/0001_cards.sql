-- What the register told notify: one card a family, one an account. No name and no address stands on a card.
--
-- The worker sees every card, whichever agency its job names: a block runs between two agencies, and an
-- account may move from one to another. Nobody else reads a family's card here.
CREATE TABLE family_card (
    family_id uuid PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    agency text NOT NULL,
    consents text[] NOT NULL,
    blocked_family_ids uuid[] NOT NULL,
    -- The version that first said "protected", without a break since: a notice that was wanted before is stopped.
    protected_from_version bigint CHECK (protected_from_version <= version)
);

CREATE TABLE account_card (
    account_id uuid PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    agency text NOT NULL,
    family_id uuid,
    active boolean NOT NULL
);

ALTER TABLE family_card ENABLE ROW LEVEL SECURITY;
ALTER TABLE family_card FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON family_card USING ((SELECT asker_role()) = 'system');

ALTER TABLE account_card ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_card FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON account_card USING ((SELECT asker_role()) = 'system');
CREATE POLICY own ON account_card FOR SELECT USING (account_id = (SELECT asker_account()));
-- Who may set an address for somebody else (services/notify/access.py).
CREATE POLICY desk ON account_card FOR SELECT
    USING ((SELECT asker_role()) IN ('coordinator', 'agency_admin') AND agency = (SELECT asker_agency()));

GRANT SELECT, INSERT, UPDATE ON family_card, account_card TO notify_app;
