-- A row for each master key that stored values may be under: one, or two while the key is being changed.
-- Row 1 is the one an older program reads.
CREATE TABLE key_checks_of_change (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id IN (1, 2)),
    sealed BLOB NOT NULL
) STRICT;
INSERT INTO key_checks_of_change (id, sealed) SELECT id, sealed FROM key_checks;
DROP TABLE key_checks;
ALTER TABLE key_checks_of_change RENAME TO key_checks;
