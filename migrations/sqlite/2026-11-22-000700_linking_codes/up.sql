-- One row an answer that showed codes or a password: form_digest is of the form's own random value, so that
-- the same form sent twice (reload, double click) hands out nothing a second time.
-- comment_sealed: what it rests on, encrypted.
CREATE TABLE secret_issues (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    form_digest BLOB NOT NULL UNIQUE,
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    kind TEXT NOT NULL CHECK (kind IN ('code', 'slips', 'password')),
    comment_sealed BLOB NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX secret_issues_by_age ON secret_issues (created_at);

-- code_digest: keyed digest of the profile's uid and the twelve digits. end_reason: used, replaced, linked,
-- unlink, freeze, dispute, password. issue_id: without REFERENCES, so that old answers go without a search here.
CREATE TABLE linking_codes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    code_digest BLOB NOT NULL,
    issue_id INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    end_reason TEXT,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) STRICT;
-- A profile has at most one code that may still work.
CREATE UNIQUE INDEX linking_codes_one_per_profile ON linking_codes (profile_id) WHERE ended_at IS NULL;
CREATE INDEX linking_codes_by_profile ON linking_codes (profile_id, id);
CREATE INDEX linking_codes_by_expiry ON linking_codes (expires_at);

-- Profiles whose password an operator handed out and whose owner has not chosen one yet.
CREATE TABLE one_time_passwords (
    profile_id INTEGER PRIMARY KEY NOT NULL REFERENCES profiles (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;

-- Sessions gain a way (code) and a stage (new_password: may do nothing but choose a password).
CREATE TABLE browser_sessions_of_codes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_digest BLOB NOT NULL UNIQUE,
    profile_id INTEGER REFERENCES profiles (id),
    esia_subject_id INTEGER REFERENCES esia_subjects (id),
    stage TEXT NOT NULL CHECK (stage IN ('full', 'choosing', 'linking_only', 'new_password')),
    way TEXT NOT NULL CHECK (way IN ('password', 'esia', 'code')),
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
INSERT INTO browser_sessions_of_codes
SELECT id, token_digest, profile_id, esia_subject_id, stage, way, shared_computer, place, created_at,
    authenticated_at, last_seen_at, kept_until, idle_seconds, expires_at, ended_at, end_reason
FROM browser_sessions;
-- Ids are never given twice: trips to ESIA remember them.
DELETE FROM sqlite_sequence WHERE name = 'browser_sessions_of_codes';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'browser_sessions_of_codes', seq FROM sqlite_sequence WHERE name = 'browser_sessions';
DROP TABLE browser_sessions;
ALTER TABLE browser_sessions_of_codes RENAME TO browser_sessions;
CREATE INDEX browser_sessions_by_profile ON browser_sessions (profile_id) WHERE ended_at IS NULL;
CREATE INDEX browser_sessions_by_expiry ON browser_sessions (expires_at);
