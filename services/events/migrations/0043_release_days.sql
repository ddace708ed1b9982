-- From how many days before the first date places that an agency was promised, and has not taken, are free to all where no
-- day was given (domain.md D7; event-scenarios.md C02). Promises that stand keep the moment that they were made with.
ALTER TABLE place_settings ADD COLUMN release_days integer NOT NULL DEFAULT 21 CHECK (release_days BETWEEN 1 AND 90);
