-- What an agency decides of how it writes, as the register tells it: the newest version.

CREATE TABLE agency_card (
    agency      text PRIMARY KEY,
    version     bigint NOT NULL CHECK (version >= 1),
    quiet_from  time NOT NULL,
    quiet_until time NOT NULL,
    sender_name text NOT NULL CHECK (length(sender_name) <= 40)
);
ALTER TABLE agency_card ENABLE ROW LEVEL SECURITY;
ALTER TABLE agency_card FORCE ROW LEVEL SECURITY;
CREATE POLICY worker ON agency_card USING ((SELECT asker_role()) = 'system');
GRANT SELECT, INSERT, UPDATE ON agency_card TO notify_app;

-- By which version of the settings the last decision about a notice was made.
ALTER TABLE notice ADD settings_version bigint NOT NULL DEFAULT 0;
