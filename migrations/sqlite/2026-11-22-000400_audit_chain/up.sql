-- organisation_id, municipality_id: of the profile, or else of the operator, when it happened: whose area it
-- belongs to. Empty for what only the region sees.
DROP TRIGGER audit_events_no_update;
DROP TRIGGER audit_events_no_delete;
ALTER TABLE audit_events ADD COLUMN organisation_id INTEGER;
ALTER TABLE audit_events ADD COLUMN municipality_id INTEGER;
UPDATE audit_events SET
    organisation_id = (SELECT p.organisation_id FROM profiles p WHERE p.id = audit_events.profile_id),
    municipality_id = (SELECT o.municipality_id FROM profiles p JOIN organisations o ON o.id = p.organisation_id
        WHERE p.id = audit_events.profile_id)
    WHERE profile_id IS NOT NULL;
CREATE INDEX audit_events_by_time ON audit_events (occurred_at);
CREATE INDEX audit_events_by_organisation ON audit_events (organisation_id, occurred_at)
    WHERE organisation_id IS NOT NULL;
CREATE INDEX audit_events_by_municipality ON audit_events (municipality_id, occurred_at)
    WHERE municipality_id IS NOT NULL;

-- The chain. sequence: without gaps, in the order of sealing. hash: over the seal, the event and the hash before.
CREATE TABLE audit_seals (
    sequence INTEGER PRIMARY KEY NOT NULL CHECK (sequence > 0),
    event_id INTEGER NOT NULL UNIQUE,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    sealed_at TEXT NOT NULL
) STRICT;

-- Where the chain begins after old events were destroyed: the last seal that went.
CREATE TABLE audit_checkpoints (
    sequence INTEGER PRIMARY KEY NOT NULL CHECK (sequence > 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    created_at TEXT NOT NULL
) STRICT;

-- Events that wait for their seal, whoever wrote them.
CREATE TABLE audit_unsealed (
    event_id INTEGER PRIMARY KEY NOT NULL
) STRICT;
INSERT INTO audit_unsealed (event_id) SELECT id FROM audit_events;

-- One row, locked by whoever seals. lettered_at: when the head of the chain last went out in letters.
CREATE TABLE audit_sealers (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    lettered_at TEXT
) STRICT;
INSERT INTO audit_sealers (id) VALUES (1);

CREATE TRIGGER audit_events_wait AFTER INSERT ON audit_events
BEGIN INSERT INTO audit_unsealed (event_id) VALUES (NEW.id); END;

-- Nothing is changed. What goes is at or before the checkpoint, or, of those that wait, sealed.
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
WHEN NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.event_id = OLD.id
    AND s.sequence <= (SELECT max(sequence) FROM audit_checkpoints))
BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END;
CREATE TRIGGER audit_seals_no_update BEFORE UPDATE ON audit_seals
BEGIN SELECT RAISE(ABORT, 'audit seals are append-only'); END;
CREATE TRIGGER audit_seals_no_delete BEFORE DELETE ON audit_seals
WHEN OLD.sequence > (SELECT coalesce(max(sequence), 0) FROM audit_checkpoints)
BEGIN SELECT RAISE(ABORT, 'audit seals are append-only'); END;
CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'audit checkpoints are append-only'); END;
CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'audit checkpoints are append-only'); END;
CREATE TRIGGER audit_unsealed_no_update BEFORE UPDATE ON audit_unsealed
BEGIN SELECT RAISE(ABORT, 'audit events that wait are append-only'); END;
CREATE TRIGGER audit_unsealed_no_delete BEFORE DELETE ON audit_unsealed
WHEN NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.event_id = OLD.event_id)
BEGIN SELECT RAISE(ABORT, 'audit events that wait are append-only'); END;
