DELETE FROM key_checks WHERE id <> 1;
ALTER TABLE key_checks DROP CONSTRAINT key_checks_id_check;
ALTER TABLE key_checks ADD CONSTRAINT key_checks_id_check CHECK (id = 1);
