-- Notices of places at events: the newest word on a subject counts, and the words may name two instants.
ALTER TABLE notice
    ADD COLUMN subject_version bigint NOT NULL DEFAULT 0,
    ADD COLUMN answer_at timestamptz,
    ADD COLUMN starts_at timestamptz;
CREATE INDEX notice_newest ON notice (subject_id, account_id, subject_version);
