-- What a run is asked to go for first: most people matched, or the best score (domain.md F3).

ALTER TABLE run ADD COLUMN first_aim text NOT NULL DEFAULT 'people'
    CHECK (first_aim IN ('people', 'score'));
