-- Why an agency changed how it gives places away.
ALTER TABLE place_settings ADD COLUMN why text NOT NULL DEFAULT '' CHECK (length(why) <= 500);
