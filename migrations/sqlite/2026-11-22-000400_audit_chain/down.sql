DROP TRIGGER audit_events_wait;
DROP TRIGGER audit_events_no_update;
DROP TRIGGER audit_events_no_delete;
DROP TABLE audit_sealers;
DROP TABLE audit_unsealed;
DROP TABLE audit_checkpoints;
DROP TABLE audit_seals;
DROP INDEX audit_events_by_municipality;
DROP INDEX audit_events_by_organisation;
DROP INDEX audit_events_by_time;
ALTER TABLE audit_events DROP COLUMN municipality_id;
ALTER TABLE audit_events DROP COLUMN organisation_id;
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END;
