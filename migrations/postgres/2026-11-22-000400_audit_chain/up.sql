-- organisation_id, municipality_id: of the profile, or else of the operator, when it happened: whose area it
-- belongs to. Empty for what only the region sees.
DROP TRIGGER audit_events_append_only ON audit_events;
ALTER TABLE audit_events ADD COLUMN organisation_id BIGINT;
ALTER TABLE audit_events ADD COLUMN municipality_id BIGINT;
UPDATE audit_events e SET organisation_id = p.organisation_id, municipality_id = o.municipality_id
    FROM profiles p JOIN organisations o ON o.id = p.organisation_id WHERE p.id = e.profile_id;
CREATE INDEX audit_events_by_time ON audit_events (occurred_at, id);
CREATE INDEX audit_events_by_organisation ON audit_events (organisation_id, occurred_at, id)
    WHERE organisation_id IS NOT NULL;
CREATE INDEX audit_events_by_municipality ON audit_events (municipality_id, occurred_at, id)
    WHERE municipality_id IS NOT NULL;

-- The chain. sequence: without gaps, in the order of sealing. hash: over the seal, the event and the hash before.
CREATE TABLE audit_seals (
    sequence BIGINT PRIMARY KEY NOT NULL CHECK (sequence > 0),
    event_id BIGINT NOT NULL UNIQUE,
    hash BYTEA NOT NULL CHECK (length(hash) = 32),
    sealed_at TIMESTAMP NOT NULL
);

-- Where the chain begins after old events were destroyed: the last seal that went.
CREATE TABLE audit_checkpoints (
    sequence BIGINT PRIMARY KEY NOT NULL CHECK (sequence > 0),
    hash BYTEA NOT NULL CHECK (length(hash) = 32),
    created_at TIMESTAMP NOT NULL
);

-- Events that wait for their seal, whoever wrote them. Without a queue, an event whose transaction commits
-- after later ones were sealed could only be found by looking through everything.
CREATE TABLE audit_unsealed (
    event_id BIGINT PRIMARY KEY NOT NULL
);
INSERT INTO audit_unsealed (event_id) SELECT id FROM audit_events;

-- One row, locked by whoever seals. lettered_at: when the head of the chain last went out in letters.
CREATE TABLE audit_sealers (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    lettered_at TIMESTAMP
);
INSERT INTO audit_sealers (id) VALUES (1);

CREATE FUNCTION audit_event_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_unsealed (event_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER audit_events_wait AFTER INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_event_waits();

-- Nothing is changed. What goes is at or before the checkpoint, or, of those that wait, sealed.
CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_events' THEN
        IF EXISTS (SELECT 1 FROM audit_seals s WHERE s.event_id = OLD.id
            AND s.sequence <= (SELECT max(sequence) FROM audit_checkpoints)) THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_seals' THEN
        IF OLD.sequence <= (SELECT max(sequence) FROM audit_checkpoints) THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_unsealed' THEN
        IF EXISTS (SELECT 1 FROM audit_seals s WHERE s.event_id = OLD.event_id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit events are append-only (%)', TG_TABLE_NAME;
END $$;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE ON audit_seals
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_checkpoints_append_only BEFORE UPDATE OR DELETE ON audit_checkpoints
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_unsealed_append_only BEFORE UPDATE OR DELETE ON audit_unsealed
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_seals_no_truncate BEFORE TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_checkpoints_no_truncate BEFORE TRUNCATE ON audit_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_unsealed_no_truncate BEFORE TRUNCATE ON audit_unsealed
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
