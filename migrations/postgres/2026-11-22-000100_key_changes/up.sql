-- A row for each master key that stored values may be under: one, or two while the key is being changed.
-- Row 1 is the one an older program reads.
ALTER TABLE key_checks DROP CONSTRAINT key_checks_id_check;
ALTER TABLE key_checks ADD CONSTRAINT key_checks_id_check CHECK (id IN (1, 2));
