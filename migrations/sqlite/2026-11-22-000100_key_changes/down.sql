CREATE TABLE key_checks_before (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    sealed BLOB NOT NULL
) STRICT;
INSERT INTO key_checks_before (id, sealed) SELECT id, sealed FROM key_checks WHERE id = 1;
DROP TABLE key_checks;
ALTER TABLE key_checks_before RENAME TO key_checks;
