-- What the program before does not know ends: its owners sign in again.
CREATE TABLE browser_sessions_before (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_digest BLOB NOT NULL UNIQUE,
    profile_id INTEGER REFERENCES profiles (id),
    esia_subject_id INTEGER REFERENCES esia_subjects (id),
    stage TEXT NOT NULL CHECK (stage IN ('full', 'choosing', 'linking_only')),
    way TEXT NOT NULL CHECK (way IN ('password', 'esia')),
    shared_computer INTEGER NOT NULL,
    place TEXT NOT NULL,
    created_at TEXT NOT NULL,
    authenticated_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    kept_until TEXT,
    idle_seconds INTEGER NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    end_reason TEXT,
    CHECK (stage = 'choosing' OR profile_id IS NOT NULL)
) STRICT;
INSERT INTO browser_sessions_before
SELECT id, token_digest, profile_id, esia_subject_id, stage, way, shared_computer, place, created_at,
    authenticated_at, last_seen_at, kept_until, idle_seconds, expires_at, ended_at, end_reason
FROM browser_sessions WHERE way <> 'code' AND stage <> 'new_password';
DELETE FROM sqlite_sequence WHERE name = 'browser_sessions_before';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'browser_sessions_before', seq FROM sqlite_sequence WHERE name = 'browser_sessions';
DROP TABLE browser_sessions;
ALTER TABLE browser_sessions_before RENAME TO browser_sessions;
CREATE INDEX browser_sessions_by_profile ON browser_sessions (profile_id) WHERE ended_at IS NULL;
CREATE INDEX browser_sessions_by_expiry ON browser_sessions (expires_at);
DROP TABLE one_time_passwords;
DROP TABLE linking_codes;
DROP TABLE secret_issues;
