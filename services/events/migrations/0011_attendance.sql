-- Who came: the newest mark of a place at a date counts, whatever instants they share; a date can be caught up.
ALTER TABLE attendance
    ADD COLUMN place bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN caught_up boolean NOT NULL DEFAULT false;
