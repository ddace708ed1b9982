-- Which adults came, where their names are known at the door: opaque ids of the register of families. None named: as many
-- as the number says, of whom it is not known who (event-scenarios.md F06).
ALTER TABLE attendance ADD COLUMN people uuid[] NOT NULL DEFAULT '{}' CHECK (cardinality(people) <= 10);
