DROP TRIGGER audit_events_wait ON audit_events;
DROP FUNCTION audit_event_waits();
DROP TRIGGER audit_events_no_truncate ON audit_events;
DROP TRIGGER audit_events_append_only ON audit_events;
DROP TABLE audit_sealers;
DROP TABLE audit_unsealed;
DROP TABLE audit_checkpoints;
DROP TABLE audit_seals;
DROP INDEX audit_events_by_municipality;
DROP INDEX audit_events_by_organisation;
DROP INDEX audit_events_by_time;
ALTER TABLE audit_events DROP COLUMN municipality_id;
ALTER TABLE audit_events DROP COLUMN organisation_id;
CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are append-only';
END $$;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
