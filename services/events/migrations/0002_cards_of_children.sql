-- What it takes to say who may come: by child an age band and desks with days, never a council or an order date.
ALTER TABLE family_card
    ADD COLUMN children jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN lives_with text,
    ADD COLUMN approved_by text;
