-- Staff of this service. login_key: login in lower case. area_kind, area_id: what of the directory they work in.
-- totp_sealed: secret of the second factor, encrypted; totp_used_step: the last step whose code was taken.
CREATE TABLE operators (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    login TEXT NOT NULL,
    login_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    email TEXT,
    role TEXT NOT NULL CHECK (role IN ('support', 'senior', 'analyst', 'administrator')),
    area_kind TEXT NOT NULL CHECK (area_kind IN ('region', 'municipality', 'organisation')),
    area_id INTEGER NOT NULL,
    profile_id INTEGER REFERENCES profiles (id),
    needs_esia INTEGER NOT NULL,
    password_hash TEXT,
    must_change_password INTEGER NOT NULL,
    totp_sealed BLOB,
    totp_confirmed_at TEXT,
    totp_used_step INTEGER,
    created_at TEXT NOT NULL,
    disabled_at TEXT
) STRICT;
CREATE INDEX operators_by_area ON operators (area_kind, area_id);
CREATE INDEX operators_by_profile ON operators (profile_id) WHERE profile_id IS NOT NULL;

-- One-time codes for a lost second factor, as digests.
CREATE TABLE operator_recovery_codes (
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    code_digest BLOB NOT NULL,
    used_at TEXT,
    PRIMARY KEY (operator_id, code_digest)
) STRICT;

-- stage: password (the second factor is still to come), enrolling (it is still to be set up), full.
CREATE TABLE operator_sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_digest BLOB NOT NULL UNIQUE,
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    stage TEXT NOT NULL CHECK (stage IN ('password', 'enrolling', 'full')),
    place TEXT NOT NULL,
    created_at TEXT NOT NULL,
    authenticated_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    end_reason TEXT
) STRICT;
CREATE INDEX operator_sessions_by_operator ON operator_sessions (operator_id) WHERE ended_at IS NULL;
CREATE INDEX operator_sessions_by_expiry ON operator_sessions (expires_at);
