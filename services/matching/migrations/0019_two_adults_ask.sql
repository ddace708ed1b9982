-- Two adults of one household may each ask, and say whether one mentor should help them both
-- (domain.md E32, E33). What was one open request of a family for each programme is one of an adult.
-- The release before finds no such index and cannot take new requests while it runs beside this one;
-- it reads, corrects and matches as ever.
ALTER TABLE support_request
    ADD COLUMN beside_partner text NOT NULL DEFAULT 'either'
        CHECK (beside_partner IN ('either', 'same_mentor', 'different_mentor'));
DROP INDEX support_request_open;
CREATE UNIQUE INDEX support_request_open ON support_request (adult_id, programme)
    WHERE state IN ('draft', 'submitted', 'checking', 'ready', 'proposed', 'on_hold');
CREATE INDEX support_request_by_family ON support_request (family_id);
